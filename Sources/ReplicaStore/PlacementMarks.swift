import Replication

/// Where in the hub's log some of each actor's operations stand, so that most questions of what an author can have
/// seen are answered without looking into the log.
///
/// An actor's operations stand there in the order of their sequence: what is before a mark in the one is before it
/// in the other.
struct PlacementMarks {
    private struct Mark {
        let sequence: UInt64
        let hubSequence: UInt64
    }

    private var marks: [ActorID: [Mark]] = [:]

    /// Beyond this every second one is forgotten, so that they become sparser with age.
    private static let marksMax = 32

    mutating func note(_ dot: Dot, at hubSequence: UInt64) {
        var known = marks[dot.actor, default: []]
        if known.count == Self.marksMax { known = stride(from: 1, to: known.count, by: 2).map { known[$0] } }
        known.append(Mark(sequence: dot.sequence, hubSequence: hubSequence))
        marks[dot.actor] = known
    }

    /// True only if the dot stands at or before the place; false may also mean that no mark tells.
    func show(_ dot: Dot, at through: UInt64) -> Bool {
        marks[dot.actor]?.contains { $0.sequence >= dot.sequence && $0.hubSequence <= through } ?? false
    }
}
