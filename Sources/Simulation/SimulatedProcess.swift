import HubEngine
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// What every process has, whatever runs in it.
struct SimulatedProcess {
    var clock = SimulatedClock()
    var isUp = true
    /// Counts its starts: what was meant for an earlier one is not for this.
    var incarnation = 0
    var isFlushDue = false
    var lastBusyMilliseconds: UInt64 = 0

    private static let tickMilliseconds: ClosedRange<UInt64> = 1_000...20_000

    /// About a second; rarer while nothing happens, so that a quiet week is soon over.
    func tickAfterMilliseconds(at now: UInt64) -> UInt64 {
        min(Self.tickMilliseconds.upperBound, max(Self.tickMilliseconds.lowerBound, (now - lastBusyMilliseconds) / 4))
    }

    mutating func stop() {
        isUp = false
        incarnation += 1
        isFlushDue = false
    }
}

/// The hub: its disk, and the engine that works on it while the process is up.
final class SimulatedHub {
    var process = SimulatedProcess()
    var store: ReplicaStore
    var engine: HubEngine

    init(store: ReplicaStore, engine: HubEngine) {
        self.store = store
        self.engine = engine
    }
}

/// A branch's node.
final class SimulatedNode {
    let index: Int
    let node: NodeID
    var process = SimulatedProcess()
    var store: ReplicaStore
    var engine: NodeEngine
    /// The connection that the engine was told of.
    var line: Int?
    /// Not reached by anybody until then; nil while the road is open.
    var cutOffUntilMilliseconds: UInt64?
    /// What was sent while cut off arrives afterwards, instead of never.
    var outlivesCut = false
    /// What the checks have seen of its store.
    var seen = Seen()
    /// What it may spend.
    var holding = Holding()
    /// Lots that have moved since they were last looked at.
    var touched: Set<RecordID> = []

    struct Seen {
        var lastSequence: UInt64 = 0
        var cursor: UInt64 = 0
    }

    init(index: Int, store: ReplicaStore, engine: NodeEngine) {
        self.index = index
        node = store.identity.node
        self.store = store
        self.engine = engine
    }

    var actor: ActorID { store.identity.actor }
}
