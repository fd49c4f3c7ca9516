import HubEngine
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// A hub's engine and a branch's, which hear each other at once: no line, no threads, so that each side's work can be
/// timed alone.
final class JoinedEngines {
    let hub: HubEngine
    let counters: Counters
    private let bench: Workbench
    private var toHub: [Message] = []
    private var toNode: [Message] = []
    /// What the hub has worked since this was last set to zero.
    var hubSeconds = 0.0

    private static let line = ConnectionID(1)
    private static let token: [UInt8] = Array(1...16)
    private static let now = Parties.nowMilliseconds

    init(_ bench: Workbench, hub hubStore: ReplicaStore, branch: ReplicaStore) throws {
        self.bench = bench
        try hubStore.invite(token: Self.token, branchCode: "001", branchName: "", expiresAtMilliseconds: Self.now * 2)
        let entry = try hubStore.enrol(token: Self.token, publicKey: [1], nowMilliseconds: Self.now)
        guard entry.node == branch.identity.node else { throw BenchmarkFault.workNotDone("the branch is another node") }
        hub = HubEngine(
            store: hubStore,
            settings: HubEngine.Settings(software: "bench", address: "hub", port: 1, authorityFingerprint: []),
            random: BenchmarkRandom(seed: 4))
        counters = Counters(branch)
        try tellHub(.connected(Self.line, .node(entry.node, serial: "1")))
        try tellNode(.connected(Self.line))
        try exchange()
    }

    /// Until nobody has anything more to say.
    func exchange() throws {
        repeat {
            let up = toHub
            toHub = []
            if !up.isEmpty { try tellHub(.received(Self.line, up)) }
            try tellHub(.flush)
            let down = toNode
            toNode = []
            if !down.isEmpty { try tellNode(.received(Self.line, down)) }
            try tellNode(.flush)
        } while !toHub.isEmpty || !toNode.isEmpty || hub.needsFlush || counters.engine.needsFlush
    }

    /// A sale, and whatever the hub makes of it.
    func sell(_ checkout: Checkout) throws {
        guard case .checkout(.sold) = try ask(.checkout(checkout)) else {
            throw BenchmarkFault.workNotDone("nothing was sold")
        }
        try exchange()
    }

    func ask(_ request: TillRequest) throws -> TillAnswer {
        let id = NodeEngine.RequestID(.max)
        let actions = try tellNode(.till(id, request)) + tellNode(.flush)
        for case .reply(id, let answer) in actions { return answer }
        throw BenchmarkFault.workNotDone("the till was not answered")
    }

    private func tellHub(_ event: HubEngine.Event) throws {
        hubSeconds += try bench.seconds {
            for case .send(_, let messages) in try hub.handle(event, nowMilliseconds: Self.now) { toNode += messages }
        }
    }

    @discardableResult
    private func tellNode(_ event: NodeEngine.Event) throws -> [NodeEngine.Action] {
        let actions = try counters.engine.handle(event, nowMilliseconds: Self.now)
        for case .send(_, let messages) in actions { toHub += messages }
        return actions
    }
}
