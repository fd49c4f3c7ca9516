import HubService
import Loyalty
import NodeService
import ReplicaStore
import Replication

/// How long a till waits while its node is busy with something else.
struct BusyShop {
    let bench: Workbench

    private static let askingSales = 200
    private static let membersPerBatch = 1_000
    private static let secondsMax = 600.0
    /// A till in a hurry: one basket, and then the next customer.
    private static let pauseMilliseconds = 5

    /// Every member by age and place, with all that somebody sorts: heavy on purpose.
    static let report = """
        SELECT home_branch, substr(birthday, 1, 4) AS born, count(*) AS members, count(DISTINCT address) AS homes,
          max(last_visit_at) AS last FROM members GROUP BY 1, 2 ORDER BY homes DESC, 1 LIMIT 100
        """

    func run(_ progress: (String) -> Void) async throws -> Findings {
        progress("a hub with \(bench.members) members opens")
        var coupons: [RecordID] = []
        var customers: [RecordID] = []
        let shop = try await Shop.open(on: bench) { headquarters in
            for batch in MergeMeasures.batches(Array(0..<bench.members), Self.membersPerBatch) {
                try headquarters.join(batch.map(MemberSet.row(numbered:)))
            }
            customers = (0..<2 * Self.askingSales).map { MemberSet.row(numbered: $0 % bench.members).id }
            coupons = try headquarters.issue(to: customers, home: nil)
        }
        defer { shop.close() }
        try shop.node.start()
        var findings = try await catchUp(shop, progress)
        findings += try await underReport(shop, Array(zip(customers, coupons)), progress)
        shop.close()
        try bench.removeFiles()
        progress("the hub takes in changes during reports")
        findings += try BusyHub(bench: bench).run()
        return findings
    }

    // MARK: A backlog comes in beside the till

    private func catchUp(_ shop: Shop, _ progress: (String) -> Void) async throws -> Findings {
        progress("the branch catches up, its till sells")
        var customers = Customers(reference: "B", seed: 21)
        var waited: [Double] = []
        let start = bench.nowNanoseconds()
        while try await shop.applied() < shop.head {
            waited.append(try await sale(customers.checkout(by: member(waited.count)), at: shop))
            guard seconds(since: start) < Self.secondsMax else {
                throw BenchmarkFault.workNotDone("the branch does not catch up")
            }
        }
        let took = seconds(since: start)
        progress("the till sells alone")
        var alone: [Double] = []
        for _ in 0..<max(20, min(waited.count, Self.askingSales)) {
            alone.append(try await sale(customers.checkout(by: member(alone.count)), at: shop))
        }
        var findings = Findings()
        findings.note("whole sale, line up, nothing else to do", waited: alone)
        findings.note("whole sale beside a backlog of \(shop.head)", waited: waited)
        findings.note("the backlog beside the till", Double(shop.head) / took, "operations a second")
        return findings
    }

    private func member(_ number: Int) -> RecordID { MemberSet.row(numbered: number % bench.members).id }

    /// Seconds of the till's waiting; the pause after it does not count.
    private func sale(_ checkout: Checkout, at shop: Shop) async throws -> Double {
        let start = bench.nowNanoseconds()
        try await shop.sell(checkout)
        let waited = seconds(since: start)
        try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        return waited
    }

    private func seconds(since start: UInt64) -> Double { Double(bench.nowNanoseconds() - start) / 1e9 }

    // MARK: Headquarters wants a report

    /// Sales that need a right from the hub: what is waited for is AUTH and its answer, over the line.
    private func underReport(
        _ shop: Shop, _ coupons: [(RecordID, RecordID)], _ progress: (String) -> Void
    ) async throws -> Findings {
        var customers = Customers(reference: "R", seed: 22)
        var findings = Findings()
        progress("sales that ask the hub")
        let (first, second) = (coupons.prefix(Self.askingSales), coupons.dropFirst(Self.askingSales))
        findings.note("whole sale that asks the hub", waited: try await asking(first, &customers, shop))
        progress("the same during reports")
        let line = ReportLine.open(shop.hubDirectory.socketPath, asking: Self.report)
        let waited = try await asking(second, &customers, shop)
        let reports = await line.end()
        guard reports > 0 else { throw BenchmarkFault.workNotDone("no report was made") }
        findings.note("whole sale that asks the hub, during reports", waited: waited)
        return findings
    }

    private func asking(
        _ coupons: ArraySlice<(RecordID, RecordID)>, _ customers: inout Customers, _ shop: Shop
    ) async throws -> [Double] {
        var waited: [Double] = []
        for (member, coupon) in coupons {
            waited.append(try await sale(customers.checkout(by: member, showing: coupon), at: shop))
        }
        return waited
    }
}
