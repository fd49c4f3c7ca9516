import HubEngine
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol
import TestSupport

/// A hub and a node on databases in memory; what one sends waits until the test hands it over.
final class EnginePair {
    let hub: HubEngine
    let node: NodeEngine
    private(set) var toHub: [Message] = []
    private(set) var toNode: [Message] = []
    private(set) var notices: [NodeNotice] = []
    private var now: UInt64 = 1_700_000_000_000

    static let line = ConnectionID(1)
    static let desk = ConnectionID(2)

    init(seed: UInt64, hubOffersRights: Bool = false, nodeOffersRights: Bool = false) throws {
        let hubStore = try ReplicaStore.createInMemory(as: Self.identity(.hub, epoch: EpochID(7)))
        let token = [UInt8](repeating: 1, count: 16)
        try hubStore.invite(
            token: token, branchCode: "017", branchName: "Station Road", expiresAtMilliseconds: .max >> 2)
        let entry = try hubStore.enrol(token: token, publicKey: [1, 2, 3], nowMilliseconds: now)
        var settings = HubEngine.Settings(software: "test", address: "hub", port: 1, authorityFingerprint: [])
        settings.offersRights = hubOffersRights
        hub = HubEngine(store: hubStore, settings: settings, random: SplitMix64(seed: seed))
        node = NodeEngine(
            store: try ReplicaStore.createInMemory(as: Self.identity(.node, node: entry.node)), software: "test",
            random: SplitMix64(seed: seed + 1), offersRights: nodeOffersRights)
    }

    private static func identity(
        _ role: ReplicaIdentity.Role, node: NodeID = .hub, epoch: EpochID? = nil
    ) -> ReplicaIdentity {
        ReplicaIdentity(
            role: role, node: node, actor: ActorID(UInt128(node.value) + 100), branchCode: "017",
            branchName: "Station Road", chainName: "Corner Shops", zone: "Asia/Shanghai", currency: "CNY",
            country: "CN", lookupKey: [UInt8](repeating: 9, count: 32), epoch: epoch)
    }

    func connect() throws {
        try perform(hub: .connected(Self.line, .node(NodeID(1), serial: "1")))
        try perform(hub: .connected(Self.desk, .administrator))
        try perform(node: .connected(Self.line))
    }

    /// Headquarters makes a member; nothing is handed over yet.
    func createMember(_ id: UInt128) throws {
        let words = [
            "members.create", "do", "boss", "", RecordID(id).hexadecimal, "name=Member \(id)",
        ]
        try perform(hub: .received(Self.desk, [.request(id: 1, arguments: words)]))
    }

    /// Nil where the answer is not there at once.
    @discardableResult
    func ask(_ request: TillRequest) throws -> TillAnswer? {
        let id = NodeEngine.RequestID(1)
        now += 1
        for case .reply(id, let answer) in try node.handle(.till(id, request), nowMilliseconds: now) { return answer }
        return nil
    }

    /// Twice: a hub sends a mark once its log has rested.
    func tickHub() throws { for _ in 0..<2 { try perform(hub: .tick) } }
    func flushNode() throws { try perform(node: .flush) }

    /// All that waits goes to the hub.
    func handOverToHub() throws {
        let messages = toHub
        toHub = []
        try perform(hub: .received(Self.line, messages))
        try perform(hub: .flush)
    }

    /// All that waits goes to the node, in one piece, as it comes from one read of a socket.
    func handOverToNode() throws {
        let messages = toNode
        toNode = []
        try perform(node: .received(Self.line, messages))
    }

    private func perform(hub event: HubEngine.Event) throws {
        now += 1
        for case .send(Self.line, let messages) in try hub.handle(event, nowMilliseconds: now) { toNode += messages }
    }

    private func perform(node event: NodeEngine.Event) throws {
        now += 1
        for action in try node.handle(event, nowMilliseconds: now) {
            switch action {
            case .send(let id, let messages): if id == Self.line { toHub += messages }
            case .log(let notice): notices.append(notice)
            case .connect, .connectAfter, .deflate, .close, .reply: continue
            }
        }
    }
}
