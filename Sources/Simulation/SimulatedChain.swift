import Digests
import HubEngine
import LineCodec
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// A whole chain of shops in one thread: one hub, some nodes, the lines between them, and the people.
///
/// Everything follows from the plan and the streams of chance; nothing else is asked.
final class SimulatedChain {
    enum Phase: Equatable { case chaos, healing }

    let seed: UInt64
    let options: SimulationOptions
    let plan: SwarmPlan
    var phase = Phase.chaos
    var queue = EventQueue<Occurrence>()
    var now: UInt64 = 0
    var steps = 0
    var trace = TraceHash()
    var marks: [CoverageMark: Int] = [:]

    var network: SeededRandom
    var crashes: SeededRandom
    var people: SeededRandom
    var checks: SeededRandom
    var beginnings: SeededRandom
    private var setup: SeededRandom

    let hub: SimulatedHub
    var nodes: [SimulatedNode] = []
    var lines: [Int: SimulatedLine] = [:]
    /// What was answered on a connection that no line stands for: an administrator's, a newcomer's.
    var answers: [ConnectionID: [Message]] = [:]
    var lastLine = 0

    var ledger = Ledger()
    var expected = ExpectedRecords()
    var books = Books()
    /// Lots that have moved in the hub's books since they were last looked at.
    var booksTouched: Set<RecordID> = []
    var wire = Wire()
    var questions: [Question] = []
    /// The question or command that is being worked on, and what came of it.
    var undertaking: Undertaking?
    var commandNumber = 0
    var outlaw: Outlaw?
    /// What the hub has made for nodes that begin.
    var images: [Digest256: [UInt8]] = [:]

    init(seed: UInt64, options: SimulationOptions) throws {
        self.seed = seed
        self.options = options
        plan = SwarmPlan(seed: seed, options: options)
        network = SeededRandom(seed: seed, stream: "network")
        crashes = SeededRandom(seed: seed, stream: "crashes")
        people = SeededRandom(seed: seed, stream: "people")
        checks = SeededRandom(seed: seed, stream: "checks")
        beginnings = SeededRandom(seed: seed, stream: "beginnings")
        setup = SeededRandom(seed: seed, stream: "setup")
        let store = try ReplicaStore.createInMemory(as: Self.hubIdentity(using: &setup))
        hub = SimulatedHub(store: store, engine: Self.hubEngine(on: store, seed: seed, start: 0, plan.hubPace))
        plantBug(in: store)
        for index in 0..<plan.nodes { nodes.append(try makeNode(index)) }
        if plan.outlawVisits > 0 { outlaw = Outlaw(node: try enrol(branch: "outlaw"), seed: seed) }
        try declareProgramme()
        scheduleEverything()
    }

    // MARK: The beginning

    private static func hubIdentity(using random: inout SeededRandom) -> ReplicaIdentity {
        ReplicaIdentity(
            role: .hub, node: .hub, actor: ActorID(random.identifier()), branchCode: "hq",
            branchName: "Headquarters", chainName: "Simulated chain", zone: "Asia/Shanghai", currency: "CNY",
            country: "CN", lookupKey: (0..<32).map { _ in UInt8(random.below(256)) },
            epoch: EpochID(random.identifier()))
    }

    private static func hubEngine(
        on store: ReplicaStore, seed: UInt64, start: Int, _ pace: Pace
    ) -> HubEngine {
        var settings = HubEngine.Settings(
            software: "simulated", address: "hub.invalid", port: 7_443,
            authorityFingerprint: Array(repeating: 7, count: 32))
        settings.pace = pace
        return HubEngine(
            store: store, settings: settings, random: SeededRandom(seed: seed, stream: "hub engine \(start)"))
    }

    /// Joins as any machine does, with an invitation.
    private func makeNode(_ index: Int) throws -> SimulatedNode {
        let node = try enrol(branch: "shop\(index)")
        let chain = hub.store.identity
        let identity = ReplicaIdentity(
            role: .node, node: node, actor: ActorID(setup.identifier()), branchCode: "shop\(index)",
            branchName: "Shop \(index)", chainName: chain.chainName, zone: chain.zone, currency: chain.currency,
            country: chain.country, lookupKey: chain.lookupKey, epoch: nil)
        let store = try ReplicaStore.createInMemory(as: identity)
        plantBug(in: store)
        return SimulatedNode(index: index, store: store, engine: nodeEngine(on: store, index, start: 0))
    }

    private func nodeEngine(on store: ReplicaStore, _ index: Int, start: Int) -> NodeEngine {
        NodeEngine(
            store: store, software: "simulated",
            random: SeededRandom(seed: seed, stream: "node engine \(index) \(start)"), pace: plan.nodePace)
    }

    private func plantBug(in store: ReplicaStore) {
        #if DEBUG
            store.faults.bug = options.bug
        #endif
    }

    /// The same machine asks twice, as if the first answer had been lost.
    private func enrol(branch: String) throws -> NodeID {
        let rows = try command(["invite", branch, "Shop \(branch)", "24"])
        guard let token = rows.first?["token"].flatMap({ Hexadecimal.bytes($0) }) else {
            throw failure(.engine, "no invitation was made")
        }
        let key = Array(branch.utf8)
        let first = try join(token, key)
        guard let node = first, try join(token, key) == node else {
            throw failure(.engine, "the same key with the same invitation is not the same node")
        }
        return node
    }

    private func join(_ token: [UInt8], _ publicKey: [UInt8]) throws -> NodeID? {
        let id = nextConnection()
        answers[id] = []
        try tell(.connected(id, .newcomer(publicKey: publicKey)))
        try tell(.received(id, [.join(Join(token: token, software: "simulated"))]))
        guard case .joined(let joined)? = answers.removeValue(forKey: id)?.first else { return nil }
        return joined.node
    }

    func nextConnection() -> ConnectionID {
        lastLine += 1
        return ConnectionID(UInt64(lastLine))
    }

    // MARK: Starting again

    func restartHub() throws {
        hub.engine = Self.hubEngine(
            on: hub.store, seed: seed, start: hub.process.incarnation, plan.hubPace)
        hub.process.isUp = true
        scheduleTick(.hub)
    }

    func restart(_ node: SimulatedNode) throws {
        node.engine = nodeEngine(on: node.store, node.index, start: node.process.incarnation)
        node.process.isUp = true
        scheduleTick(.node(node.index))
        try tell(node, .dial)
    }

    func reopen(_ store: ReplicaStore) throws -> ReplicaStore {
        #if DEBUG
            let (bug, isFull) = (store.faults.bug, store.faults.isDiskFull)
            let reopened = try store.reopenedInMemory()
            reopened.faults.bug = bug
            reopened.faults.isDiskFull = isFull
            return reopened
        #else
            return try store.reopenedInMemory()
        #endif
    }

    // MARK: Failing

    func failure(_ invariant: Invariant, _ detail: String) -> SimulationFailure {
        SimulationFailure(
            seed: seed, step: steps, atMilliseconds: now, invariant: invariant, detail: detail,
            plan: plan.description, bug: options.bugName)
    }

    func check(_ condition: Bool, _ invariant: Invariant, _ detail: @autoclosure () -> String) throws {
        guard condition else { throw failure(invariant, detail()) }
    }

    func mark(_ mark: CoverageMark) { marks[mark, default: 0] += 1 }
}
