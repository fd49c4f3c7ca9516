import Foundation
import LineCodec
import Logging
import Loyalty
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import TillWeb

/// A branch with a real node and its door on a free port, in a directory of its own.
struct Shop {
    let node: NodeService
    /// With a token that is good.
    let till: TillClient
    let log: LogBook
    let now: Clock

    static let token = [UInt8](1...24)

    /// Sells without headquarters: nothing answers at the hub's address.
    static func offline(
        zone: String = "Asia/Shanghai", country: String = "CN",
        answerMillisecondsMax: Int64 = TillServer.answerMillisecondsMax,
        headquarters: (Headquarters) throws -> Void = { _ in }, _ body: (Shop) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let directory = NodeDirectory(path: folder.path + "/node")
        var random = SplitMix64(seed: 7)
        _ = try directory.newcomer(nowSeconds: Clock.start / 1_000, random: &random)
        try directory.save(NodeDirectory.Settings(hubHost: "127.0.0.1", hubPort: 1))
        let identity = ReplicaIdentity(
            role: .node, node: NodeID(1), actor: ActorID(0xac), branchCode: "017", branchName: "Nanjing Road",
            chainName: "Tea & Co", zone: zone, currency: "CNY", country: country,
            lookupKey: [UInt8](repeating: 7, count: 32), epoch: nil)
        let store = try ReplicaStore.create(at: directory.databasePath, as: identity)
        try headquarters(Headquarters(for: store))
        store.close()
        try await serve(directory, Clock(), answerMillisecondsMax: answerMillisecondsMax, body)
    }

    static func serve(
        _ directory: NodeDirectory, _ now: Clock, answerMillisecondsMax: Int64 = TillServer.answerMillisecondsMax,
        _ body: (Shop) async throws -> Void
    ) async throws {
        let store = try directory.store()
        _ = try store.addTill("till-1", token: token, nowMilliseconds: 1)
        store.close()
        let log = LogBook()
        let node = try NodeService(
            NodeService.Configuration(
                directory: directory, software: "test", group: MultiThreadedEventLoopGroup.singleton,
                nowMilliseconds: { now.milliseconds }, certificateNowSeconds: { Int64(Date().timeIntervalSince1970) },
                makeRandom: { SplitMix64(seed: 11) }, logger: log.logger))
        try node.start()
        defer { node.stop() }
        try await withDoor(of: node, log, now, answerMillisecondsMax, body)
    }

    private static func withDoor(
        of node: NodeService, _ log: LogBook, _ now: Clock, _ answerMillisecondsMax: Int64,
        _ body: (Shop) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let door = try TillServer(
            node: node,
            TillServer.Configuration(
                port: 0, group: MultiThreadedEventLoopGroup.singleton, nowMilliseconds: { now.milliseconds },
                random: SplitMix64(seed: 13), logger: log.logger,
                answerMillisecondsMax: answerMillisecondsMax, onListening: { port.yield($0) }))
        let services = ServiceGroup(services: [door], logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var ready = ports.makeAsyncIterator()
            let bound = try #require(await ready.next())
            try await body(
                Shop(node: node, till: TillClient(port: bound, token: Hexadecimal.text(token)), log: log, now: now))
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}

/// The shop's clock: stands still unless it is moved.
final class Clock: Sendable {
    /// 2026-11-21 09:30 in Shanghai.
    static let start: Int64 = 1_795_224_600_000

    private let time: Mutex<UInt64>

    init(milliseconds: UInt64 = UInt64(start)) { time = Mutex(milliseconds) }

    var milliseconds: UInt64 { time.withLock { $0 } }

    func move(byMilliseconds step: UInt64) { time.withLock { $0 += step } }
}

/// Everything that was logged, to see that nobody's data is in it.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Page(book: self) }
        logger.logLevel = .trace
        return logger
    }

    fileprivate func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Page: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.add("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
        }
    }
}

struct TemporaryFolder {
    let path: String

    init() throws {
        path = "/tmp/branchline-till-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
