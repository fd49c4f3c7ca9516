import Synchronization

/// The time of the sales that are replayed, for all engines of the process. Never goes back.
final class ReplayClock: Sendable {
    private let time: Atomic<UInt64>

    init(atMilliseconds start: UInt64) { time = Atomic(start) }

    @Sendable func nowMilliseconds() -> UInt64 { time.load(ordering: .acquiring) }

    /// - Parameter milliseconds: since 1970; an earlier time than the present one changes nothing.
    func advance(to milliseconds: UInt64) { time.max(milliseconds, ordering: .acquiringAndReleasing) }
}
