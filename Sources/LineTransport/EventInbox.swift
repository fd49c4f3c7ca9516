import Dispatch
import Synchronization

/// Where events of all threads wait for the one thread that works on them, in order.
package final class EventInbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var isWorking = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let work: @Sendable ([Event]) -> Void

    /// - Parameter work: is given everything that waits, at most one call at a time.
    package init(label: String, work: @escaping @Sendable ([Event]) -> Void) {
        queue = DispatchQueue(label: label)
        self.work = work
    }

    /// False where nothing is taken any more.
    @discardableResult
    package func post(_ event: Event) -> Bool {
        let (isTaken, mustStart) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.events.append(event)
            defer { state.isWorking = true }
            return (true, !state.isWorking)
        }
        if mustStart { queue.async { self.drain() } }
        return isTaken
    }

    /// True while events have come in that the work has not seen yet.
    package var hasMore: Bool { state.withLock { !$0.events.isEmpty } }

    /// Takes nothing more, and returns once the work in progress is done. Not to be called by the work itself.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            state.events = []
        }
        queue.sync {}
    }

    private func drain() {
        while true {
            let events: [Event] = state.withLock { state in
                if state.events.isEmpty { state.isWorking = false }
                defer { state.events = [] }
                return state.events
            }
            guard !events.isEmpty else { return }
            work(events)
        }
    }
}
