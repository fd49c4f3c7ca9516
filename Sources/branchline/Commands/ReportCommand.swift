import Administration
import ArgumentParser

/// A report is a view in the order in which it is read.
enum Report: String, CaseIterable, ExpressibleByArgument {
    case walletDays = "wallet-days"
    case liability, settlement, coupons, charges

    /// - Parameter days: a condition on the business date, or nothing.
    func sql(_ days: String) -> String {
        switch self {
        case .walletDays: "SELECT * FROM wallet_days\(days) ORDER BY business_date, node, wallet"
        case .liability: "SELECT * FROM liability ORDER BY wallet, kind"
        case .settlement: "SELECT * FROM settlement ORDER BY wallet, kind, issuer, node"
        case .coupons: "SELECT * FROM coupon_stats ORDER BY definition"
        case .charges:
            """
            SELECT business_date, branch, item, code, count(*) AS charges, sum(points) AS points,
              sum(amount_minor) AS amount_minor
            FROM branch_charges\(days) GROUP BY business_date, node, branch, item, code
            ORDER BY business_date, node, item, code
            """
        }
    }

    /// Whether it can be asked for some days alone.
    var isByDay: Bool {
        switch self {
        case .walletDays, .charges: true
        case .liability, .settlement, .coupons: false
        }
    }
}

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Headquarters' books: by day, what is owed, who settles with whom, coupons, what branches bear.",
        discussion: """
            wallet-days  issued, spent, expired and corrected, by business day, branch and wallet
            liability    what is outstanding in each wallet; principal and bonus apart
            settlement   what was made at one branch and spent at another
            coupons      given out, redeemed, taken back, and what they took off
            charges      what branches were charged with, by business day, branch and what was lost

            Example:
              branchline report wallet-days --from 2025-06-01 --to 2025-06-30 --csv
            """)

    @Argument(help: "wallet-days, liability, settlement, coupons or charges.") var name: Report
    @Option(name: .long, help: ArgumentHelp("The first business day, of wallet-days and charges.", valueName: "date"))
    var from: String?
    @Option(name: .long, help: ArgumentHelp("The last business day, likewise.", valueName: "date"))
    var to: String?
    @OptionGroup var data: AnyDataOptions
    @Flag(name: .long, help: "Answer as CSV, with a line of column names.") var csv = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        for date in [from, to].compactMap({ $0 }) {
            guard date.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil else {
                throw ValidationError("\(date) is not a date: YYYY-MM-DD.")
            }
        }
        guard name.isByDay || (from == nil && to == nil) else {
            throw ValidationError("--from and --to are for wallet-days and charges.")
        }
    }

    private var days: String {
        let conditions = [from.map { "business_date >= '\($0)'" }, to.map { "business_date <= '\($0)'" }]
            .compactMap { $0 }
        return conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    }

    func run() async throws {
        let sql = name.sql(days)
        guard csv else {
            return try await DeskQuestion(directory: data.path, keepsEmptyColumns: true)
                .ask(["query", sql], output, empty: "Nothing yet.")
        }
        let rows = try await Desk.with(data.path) { try await $0.ask(["query", sql]) }
        print(Output.csv(rows), terminator: "")
    }
}
