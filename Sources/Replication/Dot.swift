/// The name of one operation: which actor wrote it, and as its how-manieth.
///
/// Serves as causality, log position, resend cursor and duplicate key at once. The order is for canonical
/// listings and ties only; it says nothing about which of two operations came first.
package struct Dot: Hashable, Comparable, Sendable {
    package let actor: ActorID
    /// From 1, without gaps.
    package let sequence: UInt64

    package init(_ actor: ActorID, _ sequence: UInt64) {
        self.actor = actor
        self.sequence = sequence
    }

    package static func < (a: Self, b: Self) -> Bool {
        (a.actor, a.sequence) < (b.actor, b.sequence)
    }
}
