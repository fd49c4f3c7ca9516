import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import TestSupport

@testable import HubEngine
@testable import NodeEngine

/// A hub and some shops on databases in memory. What one says the other hears at once, unless the line is down or
/// somebody holds it back.
final class SmallChain {
    let hub: HubEngine
    let shops: [NodeEngine]
    private(set) var answers: [NodeEngine.RequestID: TillAnswer] = [:]
    private var connected: Set<Int> = []
    private var toHub: [(Int, Message)] = []
    private var toShops: [(Int, Message)] = []
    private var requests: UInt64 = 0
    /// When the hub wants to be woken.
    private var wakes: [UInt64] = []
    /// What the hub has said, and when.
    private(set) var said: [(atMilliseconds: UInt64, message: Message)] = []
    /// What shops have said, and when the hub heard of it.
    private(set) var heard: [(atMilliseconds: UInt64, message: Message)] = []
    /// Messages to shops that the test lets get lost.
    var loses: (Message) -> Bool = { _ in false }
    /// Noon of 22 November 2023 in Shanghai.
    private(set) var now: UInt64 = 1_700_625_600_000
    static let today = CivilDate("2023-11-22") ?? .first
    static let desk = ConnectionID(99)

    init(shops count: Int = 2, seed: UInt64 = 1) throws {
        let hubStore = try ReplicaStore.createInMemory(as: Self.identity(.hub, NodeID.hub, epoch: EpochID(7)))
        var settings = HubEngine.Settings(software: "test", address: "hub", port: 1, authorityFingerprint: [])
        settings.offersRights = true
        hub = HubEngine(store: hubStore, settings: settings, random: SplitMix64(seed: seed))
        let moment = now
        shops = try (0..<count).map { index in
            let token = [UInt8](repeating: UInt8(index + 1), count: 16)
            try hubStore.invite(
                token: token, branchCode: "shop\(index + 1)", branchName: "Shop \(index + 1)",
                expiresAtMilliseconds: .max >> 2)
            let entry = try hubStore.enrol(token: token, publicKey: token, nowMilliseconds: moment)
            return NodeEngine(
                store: try ReplicaStore.createInMemory(as: Self.identity(.node, entry.node)), software: "test",
                random: SplitMix64(seed: seed + UInt64(index) + 1), offersRights: true)
        }
        _ = try hub.handle(.connected(Self.desk, .administrator), nowMilliseconds: now)
    }

    private static func identity(
        _ role: ReplicaIdentity.Role, _ node: NodeID, epoch: EpochID? = nil
    ) -> ReplicaIdentity {
        ReplicaIdentity(
            role: role, node: node, actor: ActorID(UInt128(node.value) + 100), branchCode: "shop\(node.value)",
            branchName: "Shop \(node.value)", chainName: "Corner Shops", zone: "Asia/Shanghai", currency: "CNY",
            country: "CN", lookupKey: [UInt8](repeating: 9, count: 32), epoch: epoch)
    }

    // MARK: Lines

    func connect(_ shop: Int) throws {
        guard connected.insert(shop).inserted else { return }
        try tell(hub: .connected(line(shop), .node(shops[shop].store.identity.node, serial: "1")))
        try tell(shop, .connected(line(shop)))
        try exchange()
    }

    func disconnect(_ shop: Int) throws {
        guard connected.remove(shop) != nil else { return }
        toHub.removeAll { $0.0 == shop }
        toShops.removeAll { $0.0 == shop }
        try tell(hub: .disconnected(line(shop)))
        try tell(shop, .disconnected(line(shop)))
    }

    private func line(_ shop: Int) -> ConnectionID { ConnectionID(UInt64(shop) + 1) }

    /// Until nobody has anything more to say.
    func exchange() throws {
        repeat {
            while !toHub.isEmpty || !toShops.isEmpty {
                let up = toHub
                toHub = []
                for (shop, message) in up where connected.contains(shop) {
                    try tell(hub: .received(line(shop), [message]))
                }
                let down = toShops
                toShops = []
                for (shop, message) in down where connected.contains(shop) && !loses(message) {
                    try tell(shop, .received(line(shop), [message]))
                }
            }
            try tell(hub: .flush)
            for shop in connected.sorted() { try tell(shop, .flush) }
        } while !toHub.isEmpty || !toShops.isEmpty || hub.needsFlush
    }

    func pass(milliseconds: UInt64) throws {
        now += milliseconds
        try tell(hub: .tick)
        for shop in shops.indices { try tell(shop, .tick) }
        try exchange()
    }

    /// Time goes by without anybody's tick: only who wants to be woken is woken, and then the millisecond has come.
    func passSilently(milliseconds: UInt64) throws {
        let end = now + milliseconds
        while let next = wakes.min(), next <= end {
            wakes.removeAll { $0 == next }
            now = next - 1
            try tell(hub: .flush)
        }
        now = max(now, end)
        if !toHub.isEmpty || !toShops.isEmpty { try exchange() }
    }

    // MARK: People

    /// Nil while the till waits.
    @discardableResult
    func ask(_ shop: Int, _ request: TillRequest) throws -> TillAnswer? {
        requests += 1
        let id = NodeEngine.RequestID(requests)
        try tell(shop, .till(id, request))
        try exchange()
        return answers[id]
    }

    func answer(to request: UInt64) -> TillAnswer? { answers[NodeEngine.RequestID(request)] }
    var lastRequest: UInt64 { requests }

    /// Headquarters' word, through the gate that every operation goes through.
    func declare(_ fact: Fact, for audience: Audience) throws {
        try hub.write(fact, for: audience, now)
        try exchange()
    }

    func command(_ words: [String]) throws {
        try tell(hub: .received(Self.desk, [.request(id: 1, arguments: words)]))
        try exchange()
    }

    private func tell(hub event: HubEngine.Event) throws {
        now += 1
        if case .received(_, let messages) = event { heard += messages.map { (now, $0) } }
        for action in try hub.handle(event, nowMilliseconds: now) {
            if case .wakeAfter(let milliseconds) = action { wakes.append(now + milliseconds) }
            guard case .send(let id, let messages) = action, id != Self.desk else { continue }
            toShops += messages.map { (Int(id.value) - 1, $0) }
            said += messages.map { (now, $0) }
        }
    }

    private func tell(_ shop: Int, _ event: NodeEngine.Event) throws {
        now += 1
        for action in try shops[shop].handle(event, nowMilliseconds: now) {
            switch action {
            case .send(_, let messages): toHub += messages.map { (shop, $0) }
            case .reply(let id, let answer): answers[id] = answer
            case .connect, .connectAfter, .deflate, .close, .log: continue
            }
        }
    }
}
