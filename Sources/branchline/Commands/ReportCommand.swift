import Administration
import ArgumentParser

/// A report is a view in the order in which it is read, or a question of its own.
enum Report: String, CaseIterable, ExpressibleByArgument {
    case walletDays = "wallet-days"
    case liability
    case branchLiability = "branch-liability"
    case settlement, coupons, charges

    /// - Parameters:
    ///   - days: a condition on the business date, or nothing.
    ///   - today: where the chain is.
    func words(_ days: String, today: () throws -> String) throws -> [String] {
        switch self {
        case .walletDays: ["query", "SELECT * FROM wallet_days\(days) ORDER BY business_date, node, wallet"]
        case .liability: ["report.liability", try today(), "wallets"]
        case .branchLiability: ["report.liability", try today(), "branches"]
        case .settlement: ["query", "SELECT * FROM settlement ORDER BY wallet, kind, issuer, node"]
        case .coupons: ["query", "SELECT * FROM coupon_stats ORDER BY definition"]
        case .charges: ["query", Self.charges(days)]
        }
    }

    private static func charges(_ days: String) -> String {
        """
        SELECT business_date, branch, item, code, count(*) AS charges, sum(points) AS points,
          sum(amount_minor) AS amount_minor
        FROM branch_charges\(days) GROUP BY business_date, node, branch, item, code
        ORDER BY business_date, node, item, code
        """
    }

    /// Whether it can be asked for some days alone.
    var isByDay: Bool {
        switch self {
        case .walletDays, .charges: true
        case .liability, .branchLiability, .settlement, .coupons: false
        }
    }
}

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Headquarters' books: by day, what is owed, who settles with whom, coupons, what branches bear.",
        discussion: """
            wallet-days  issued, spent, expired and corrected, by business day, branch and wallet
            liability    what is outstanding in each wallet, and what it is worth; principal and bonus apart
            branch-liability  the same by the branch that gave it
            settlement   what was made at one branch and spent at another
            coupons      given out, redeemed, taken back, and what they took off
            charges      what branches were charged with, by business day, branch and what was lost

            Example:
              branchline report wallet-days --from 2025-06-01 --to 2025-06-30 --csv
            """)

    @Argument(help: "wallet-days, liability, branch-liability, settlement, coupons or charges.") var name: Report
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
        try await Desk.with(data.path) { desk in
            let chain = try await desk.chain()
            let rows = try await desk.ask(try name.words(days) { try chain.today() })
            guard !csv else { return print(Output.csv(rows), terminator: "") }
            var presentation = output.json ? Presentation() : Presentation(chain)
            presentation.keepsEmptyColumns = true
            try output.show(rows, presentation, empty: "Nothing yet.")
        }
    }
}
