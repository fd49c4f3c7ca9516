import HubEngine
import HubService
import LineTransport
import Logging
import Loyalty
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import Replication
import SyncProtocol

/// A hub and one branch as two processes would run them, with their own files, keys and a TLS line between them; only
/// that both are in this one.
final class Shop {
    let hub: HubService
    let node: NodeService
    let hubDirectory: HubDirectory
    /// Where the hub's log stood before anything was sold.
    let head: UInt64

    private static let host = "127.0.0.1"
    private static let token: [UInt8] = Array(1...16)
    private static let software = "bench"

    private init(hub: HubService, node: NodeService, hubDirectory: HubDirectory, head: UInt64) {
        self.hub = hub
        self.node = node
        self.hubDirectory = hubDirectory
        self.head = head
    }

    /// The branch knows nothing yet; `node.start()` lets it catch up.
    ///
    /// - Parameter fill: gives headquarters a past.
    static func open(on bench: Workbench, fill: (inout Headquarters) throws -> Void) async throws -> Shop {
        var random = BenchmarkRandom(seed: 5)
        let hubDirectory = HubDirectory(path: bench.path("hub"))
        let head = try found(hubDirectory, fill, &random)
        let hub = try HubService(
            HubService.Configuration(
                directory: hubDirectory, host: host, port: 0, software: software,
                group: MultiThreadedEventLoopGroup.singleton, nowMilliseconds: bench.wallMilliseconds,
                makeRandom: { BenchmarkRandom(seed: 6) }, logger: quiet, pace: paceByTheLog))
        try hub.start()
        let directory = NodeDirectory(path: bench.path("node"))
        try await join(directory, hub, hubDirectory, &random)
        let node = try NodeService(
            NodeService.Configuration(
                directory: directory, software: software, group: MultiThreadedEventLoopGroup.singleton,
                nowMilliseconds: bench.wallMilliseconds, certificateNowSeconds: nowSeconds,
                makeRandom: { BenchmarkRandom(seed: 7) }, logger: quiet))
        return Shop(hub: hub, node: node, hubDirectory: hubDirectory, head: head)
    }

    /// An image would be there in a moment; a branch that has been without a line for weeks reads the log.
    private static var paceByTheLog: Pace {
        var pace = Pace()
        pace.imageLogEntriesMin = .max
        return pace
    }

    private static func found(
        _ directory: HubDirectory, _ fill: (inout Headquarters) throws -> Void, _ random: inout BenchmarkRandom
    ) throws -> UInt64 {
        try directory.create(
            HubDirectory.Founding(
                chainName: "Benchmark", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: host, port: 0)),
            nowSeconds: nowSeconds(), random: &random)
        let store = try directory.store()
        try store.invite(
            token: token, branchCode: "001", branchName: "Shop", expiresAtMilliseconds: Parties.nowMilliseconds * 2)
        var headquarters = Headquarters(store)
        try fill(&headquarters)
        defer { store.close() }
        return store.head
    }

    private static func join(
        _ directory: NodeDirectory, _ hub: HubService, _ hubDirectory: HubDirectory, _ random: inout BenchmarkRandom
    ) async throws {
        let invitation = Invitation(
            host: host, port: hub.port, authorityFingerprint: try hubDirectory.authority().fingerprint, token: token,
            branchCode: "001", branchName: "Shop", expiresSeconds: nowSeconds() * 2)
        let newcomer = try directory.newcomer(nowSeconds: nowSeconds(), random: &random)
        let enrolment = Enrolment(group: MultiThreadedEventLoopGroup.singleton, nowSeconds: nowSeconds)
        let joined = try await enrolment.join(invitation, as: newcomer, software: software)
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
    }

    func close() {
        node.stop()
        hub.stop()
    }

    /// How far the branch has followed the hub's log.
    func applied() async throws -> UInt64 {
        guard case .status(let status) = await node.perform(.status) else {
            throw BenchmarkFault.workNotDone("the node does not tell how it is")
        }
        return status.appliedPosition
    }

    /// - Parameter isAnswered: false where a coupon may be unknown here as yet, and the sale is refused for it.
    func sell(_ checkout: Checkout) async throws {
        guard case .quote(.quoted) = await node.perform(.quote(checkout)) else {
            throw BenchmarkFault.workNotDone("the basket has no price")
        }
        let answer = await node.perform(.checkout(checkout))
        guard case .checkout(.sold) = answer else { throw BenchmarkFault.workNotDone("nothing was sold: \(answer)") }
    }

    /// Certificates and operations stand at the same moment of the data set.
    @Sendable static func nowSeconds() -> Int64 { Int64(Parties.nowMilliseconds / 1_000) }

    private static let quiet = {
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        return logger
    }()
}

extension Workbench {
    /// The data set's time, going on as the real one does.
    var wallMilliseconds: @Sendable () -> UInt64 {
        let now = nowNanoseconds
        return { Parties.nowMilliseconds + now() / 1_000_000 }
    }
}
