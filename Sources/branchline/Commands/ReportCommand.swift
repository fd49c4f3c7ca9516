import Administration
import ArgumentParser

/// A report is a view in the order in which it is read.
enum Report: String, CaseIterable, ExpressibleByArgument {
    case walletDays = "wallet-days"
    case liability, settlement, coupons

    /// - Parameter days: a condition on the business date, or nothing.
    func sql(_ days: String) -> String {
        switch self {
        case .walletDays: "SELECT * FROM wallet_days\(days) ORDER BY business_date, node, wallet"
        case .liability: "SELECT * FROM liability ORDER BY wallet, kind"
        case .settlement: "SELECT * FROM settlement ORDER BY wallet, kind, issuer, node"
        case .coupons: "SELECT * FROM coupon_stats ORDER BY definition"
        }
    }
}

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Headquarters' books: by day, what is owed, who settles with whom, coupons.",
        discussion: """
            wallet-days  issued, spent, expired and corrected, by business day, branch and wallet
            liability    what is outstanding in each wallet; principal and bonus apart
            settlement   what was made at one branch and spent at another
            coupons      given out, redeemed, taken back, and what they took off

            Example:
              branchline report wallet-days --from 2025-06-01 --to 2025-06-30 --csv
            """)

    @Argument(help: "wallet-days, liability, settlement or coupons.") var name: Report
    @Option(name: .long, help: ArgumentHelp("The first business day, of wallet-days.", valueName: "date"))
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
        guard name == .walletDays || (from == nil && to == nil) else {
            throw ValidationError("--from and --to are for wallet-days.")
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
