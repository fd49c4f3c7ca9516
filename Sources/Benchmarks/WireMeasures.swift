import LineTransport
import ReplicaStore
import Replication
import SyncProtocol

/// T9, T10 and T16: bytes on the line and on the disk.
struct WireMeasures {
    let bench: Workbench
    private let limits = TransportLimits()

    /// A node's upload of updates, whole batches as they go into TLS.
    func bytesPerChange() -> Figure.Round {
        var set = MemberSet(count: bench.members)
        var author = Author(1)
        let created = set.rows.map { author.creation(of: $0).operation.dot }
        let batch = set.randomOrder().prefix(MergeMeasures.batchOperations).map { index in
            author.update(
                of: set.update(index), replaces: [[created[index]], [created[index]]],
                observed: UInt64(bench.members)
            ).operation
        }
        return Figure.Round(ours: Double(bytes(of: batch)) / Double(batch.count), twin: 1)
    }

    func bytesPerNewRow() -> Figure.Round {
        let rows = MemberSet(count: MergeMeasures.batchOperations).rows
        var author = Author(1)
        let batch = rows.map { author.creation(of: $0).operation }
        let payload = rows.reduce(0) { $0 + $1.payloadBytes }
        return Figure.Round(
            ours: Double(bytes(of: batch)) / Double(rows.count), twin: Double(payload) / Double(rows.count))
    }

    /// The hub's file with all members merged, each once, to the same rows in a plain table.
    func storedBytes() throws -> Figure.Round {
        let measures = try MergeMeasures(bench, named: "size")
        let (ours, twin) = try measures.storedBytes()
        return Figure.Round(ours: Double(ours) / Double(bench.members), twin: Double(twin) / Double(bench.members))
    }

    private func bytes(of operations: [Operation]) -> Int {
        guard let first = operations.first else { return 0 }
        let push = Push(actor: first.dot.actor, from: first.dot.sequence, chain: Array(repeating: 0xA5, count: 32))
        var lines = OutboundLines(isDeflating: true, deflatedFromBytes: limits.deflatedFromBytes)
        lines.append([.push(push)] + operations.map { .operation(PushedOperation($0)) })
        return lines.finish().count
    }
}
