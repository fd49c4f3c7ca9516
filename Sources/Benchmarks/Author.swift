import Loyalty
import ReplicaStore
import Replication

/// Writes operations as a branch would, without a store of its own: who merges them is what is measured.
struct Author {
    let node: NodeID
    private let actor: ActorID
    private var sequence: UInt64 = 0
    private var time: UInt64 = Parties.nowMilliseconds - 100_000

    init(_ number: UInt32) {
        node = NodeID(number)
        actor = Parties.actor(number)
    }

    mutating func creation(of row: MemberSet.Row) -> ReplicaStore.Arrival {
        let writes = zip(MemberSet.fields, row.columns).map {
            Write(slot: Slot(field: $0.rawValue), value: Array($1.utf8), replaces: [])
        }
        return arrival(row.id, writes, observed: 0)
    }

    /// - Parameter replaces: the live dot of both columns.
    mutating func update(of row: MemberSet.Row, replaces: [[Dot]], observed: UInt64) -> ReplicaStore.Arrival {
        let values = [row.homeBranch, row.lastVisitAt]
        let writes = zip(zip(MemberSet.updatedFields, values), replaces).map {
            Write(slot: Slot(field: $0.0.rawValue), value: Array($0.1.utf8), replaces: $1)
        }
        return arrival(row.id, writes, observed: observed)
    }

    mutating func tag(_ id: RecordID, _ tag: String) -> ReplicaStore.Arrival {
        let slot = Slot(field: MemberField.tag.rawValue, element: Array(tag.utf8))
        return arrival(id, [Write(slot: slot, value: [], replaces: [])], observed: 0)
    }

    /// - Parameter replaces: the live dot of the name.
    mutating func rename(_ id: RecordID, to name: String, replaces: Dot, observed: UInt64) -> ReplicaStore.Arrival {
        let write = Write(slot: Slot(field: MemberField.name.rawValue), value: Array(name.utf8), replaces: [replaces])
        return arrival(id, [write], observed: observed)
    }

    private mutating func arrival(_ id: RecordID, _ writes: [Write], observed: UInt64) -> ReplicaStore.Arrival {
        sequence += 1
        time += sequence % 3 == 0 ? 1 : 0
        let edit = MemberEdit(member: id, authority: .shop, author: "till-1", reason: nil, writes: writes)
        let bodies = edit.bodies()
        let position = HubPosition(epoch: Parties.epoch, sequence: observed)
        let operation = Operation(
            dot: Dot(actor, sequence), observed: observed == 0 ? Observed() : Observed([position]),
            time: HybridTime(milliseconds: time, counter: UInt16(sequence % 3)), audience: .chain,
            kind: MemberEdit.kind, publicBody: bodies.publicBody,
            personal: bodies.personalBody.map { PersonalPart(salt: Self.salt(sequence), body: $0) })
        return ReplicaStore.Arrival(operation: operation, node: node)
    }

    /// Random, as real ones are: nothing to compress.
    private static func salt(_ sequence: UInt64) -> [UInt8] {
        var random = BenchmarkRandom(seed: sequence)
        let halves = [random.next(), random.next()]
        return halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (8 * UInt64($0))) } }
    }
}
