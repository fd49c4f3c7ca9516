import Replication
import Synchronization

/// Whom somebody is busy with at this door: what is allowed once must not be decided twice at a time.
final class Occupancy: Sendable {
    private let busy = Mutex<Set<RecordID>>([])

    /// False where somebody else is.
    func enter(_ id: RecordID) -> Bool { busy.withLock { $0.insert(id).inserted } }

    func leave(_ id: RecordID) { busy.withLock { _ = $0.remove(id) } }
}
