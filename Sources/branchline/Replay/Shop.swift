import Synchronization

/// A branch that is fed with sales.
final class Shop: Sendable {
    let branch: LocalBranch
    /// Requests that its node has not answered yet.
    let unanswered = Atomic<Int>(0)

    init(_ branch: LocalBranch) { self.branch = branch }
}
