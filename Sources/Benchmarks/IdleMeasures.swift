import Foundation
import Glibc
import HubService
import LineTransport
import NIOCore
import NIOPosix
import Replication
import SyncProtocol
import Synchronization

/// What a connected node that says nothing costs the hub: resident memory of a hub that is a process of its own (this
/// same program), less what it takes with nobody there. The nodes are lines of this process that have said HELLO.
final class IdleMeasures {
    private let bench: Workbench
    private let counts: [Int]

    private static let filesForOthers = 200
    private static let membersPerNode = 50
    private static let greetingSecondsMax: UInt64 = 120
    /// Some of the hub's ticks, so that what the greetings have left behind is done.
    private static let restSeconds: UInt32 = 3

    init(_ bench: Workbench) {
        self.bench = bench
        let most = min(bench.machine.openFilesMax - Self.filesForOthers, bench.members / Self.membersPerNode)
        counts = [3, 30, 300, 1_000, 3_000].filter { $0 <= most }
    }

    func run(_ progress: (String) -> Void) throws -> [Observation] {
        let chain = try Chain(on: bench, named: "idle", branches: 1)
        let visitors = try Visitors(counts.max() ?? 0, of: chain, bench)
        let hub = try HubProcess(chain.directory, bench)
        defer { hub.stop() }
        sleep(Self.restSeconds)
        let alone = try hub.residentBytes()
        var observations = [Observation("idle: the hub alone", Double(alone) / 1_048_576, "MiB")]
        for count in counts {
            progress("\(count) nodes connect")
            try visitors.connect(upTo: count, port: hub.port, bench, secondsMax: Self.greetingSecondsMax)
            sleep(Self.restSeconds)
            let bytes = try hub.residentBytes() - alone
            observations.append(
                Observation("idle: \(count) nodes, of the hub's memory each", Double(bytes / count) / 1_024, "KiB"))
        }
        try visitors.leave()
        return observations
    }
}

/// `branchline hub run` as a shop's headquarters would run it.
private final class HubProcess {
    let port: Int
    private let process: Process

    private static let startSecondsMax: UInt64 = 30

    init(_ directory: HubDirectory, _ bench: Workbench) throws {
        let log = bench.path("idle.log")
        try Data().write(to: URL(fileURLWithPath: log))
        process = Process()
        process.executableURL = URL(fileURLWithPath: bench.machine.programPath)
        process.arguments = ["hub", "run", "--data", directory.path, "--host", Chain.host, "--port", "0"]
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        port = try Self.wait(for: process, saying: log, bench)
    }

    private static func wait(for process: Process, saying log: String, _ bench: Workbench) throws -> Int {
        let start = bench.nowNanoseconds()
        while true {
            if let port = port(in: try String(contentsOfFile: log, encoding: .utf8)) { return port }
            guard process.isRunning, bench.nowNanoseconds() - start < startSecondsMax * 1_000_000_000 else {
                process.terminate()
                throw BenchmarkFault.workNotDone("the hub did not start")
            }
            usleep(10_000)
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw BenchmarkFault.workNotDone("the hub's memory cannot be read")
        }
        return kibibytes * 1_024
    }

    /// From the line in which the hub says where it listens.
    private static func port(in log: String) -> Int? {
        log.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("hub.port=") }
            .flatMap { Int($0.dropFirst("hub.port=".count)) }
    }
}

/// Nodes without a database: a key, a certificate and a line.
private final class Visitors: Sendable {
    private struct Visitor: Sendable {
        let identity: Identity
        let node: NodeID
        let actor: ActorID
    }

    private struct Lines {
        var called = 0
        var open: [ConnectionID: LineConnection] = [:]
        var welcomed = 0
        var lost: [String] = []
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let numbers = ConnectionNumbers()
    private let visitors: [Visitor]
    private let lines = Mutex(Lines())

    init(_ count: Int, of chain: Chain, _ bench: Workbench) throws {
        var random = BenchmarkRandom(seed: 7)
        let roster = try Roster(chain.directory, bench.nowMilliseconds())
        defer { roster.close() }
        let authority = try chain.directory.authority().trusted
        visitors = try (0..<count).map { _ in
            let newcomer = try Identity.newcomer(nowSeconds: bench.nowSeconds, using: &random)
            let (joined, _) = try roster.enrol(newcomer.publicKey, random: &random)
            return Visitor(
                identity: try newcomer.adopting(certificate: joined.certificate, authority: authority),
                node: joined.node, actor: ActorID(UInt128(random.next()) << 64 | UInt128(random.next())))
        }
    }

    /// Returns when all have been welcomed.
    func connect(upTo count: Int, port: Int, _ bench: Workbench, secondsMax: UInt64) throws {
        let nowSeconds: @Sendable () -> Int64 = { Int64(bench.nowMilliseconds() / 1_000) }
        let called = lines.withLock { lines in
            defer { lines.called = count }
            return lines.called
        }
        for visitor in visitors[called..<count] {
            let settings = TransportSettings(group: group, numbers: numbers, nowSeconds: nowSeconds) { [weak self] in
                self?.receive($0, for: visitor)
            }
            guard let trust = visitor.identity.trust else { continue }
            LineConnector(settings: settings).connect(
                host: Chain.host, port: port, identity: visitor.identity, trust: trust)
        }
        let start = bench.nowNanoseconds()
        while lines.withLock({ $0.welcomed }) < count {
            let lost = lines.withLock { $0.lost }
            guard lost.isEmpty, bench.nowNanoseconds() - start < secondsMax * 1_000_000_000 else {
                throw BenchmarkFault.workNotDone("not all were welcomed: \(lost.first ?? "it took too long")")
            }
            usleep(10_000)
        }
    }

    func leave() throws {
        for connection in lines.withLock({ Array($0.open.values) }) { connection.closeNow() }
        try group.syncShutdownGracefully()
    }

    private func receive(_ event: TransportEvent, for visitor: Visitor) {
        switch event {
        case .opened(let connection, _, _):
            lines.withLock { $0.open[connection.id] = connection }
            connection.send([.hello(Self.hello(of: visitor))])
        case .received(let id, let messages): for message in messages { receive(message, on: id) }
        case .malformed, .closed, .refused, .failed: lines.withLock { $0.lost.append("\(event)") }
        case .drained: break
        }
    }

    private func receive(_ message: Message, on id: ConnectionID) {
        if case .welcome = message { lines.withLock { $0.welcomed += 1 } }
        if case .ping(let token) = message { lines.withLock { $0.open[id] }?.send([.pong(token)]) }
    }

    private static func hello(of visitor: Visitor) -> Hello {
        Hello(
            version: Protocol.version, node: visitor.node, features: [Protocol.deflate, Protocol.rights], cursor: nil,
            credit: Limits.downloadCreditEntries,
            actors: [ActorHead(actor: visitor.actor, sequence: 0, chain: [UInt8](repeating: 0, count: 32))],
            software: "benchmark")
    }
}
