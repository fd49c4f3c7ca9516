import Administration
import Dispatch
import Foundation
import HubEngine
import HubService
import LineTransport
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import SyncProtocol

/// Where an administrator's commands go: to the service at work in a directory, or, when none is, to the same engine
/// in this process.
final class Desk {
    private enum Way {
        case socket(ControlLine)
        case hub(HubEngine, DirectoryLock)
        case node(NodeEngine, DirectoryLock)
    }

    private let way: Way
    private var lastID: UInt64 = 0

    private init(way: Way) { self.way = way }

    static func open(_ directory: String) async throws -> Desk {
        let socketPath = directory + "/control.sock"
        if FileManager.default.fileExists(atPath: socketPath), let line = try await ControlLine.open(socketPath) {
            return Desk(way: .socket(line))
        }
        if FileManager.default.fileExists(atPath: HubDirectory(path: directory).databasePath) {
            let lock = try DirectoryLock(directory: directory)
            let engine = try HubDirectory(path: directory).engine(
                software: Software.name, random: SystemRandomNumberGenerator())
            return Desk(way: .hub(engine, lock))
        }
        guard FileManager.default.fileExists(atPath: NodeDirectory(path: directory).databasePath) else {
            throw Complaint(
                code: Failure.notFoundCode,
                words: "there is neither a hub nor a node in \(directory). Give a directory with --data, or make one: "
                    + "branchline hub init, or branchline node join")
        }
        let lock = try DirectoryLock(directory: directory)
        let engine = NodeEngine(
            store: try NodeDirectory(path: directory).store(), software: Software.name,
            random: SystemRandomNumberGenerator())
        return Desk(way: .node(engine, lock))
    }

    /// Opens the desk of a directory, and closes it whatever happens.
    static func with<Result>(_ directory: String, _ body: (Desk) async throws -> Result) async throws -> Result {
        let desk = try await open(directory)
        do {
            let result = try await body(desk)
            await desk.close()
            return result
        } catch {
            await desk.close()
            throw error
        }
    }

    /// What commands must know of the chain to read and to show.
    struct Chain {
        let zone: TimeZone
        let currency: String
        let country: String
        let branchCode: String
        let isHub: Bool
    }

    func chain() async throws -> Chain {
        guard let row = try await ask(["chain"]).first, let zone = row["zone"].flatMap(TimeZone.init(identifier:)),
            let currency = row["currency"], let country = row["country"], let branchCode = row["branch"]
        else { throw Self.unreadable }
        return Chain(
            zone: zone, currency: currency, country: country, branchCode: branchCode, isHub: row["role"] == "hub")
    }

    /// True when a service answers; false when this process does.
    var isService: Bool { if case .socket = way { true } else { false } }

    /// - Throws: `CommandFault` with what the engine says.
    func ask(_ words: [String]) async throws -> [CommandRow] {
        lastID += 1
        let request = Message.request(id: lastID, arguments: words)
        switch way {
        case .socket(let line): return try await line.ask(request, id: lastID)
        case .hub(let engine, _): return try Self.rows(in: ask(engine, request))
        case .node(let engine, _): return try Self.rows(in: ask(engine, request))
        }
    }

    func close() async {
        switch way {
        case .socket(let line): await line.close()
        case .hub(let engine, _): engine.close()
        case .node(let engine, _): engine.close()
        }
    }

    private static let localLine = ConnectionID(0)

    private func ask(_ engine: HubEngine, _ request: Message) throws -> [Message] {
        let now = WallClock.nowMilliseconds()
        _ = try engine.handle(.connected(Self.localLine, .administrator), nowMilliseconds: now)
        return try engine.handle(.received(Self.localLine, [request]), nowMilliseconds: now).flatMap(\.sentMessages)
    }

    private func ask(_ engine: NodeEngine, _ request: Message) throws -> [Message] {
        let now = WallClock.nowMilliseconds()
        _ = try engine.handle(.administrator(Self.localLine), nowMilliseconds: now)
        return try engine.handle(.received(Self.localLine, [request]), nowMilliseconds: now).flatMap(\.sentMessages)
    }

    static func rows(in messages: [Message]) throws -> [CommandRow] {
        var rows: [CommandRow] = []
        for message in messages {
            switch message {
            case .row(_, let fields):
                guard let row = CommandRow(fields: fields) else { throw unreadable }
                rows.append(row)
            case .failed(_, let code, let detail):
                throw CommandFault(CommandFault.Code(rawValue: code) ?? .refused, detail)
            case .done: return rows
            case _: throw unreadable
            }
        }
        throw unreadable
    }

    static let unreadable = Complaint(
        code: Failure.unavailableCode, words: "the service's answer cannot be read; is it another version?")
}

enum WallClock {
    @Sendable static func nowMilliseconds() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970) * 1_000) }
    @Sendable static func nowSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
}

/// Runs evenly, whatever becomes of the date: for measuring silences.
enum SteadyClock {
    @Sendable static func nowMilliseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }
}

extension HubEngine.Action {
    fileprivate var sentMessages: [Message] { if case .send(_, let messages) = self { messages } else { [] } }
}

extension NodeEngine.Action {
    fileprivate var sentMessages: [Message] { if case .send(_, let messages) = self { messages } else { [] } }
}
