import ReplicaStore
import Replication
import SyncProtocol

/// T1 to T5: what the hub makes of others' operations.
struct MergeMeasures {
    let bench: Workbench
    private var set: MemberSet
    private let hub: ReplicaStore
    private let plain: PlainTable
    private var authors = [Author(1), Author(2), Author(3)]
    /// For every member the dots that live in the two columns that are updated.
    private var live: [[Dot]]
    private(set) var newRows: Figure.Round

    static let batchOperations = Limits.transactionOperationsMax
    /// What the hub takes at once where so much waits.
    static let largeBatchOperations = Limits.backlogOperationsMax

    /// Fills both sides with all members; that is T5's measurement.
    init(_ bench: Workbench, named name: String) throws {
        self.bench = bench
        set = MemberSet(count: bench.members)
        hub = try Parties.hub(at: bench.path("hub-\(name)"))
        plain = try PlainTable(at: bench.path("plain-\(name)"))
        live = []
        var creations: [ReplicaStore.Arrival] = []
        for row in set.rows {
            creations.append(authors[0].creation(of: row))
        }
        live = creations.map { [$0.operation.dot] }
        let (hub, plain, rows) = (hub, plain, set.rows)
        let twin = try bench.seconds {
            try Self.inBatches(rows, Self.batchOperations) { try plain.write($0, with: .insert) }
        }
        let ours = try bench.seconds { try Self.merge(creations, Self.batchOperations, into: hub) }
        newRows = Figure.Round(ours: Double(rows.count) / ours, twin: Double(rows.count) / twin)
    }

    /// - Returns: our seconds and the twin's for one pass over all members.
    mutating func updates(atOnce count: Int, isOursFirst: Bool) throws -> Figure.Round {
        let order = set.randomOrder()
        let rows = order.map { set.update($0) }
        let arrivals = edits(order, rows, by: 1, replacing: live)
        for (index, arrival) in zip(order, arrivals) { live[index] = [arrival.operation.dot] }
        return try compare(isOursFirst: isOursFirst, rows) { try Self.merge(arrivals, count, into: hub) }
    }

    /// Two shops change the same columns of every member, neither having seen the other's change.
    mutating func conflicts() throws -> Figure.Round {
        let order = set.randomOrder()
        let (first, second) = (order.map { set.update($0) }, order.map { set.update($0) })
        let plainArrivals = edits(order, first, by: 1, replacing: live)
        let conflicting = edits(order, second, by: 2, replacing: live)
        for (index, pair) in zip(order, zip(plainArrivals, conflicting)) {
            live[index] = [pair.0.operation.dot, pair.1.operation.dot].sorted()
        }
        let hub = hub
        let alone = try bench.seconds { try Self.merge(plainArrivals, Self.batchOperations, into: hub) }
        let besides = try bench.seconds { try Self.merge(conflicting, Self.batchOperations, into: hub) }
        return Figure.Round(ours: Double(order.count) / besides, twin: Double(order.count) / alone)
    }

    /// The same operations once more, as after a lost acknowledgement.
    mutating func duplicates(isOursFirst: Bool) throws -> Figure.Round {
        let order = set.randomOrder()
        let rows = order.map { set.update($0) }
        let arrivals = edits(order, rows, by: 1, replacing: live)
        for (index, arrival) in zip(order, arrivals) { live[index] = [arrival.operation.dot] }
        try Self.merge(arrivals, Self.batchOperations, into: hub)
        return try compare(isOursFirst: isOursFirst, rows) {
            for batch in Self.batches(arrivals, Self.batchOperations) { try Self.acceptNothing(batch, into: hub) }
        }
    }

    /// Bytes of both sides' files without what SQLite keeps free.
    func storedBytes() throws -> (ours: Int, twin: Int) {
        try hub.backup(to: bench.path("hub-copy"))
        try plain.checkpoint()
        return (bench.bytes(of: "hub-copy"), bench.bytes(of: "plain-size"))
    }

    private mutating func edits(
        _ order: [Int], _ rows: [MemberSet.Row], by author: Int, replacing live: [[Dot]]
    ) -> [ReplicaStore.Arrival] {
        let observed = hub.head
        return zip(order, rows).map {
            authors[author].update(of: $1, replaces: [live[$0], live[$0]], observed: observed)
        }
    }

    private func compare(
        isOursFirst: Bool, _ rows: [MemberSet.Row], _ work: () throws -> Void
    ) throws -> Figure.Round {
        let early = isOursFirst ? try bench.seconds(work) : 0
        let plain = plain
        let twin = try bench.seconds {
            try Self.inBatches(rows, Self.batchOperations) { try plain.write($0, with: .upsert) }
        }
        let ours = isOursFirst ? early : try bench.seconds(work)
        return Figure.Round(ours: Double(rows.count) / ours, twin: Double(rows.count) / twin)
    }

    private static func merge(_ arrivals: [ReplicaStore.Arrival], _ count: Int, into hub: ReplicaStore) throws {
        for batch in batches(arrivals, count) {
            let acceptance = try accept(batch, into: hub)
            guard acceptance.entries.count == batch.count, acceptance.entries.allSatisfy({ $0.stamp.verdict == .ok })
            else { throw BenchmarkFault.workNotDone("the hub did not accept every operation") }
        }
    }

    private static func acceptNothing(_ batch: ArraySlice<ReplicaStore.Arrival>, into hub: ReplicaStore) throws {
        guard try accept(batch, into: hub).entries.isEmpty else {
            throw BenchmarkFault.workNotDone("the hub accepted an operation twice")
        }
    }

    private static func accept(
        _ batch: ArraySlice<ReplicaStore.Arrival>, into hub: ReplicaStore
    ) throws -> ReplicaStore.Acceptance {
        try hub.accept(
            Array(batch), nowMilliseconds: Parties.nowMilliseconds,
            toleranceMilliseconds: Parties.toleranceMilliseconds)
    }

    static func batches<Element>(_ elements: [Element], _ count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: elements.count, by: count).map { elements[$0..<min($0 + count, elements.count)] }
    }

    static func inBatches<Element>(
        _ elements: [Element], _ count: Int, _ body: (ArraySlice<Element>) throws -> Void
    ) rethrows {
        for batch in batches(elements, count) { try body(batch) }
    }
}
