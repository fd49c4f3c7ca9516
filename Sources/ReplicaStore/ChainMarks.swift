import Digests
import Replication

/// Heads of an own actor's chain at places where it was sent in part, so that neither the next part nor the hub's
/// acknowledgement makes us read and hash again what lies before.
struct ChainMarks {
    private var marks: [ActorID: [Mark]] = [:]

    struct Mark {
        let sequence: UInt64
        let chain: OperationChain
    }

    /// More parts than this are never on their way at once.
    private static let marksMax = 16

    mutating func note(_ chain: OperationChain, of actor: ActorID, through sequence: UInt64) {
        var known = marks[actor, default: []].filter { $0.sequence != sequence }
        if known.count == Self.marksMax { known.removeFirst() }
        marks[actor] = known + [Mark(sequence: sequence, chain: chain)]
    }

    /// The nearest known head at or before a sequence.
    func nearest(to sequence: UInt64, of state: ActorState) -> Mark {
        let known = [
            Mark(sequence: 0, chain: .start),
            Mark(sequence: state.acknowledgedSequence, chain: state.acknowledgedChain),
            Mark(sequence: state.lastSequence, chain: state.chain),
        ]
        let candidates = (known + marks[state.actor, default: []]).filter { $0.sequence <= sequence }
        return candidates.max { $0.sequence < $1.sequence } ?? known[0]
    }
}
