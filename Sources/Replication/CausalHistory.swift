/// Expands `(actor, sequence, observed)` into full vector clocks.
///
/// In a star, what an author had seen is exactly its own earlier operations and the hub's log up to
/// `observed`. This type is the proof's other half: the order that the short form gives is the order of the
/// full vectors.
package struct CausalHistory: Sendable {
    private var hubSequences: [Dot: UInt64] = [:]
    private var log: [Dot] = []
    private let epoch: EpochID

    package init(epoch: EpochID) { self.epoch = epoch }

    /// The hub has given the operation the next place in its log.
    package mutating func stamped(_ dot: Dot) {
        log.append(dot)
        hubSequences[dot] = UInt64(log.count)
    }

    package func vector(of dot: Dot, observed: Observed) -> VersionVector {
        var vector = VersionVector(log.prefix(Int(clamping: observed.sequence(in: epoch))))
        vector.include(dot)
        return vector
    }

    /// Whether the author of `later` had seen `earlier`, from the short form alone.
    package func happened(_ earlier: Dot, before later: Dot, observing observed: Observed) -> Bool {
        if earlier.actor == later.actor { return earlier.sequence < later.sequence }
        guard let sequence = hubSequences[earlier] else { return false }
        return sequence <= observed.sequence(in: epoch)
    }
}
