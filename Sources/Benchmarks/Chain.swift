import Foundation
import HubService
import LineTransport
import Logging
import NIOCore
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import SyncProtocol

/// A hub and its branches, real in every way: files, keys, certificates, TLS on loopback. Each has a thread of its own
/// for its lines, as if it were a process.
final class Chain {
    static let host = "127.0.0.1"
    private static let software = "benchmark"

    let directory: HubDirectory
    let branches: [NodeDirectory]
    private let bench: Workbench
    private(set) var hub: HubService?
    private var port = 0
    private var groups: [MultiThreadedEventLoopGroup] = []
    private var nodes: [NodeService] = []

    /// Founds the chain and enrols its branches; nothing runs yet.
    init(on bench: Workbench, named name: String, branches count: Int) throws {
        self.bench = bench
        directory = HubDirectory(path: bench.path(name + "-hub"))
        branches = (1...max(1, count)).map { NodeDirectory(path: bench.path("\(name)-\($0)")) }
        var random = BenchmarkRandom(seed: 1)
        try directory.create(
            HubDirectory.Founding(
                chainName: "Benchmark", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: Self.host, port: 0)),
            nowSeconds: bench.nowSeconds, random: &random)
        let roster = try Roster(directory, bench.nowMilliseconds())
        for branch in branches {
            let newcomer = try branch.newcomer(nowSeconds: bench.nowSeconds, random: &random)
            let (joined, invitation) = try roster.enrol(newcomer.publicKey, random: &random)
            try branch.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        }
        roster.close()
    }

    /// On the port that it had before, where it had one.
    func startHub(pace: Pace = Pace()) throws {
        let hub = try HubService(
            HubService.Configuration(
                directory: directory, host: Self.host, port: port, software: Self.software, group: newGroup(),
                nowMilliseconds: bench.nowMilliseconds, makeRandom: { BenchmarkRandom(seed: 2) }, logger: Self.quiet,
                pace: pace))
        try hub.start()
        port = hub.port
        self.hub = hub
    }

    func stopHub() {
        hub?.stop()
        hub = nil
    }

    /// - Parameters:
    ///   - group: one of its own where none is given.
    ///   - logger: hears what the node notes.
    func startNode(
        _ index: Int, on group: MultiThreadedEventLoopGroup? = nil, logger: Logger = Chain.quiet
    ) throws -> NodeService {
        let (directory, now) = (branches[index], bench.nowMilliseconds)
        try directory.save(NodeDirectory.Settings(hubHost: Self.host, hubPort: port))
        let node = try NodeService(
            NodeService.Configuration(
                directory: directory, software: Self.software, group: group ?? newGroup(), nowMilliseconds: now,
                certificateNowSeconds: { Int64(now() / 1_000) },
                makeRandom: { BenchmarkRandom(seed: UInt64(index) + 3) }, logger: logger))
        try node.start()
        nodes.append(node)
        return node
    }

    func stop(_ node: NodeService) {
        node.stop()
        nodes.removeAll { $0 === node }
    }

    func stop() throws {
        for node in nodes { node.stop() }
        nodes = []
        stopHub()
        for group in groups { try group.syncShutdownGracefully() }
        groups = []
    }

    func newGroup() -> MultiThreadedEventLoopGroup {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        groups.append(group)
        return group
    }

    /// Speaks of errors alone: a measurement in which something went wrong has measured something else.
    static var quiet: Logger {
        var logger = Logger(label: "benchmark", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        return logger
    }
}

/// The hub's own way of letting nodes in, without the line.
struct Roster {
    private let store: ReplicaStore
    private let authority: ChainAuthority
    private let nowMilliseconds: UInt64

    init(_ directory: HubDirectory, _ nowMilliseconds: UInt64) throws {
        store = try directory.store()
        authority = try directory.authority()
        self.nowMilliseconds = nowMilliseconds
    }

    func enrol(_ publicKey: [UInt8], random: inout BenchmarkRandom) throws -> (Joined, Invitation) {
        let token = (0..<Invitation.tokenBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let code = "b\(random.next())"
        try store.invite(
            token: token, branchCode: code, branchName: code, expiresAtMilliseconds: nowMilliseconds + 60_000)
        let entry = try store.enrol(token: token, publicKey: publicKey, nowMilliseconds: nowMilliseconds)
        let nowSeconds = Int64(nowMilliseconds / 1_000)
        let certificate = try authority.issueNode(
            entry.node, publicKey: publicKey, nowSeconds: nowSeconds, using: &random)
        let (identity, host) = (store.identity, Chain.host)
        let joined = Joined(
            node: entry.node, branchCode: code, branchName: code, certificate: certificate.pem,
            authority: authority.pem,
            chain: ChainProfile(
                name: identity.chainName, zone: identity.zone, currency: identity.currency, country: identity.country,
                lookupKey: identity.lookupKey))
        let invitation = Invitation(
            host: host, port: 0, authorityFingerprint: authority.fingerprint, token: token, branchCode: code,
            branchName: code, expiresSeconds: nowSeconds + 60)
        return (joined, invitation)
    }

    func close() { store.close() }
}
