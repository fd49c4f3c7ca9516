import Loyalty
import ReplicaStore
import Replication

/// Whole sales at one till: priced, with a coupon and points where the member has some, on the disk before the receipt.
struct SaleMeasures {
    let bench: Workbench

    private static let salesMax = 2_000
    private static let salesPerMember = 4
    private static let node: UInt32 = 1

    struct Round {
        let perSecond: Double
        let twinPerSecond: Double
        let secondsEach: [Double]
    }

    var sales: Int { max(100, min(Self.salesMax, bench.members / 10)) }

    func run(_ progress: (String) -> Void) throws -> Findings {
        var rounds: [Round] = []
        for round in 1...bench.rounds {
            progress("round \(round): \(sales) sales")
            rounds.append(try self.round(isOursFirst: round.isMultiple(of: 2)))
            try bench.removeFiles()
        }
        var findings = Findings()
        let plain = Figure.median(rounds.map(\.twinPerSecond))
        findings.note("whole sales at one till", Figure.median(rounds.map(\.perSecond)), "a second")
        findings.note("the rows of these sales, inserted plainly, one flush each", plain, "a second")
        findings.note(
            "whole sales ÷ plain inserts", Figure.median(rounds.map { $0.perSecond / $0.twinPerSecond }), "ratio")
        findings.note("whole sale, idle shop", waited: rounds.flatMap(\.secondsEach))
        return findings
    }

    private func round(isOursFirst: Bool) throws -> Round {
        let branch = try Parties.branch(Self.node, at: bench.path("shop"))
        defer { branch.close() }
        let checkouts = try prepare(branch)
        let plain = try PlainBooks(at: bench.path("plain"))
        let counters = Counters(branch)
        let early = isOursFirst ? try time(checkouts, at: counters) : []
        let twin = try bench.seconds { for checkout in checkouts { try plain.write(checkout) } }
        let each = isOursFirst ? early : try time(checkouts, at: counters)
        return Round(
            perSecond: Double(each.count) / each.reduce(0, +), twinPerSecond: Double(checkouts.count) / twin,
            secondsEach: each)
    }

    private func time(_ checkouts: [Checkout], at counters: Counters) throws -> [Double] {
        try checkouts.map { checkout in try bench.seconds { try counters.sell(checkout) } }
    }

    /// Every member comes several times, with a coupon each time; what the first visit earned is spent later.
    private func prepare(_ branch: ReplicaStore) throws -> [Checkout] {
        let hub = try Parties.hub(at: bench.path("hub"))
        defer { hub.close() }
        var headquarters = Headquarters(hub)
        let rows = (0..<max(1, sales / Self.salesPerMember)).map(MemberSet.row(numbered:))
        try headquarters.join(rows)
        let visits = (0..<sales).map { rows[$0 % rows.count].id }
        let coupons = try headquarters.issue(to: visits, home: (NodeID(Self.node), Parties.actor(Self.node)))
        try headquarters.bring(to: branch)
        var customers = Customers(reference: "S", seed: 11)
        return zip(visits, coupons).map { customers.checkout(by: $0, showing: $1, points: .asManyAsAllowed) }
    }
}
