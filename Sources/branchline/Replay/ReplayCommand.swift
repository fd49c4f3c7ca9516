import ArgumentParser
import Foundation

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "A real chain's sales on real nodes, with lines that go down; then file and chain are compared.",
        discussion: """
            A store becomes a branch with its own database, certificate and TLS line, a household a member, a basket a \
            sale. The file is CSV, gzip or not, in the order of time, with the columns household_id, store_id, \
            basket_id, product_id, quantity, sales_value, transaction_timestamp, and, where there are any, \
            retail_disc, coupon_disc, coupon_match_disc. Exit code 1 if anything differs in the end.

            With --redemptions, a directory with campaign_descriptions, campaigns, coupon_redemptions and \
            coupons, the campaigns' coupons are given to their households and redeemed as the file says where the \
            rules allow it; one sale in five of a household is to be paid with as many points as the bill takes, \
            line or no line; every sale has its tenders.

            Example:
              branchline replay --transactions transactions.csv.gz --branches 10 --offline 0.2
              branchline replay --transactions transactions.csv.gz --redemptions complete-journey
            """)

    @Option(name: .long, help: ArgumentHelp("The purchases.", valueName: "file"))
    var transactions: String
    @Option(
        name: .long,
        help: ArgumentHelp("Spend points and redeem coupons, too: a directory of campaigns.", valueName: "dir"))
    var redemptions: String?
    @Option(name: .long, help: ArgumentHelp("Only so many stores, the busiest.", valueName: "n"))
    var branches: Int?
    @Option(name: .long, help: "Decides which lines go down when, and which members are edited.")
    var seed: UInt64 = 1
    @Option(name: .long, help: ArgumentHelp("The share of the time that a shop has no line.", valueName: "share"))
    var offline = 0.1
    @Option(
        name: .long,
        help: ArgumentHelp("A new directory that is kept; else a temporary one is removed.", valueName: "dir"))
    var data: String?
    @Option(name: .long, help: ArgumentHelp("Only the first so many sales.", valueName: "n"))
    var limitSales: Int?
    @Option(name: .long, help: ArgumentHelp("The time zone of the file's times.", valueName: "zone"))
    var zone = "America/New_York"
    @OptionGroup var output: OutputOptions

    private static let offlineShareMax = 0.9

    func validate() throws {
        guard branches ?? 1 > 0 else { throw ValidationError("--branches is at least 1.") }
        guard limitSales ?? 1 > 0 else { throw ValidationError("--limit-sales is at least 1.") }
        guard (0...Self.offlineShareMax).contains(offline) else {
            throw ValidationError("--offline is between 0 and \(Self.offlineShareMax).")
        }
        guard TimeZone(identifier: zone) != nil else {
            throw ValidationError("\(zone) is not a time zone such as America/New_York.")
        }
    }

    func run() async throws {
        let (command, output) = (self, output)
        try await Interruption.guarded {
            let report = try await command.replayed()
            try output.show(
                report.comparison.lines.map(\.row) + report.measures, Presentation(), empty: "")
            guard report.comparison.isEqual else { throw ExitCode(Failure.falseCode) }
        }
    }

    private func replayed() async throws -> Replay.Report {
        if let data {
            let path = DataPath.absolute(data)
            guard !FileManager.default.fileExists(atPath: path) else {
                throw Complaint(code: Failure.existsCode, words: "\(path) is there already; name a new directory")
            }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return try await replay(in: path).run()
        }
        let directory = try TemporaryDirectory.make("branchline-replay")
        defer { directory.remove() }
        return try await replay(in: directory.path).run()
    }

    private func replay(in directory: String) -> Replay {
        Replay(
            file: transactions, campaigns: redemptions, directory: directory, branches: branches, seed: seed,
            offlineShare: offline,
            salesMax: limitSales ?? .max, zone: TimeZone(identifier: zone) ?? .gmt)
    }
}
