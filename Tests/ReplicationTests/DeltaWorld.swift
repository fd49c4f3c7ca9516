import Replication
import TestSupport

/// A replica of one record, with what it knows.
struct Replica {
    var state = RecordState()
    private(set) var known: Set<Dot> = []

    mutating func receive(_ delta: Delta, holding: Bool = false) {
        guard known.insert(delta.dot).inserted else { return }
        let before = known.subtracting([delta.dot])
        state.apply(delta, holding: holding, knows: before.contains)
    }

    /// The dot has come, and has no effect.
    mutating func receiveVoid(_ dot: Dot) { known.insert(dot) }

    static func receiving(_ deltas: [Delta]) -> Replica {
        var replica = Replica()
        for delta in deltas { replica.receive(delta) }
        return replica
    }
}

/// A few actors that write to one record and hear from one another now and then.
struct DeltaWorld {
    /// In the order in which they were written.
    private(set) var deltas: [Delta] = []
    /// What the author of a delta had seen.
    private var seen: [Dot: Set<Dot>] = [:]
    private var replicas = Array(repeating: Replica(), count: 3)
    private var counts = [0, 0, 0]
    private let isActorPerWrite: Bool

    /// - Parameter isActorPerWrite: every write has an actor of its own, so that a version vector can name any set
    ///   of dots.
    init(_ random: inout SplitMix64, isActorPerWrite: Bool = false) {
        self.isActorPerWrite = isActorPerWrite
        for _ in 0..<(4 + random.below(10)) {
            let index = random.below(replicas.count)
            if random.chance(percent: 60) {
                write(at: index, &random)
            } else {
                hear(from: random.below(replicas.count), at: index)
            }
        }
    }

    private mutating func write(at index: Int, _ random: inout SplitMix64) {
        let replica = replicas[index]
        let slots = random.some(of: Self.slots)
        let writes = (slots.isEmpty ? [Self.slots[0]] : slots).map { random.write(to: $0, seeing: replica) }
        let delta = Delta(
            dot: nextDot(at: index), time: HybridTime(UInt64(10 + random.below(4))),
            authority: random.pick([.shop, .headquarters]), writes: writes)
        seen[delta.dot] = replica.known
        deltas.append(delta)
        replicas[index].receive(delta)
    }

    private mutating func nextDot(at index: Int) -> Dot {
        counts[index] += 1
        return isActorPerWrite
            ? Dot(ActorID(UInt128(deltas.count + 1)), 1)
            : Dot(ActorID(UInt128(index + 1)), UInt64(counts[index]))
    }

    private mutating func hear(from source: Int, at index: Int) {
        for delta in deltas where replicas[source].known.contains(delta.dot) { replicas[index].receive(delta) }
    }

    /// Any order in which no delta comes before one that its author had seen.
    func causalOrder(_ random: inout SplitMix64) -> [Delta] {
        var order: [Delta] = []
        var waiting = deltas
        while !waiting.isEmpty {
            let arrived = Set(order.map(\.dot))
            let ready = waiting.indices.filter { arrived.isSuperset(of: seen[waiting[$0].dot] ?? []) }
            order.append(waiting.remove(at: random.pick(ready)))
        }
        return order
    }

    /// Any order, with repeats.
    func disorder(_ random: inout SplitMix64) -> [Delta] {
        (deltas + random.some(of: deltas)).shuffled(using: &random)
    }

    /// Each actor's writing up to a place of its own: knowledge that need not be causal.
    func someVector(_ random: inout SplitMix64) -> VersionVector {
        var ends: [ActorID: UInt64] = [:]
        for delta in deltas { ends[delta.dot.actor] = max(ends[delta.dot.actor] ?? 0, delta.dot.sequence) }
        return VersionVector(
            ends.sorted { $0.key < $1.key }.map { Dot($0.key, UInt64(random.below(Int($0.value) + 1))) })
    }

    func replica(knowing vector: VersionVector, _ random: inout SplitMix64) -> RecordState {
        Replica.receiving(disorder(&random).filter { vector.contains($0.dot) }).state
    }

    static let slots = [
        Slot(field: 1), Slot(field: 2), Slot(field: 3, element: [1]), Slot(field: 3, element: [1, 0]),
    ]

    /// What the state of a record has to be: a value lives when it has arrived and nobody has replaced it.
    static func definition(of deltas: [Delta]) -> RecordState {
        let known = Set(deltas.map(\.dot))
        var written: Set<Cell> = []
        var replaced: Set<PlacedDot> = []
        for delta in deltas {
            for write in delta.writes {
                replaced.formUnion(write.replaces.map { PlacedDot(slot: write.slot, dot: $0) })
                guard let value = write.value else { continue }
                written.insert(
                    Cell(
                        slot: write.slot, dot: delta.dot, time: delta.time, authority: delta.authority, value: value))
            }
        }
        let live = written.filter { !replaced.contains($0.place) }.sorted { $0.place < $1.place }
        return RecordState(live: live, replacedEarly: replaced.filter { !known.contains($0.dot) }.sorted(), held: [])
    }
}

extension SplitMix64 {
    /// Mostly replaces all that is live in the slot, at times only a part, at times a dot that never was there.
    mutating func write(to slot: Slot, seeing replica: Replica) -> Write {
        let live = replica.state.dots(in: slot)
        var replaces = chance(percent: 80) ? live : some(of: live)
        if chance(percent: 10), let other = replica.known.sorted().first, !replaces.contains(other) {
            replaces.append(other)
        }
        return Write(slot: slot, value: chance(percent: 80) ? [UInt8(below(3))] : nil, replaces: replaces)
    }
}

extension Cell {
    var place: PlacedDot { PlacedDot(slot: slot, dot: dot) }
}

extension Delta {
    /// The least state that says what this delta says.
    var asState: RecordState {
        var state = DeltaWorld.definition(of: [self])
        state = RecordState(
            live: state.live, replacedEarly: state.replacedEarly.filter { $0.dot != dot }, held: [])
        return state
    }
}
