import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// The paths whose instructions are counted. Everything is prepared for `operationsMax`; then as many are done as are
/// asked for, so that two runs differ by nothing but the operations between them.
package enum HotPath: String, CaseIterable, Sendable {
    case hubUpdates = "hub-updates"
    case hubMembers = "hub-members"
    case nodeEntries = "node-entries"
    case nodeEdits = "node-edits"
    case nodeSales = "node-sales"

    package static let operationsMax = 2_000
    private static let batchOperations = 1_000
    private static let node: UInt32 = 1

    /// - Parameter operations: 0 to `operationsMax`.
    package func run(_ operations: Int, on bench: Workbench) throws {
        switch self {
        case .hubUpdates: try Self.hubUpdates(operations, bench)
        case .hubMembers: try Self.hubMembers(operations, bench)
        case .nodeEntries: try Self.nodeEntries(operations, bench)
        case .nodeEdits: try Self.nodeEdits(operations, bench)
        case .nodeSales: try Self.nodeSales(operations, bench)
        }
    }

    private static func hubUpdates(_ operations: Int, _ bench: Workbench) throws {
        var crowd = Crowd(Headquarters(try Parties.hub(at: bench.path("hub"))))
        defer { crowd.headquarters.store.close() }
        try crowd.grow(to: max(bench.members, operationsMax))
        let arrivals = crowd.updates(operationsMax)
        try crowd.headquarters.accept(Array(arrivals.prefix(operations)))
    }

    private static func hubMembers(_ operations: Int, _ bench: Workbench) throws {
        let headquarters = Headquarters(try Parties.hub(at: bench.path("hub")))
        defer { headquarters.store.close() }
        var author = Author(901)
        let arrivals = (0..<operationsMax).map { author.creation(of: MemberSet.row(numbered: $0)) }
        try headquarters.accept(Array(arrivals.prefix(operations)))
    }

    private static func nodeEntries(_ operations: Int, _ bench: Workbench) throws {
        let branch = try Parties.branch(node, at: bench.path("shop"))
        defer { branch.close() }
        let entries = try withHub(bench) { headquarters in
            var crowd = Crowd(headquarters)
            try crowd.grow(to: max(bench.members, operationsMax))
            try crowd.headquarters.bring(to: branch)
            let head = headquarters.store.head
            try crowd.headquarters.accept(crowd.updates(operationsMax))
            return try headquarters.store.entries(after: head, atMost: operationsMax)
        }
        for batch in MergeMeasures.batches(Array(entries.prefix(operations)), batchOperations) {
            try branch.apply(
                batch.map { .entry($0) },
                cursor: HubPosition(epoch: Parties.epoch, sequence: batch.last?.stamp.hubSequence ?? 0),
                nowMilliseconds: Parties.nowMilliseconds, toleranceMilliseconds: Parties.toleranceMilliseconds)
        }
    }

    private static func nodeEdits(_ operations: Int, _ bench: Workbench) throws {
        let branch = try Parties.branch(node, at: bench.path("shop"))
        defer { branch.close() }
        let rows = (0..<max(bench.members, operationsMax)).map(MemberSet.row(numbered:))
        try withHub(bench) { headquarters in
            try headquarters.join(rows)
            try headquarters.bring(to: branch)
        }
        let counters = Counters(branch)
        for row in rows.prefix(operations) {
            let edit = EditRequest(
                member: row.id, creates: false, author: "till-1",
                changes: [
                    .set(.homeBranch, "1"),
                    .set(.lastVisitAt, ValueForm.instant(milliseconds: Parties.nowMilliseconds)),
                ])
            guard case .edit(.written) = try counters.ask(.edit(edit)) else {
                throw BenchmarkFault.workNotDone("an edit was not written")
            }
        }
    }

    private static func nodeSales(_ operations: Int, _ bench: Workbench) throws {
        let branch = try Parties.branch(node, at: bench.path("shop"))
        defer { branch.close() }
        let rows = (0..<max(bench.members, operationsMax)).map(MemberSet.row(numbered:))
        let coupons = try withHub(bench) { headquarters in
            try headquarters.join(rows)
            let coupons = try headquarters.issue(
                to: rows.prefix(operationsMax).map(\.id), home: (NodeID(node), Parties.actor(node)))
            try headquarters.bring(to: branch)
            return coupons
        }
        var customers = Customers(reference: "P", seed: 51)
        let counters = Counters(branch)
        for (row, coupon) in zip(rows, coupons).prefix(operations) {
            try counters.sell(customers.checkout(by: row.id, showing: coupon))
        }
    }

    private static func withHub<Result>(
        _ bench: Workbench, _ body: (inout Headquarters) throws -> Result
    ) throws -> Result {
        let hub = try Parties.hub(at: bench.path("hub"))
        defer { hub.close() }
        var headquarters = Headquarters(hub)
        return try body(&headquarters)
    }
}
