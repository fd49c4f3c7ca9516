import Foundation
import Testing

/// A chain of shops on this machine: its directories, its processes, and the commands that people give there.
final class Shops: Sendable {
    let directory: String
    /// Every chain has an address of its own among those that never leave the machine, so that none is in the way of
    /// another and the hub finds its port again after a restart.
    let host: String
    static let port = 7_443

    struct NotYet: Error, CustomStringConvertible {
        let what: String
        var description: String { "still not: \(what)" }
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/branchline-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        host = "127." + (0..<3).map { _ in String(Int.random(in: 2...250)) }.joined(separator: ".")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// A chain with a hub at work, and so many nodes that have joined and work.
    static func open(nodes: Int) async throws -> (shops: Shops, hub: RunningService, nodes: [RunningService]) {
        let shops = try Shops()
        try await shops.found()
        let hub = try await shops.startHub()
        var services: [RunningService] = []
        for number in 1...max(1, nodes) where number <= nodes {
            try await shops.join("n\(number)", branch: "0\(number)")
            services.append(try await shops.startNode("n\(number)"))
        }
        return (shops, hub, services)
    }

    func found(_ name: String = "hub") async throws {
        try await done([
            "hub", "init", "--data", name, "--name", "Corner Shops", "--address", "\(host):\(Self.port)",
        ])
    }

    func invitation(branch: String, hub: String = "hub") async throws -> String {
        try await done(["hub", "invite", "--data", hub, "--branch", branch, "--name", "Shop \(branch)"]).output
            .trimmingCharacters(in: .newlines)
    }

    func join(_ name: String, branch: String) async throws {
        try await done(["node", "join", try await invitation(branch: branch), "--data", name])
    }

    func startHub(_ name: String = "hub") async throws -> RunningService {
        let hub = try RunningService.start(["hub", "run", "--data", name, "--host", host], in: directory)
        try await hub.logged("hub is listening")
        return hub
    }

    func startNode(_ name: String) async throws -> RunningService {
        let node = try RunningService.start(["node", "run", "--data", name], in: directory)
        try await node.logged("node is running")
        return node
    }

    // MARK: Commands

    func run(_ arguments: [String], language: String = "C") async throws -> Program.Outcome {
        try await Program.run(arguments, in: directory, environment: ["LANG": language])
    }

    /// A command that must succeed.
    @discardableResult
    func done(_ arguments: [String]) async throws -> Program.Outcome {
        let outcome = try await run(arguments)
        guard outcome.code == 0, outcome.errors.isEmpty else {
            throw NotYet(what: "\(arguments.joined(separator: " ")): \(outcome.code) \(outcome.errors)")
        }
        return outcome
    }

    /// The rows of an answer in JSON.
    func rows(_ arguments: [String]) async throws -> [[String: String?]] {
        let answer = try await done(arguments + ["--json"]).output
        let list = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: Any]]
        return try #require(list).map { row in row.mapValues { $0 as? String } }
    }

    func status(_ name: String) async throws -> [String: String?] {
        try await #require(rows(["status", "--data", name]).first)
    }

    func count(_ table: String, at name: String) async throws -> String? {
        try await rows(["query", "select count(*) as n from \(table)", "--data", name]).first?["n"] ?? nil
    }

    /// Asks again until it is so; every question takes as long as a process does.
    func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(Program.secondsMax)
        while ContinuousClock.now < end { if try await condition() { return } }
        throw NotYet(what: what)
    }

    func eventuallyEqual(_ names: [String]) async throws {
        try await eventually("equal digests at \(names.joined(separator: ", "))") {
            var digests: Set<String?> = []
            for name in names {
                let status = try await status(name)
                guard status["waiting"] ?? "0" == "0" else { return false }
                digests.insert(status["digest"] ?? nil)
            }
            return digests.count == 1
        }
    }

    // MARK: Files

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
    }

    /// A file of so many members.
    func writeMembers(_ count: Int, from first: Int = 0, to name: String) throws {
        let rows = (first..<first + count).map { "138\(String(10_000_000 + $0)),Member \($0)\n" }
        try write("phone,name\n" + rows.joined(), to: name)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: directory + "/" + name) }
}
