import Administration
import ArgumentParser
import Foundation
import HubService
import NodeService

/// The directory of a hub or a node.
enum StandardDirectory {
    static let hub = "/var/lib/branchline/hub"
    static let node = "/var/lib/branchline/node"
}

struct HubDataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The hub's directory.", valueName: "dir"))
    var data = StandardDirectory.hub

    var directory: HubDirectory { HubDirectory(path: DataPath.absolute(data)) }
}

struct NodeDataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The node's directory.", valueName: "dir"))
    var data = StandardDirectory.node

    var directory: NodeDirectory { NodeDirectory(path: DataPath.absolute(data)) }
}

struct AnyDataOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A hub's or node's directory. Without it: \(StandardDirectory.hub), or else \(StandardDirectory.node).",
            valueName: "dir"))
    var data: String?

    var path: String {
        if let data { return DataPath.absolute(data) }
        let hub = HubDirectory(path: StandardDirectory.hub)
        return FileManager.default.fileExists(atPath: hub.databasePath) ? StandardDirectory.hub : StandardDirectory.node
    }
}

enum DataPath {
    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

/// Who gives a command, and why: kept for ever beside what it changed.
struct AuthorOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Who does this; by default whoever is logged in.", valueName: "name"))
    var by: String?

    @Option(name: .long, help: ArgumentHelp("Why; kept for ever beside the change.", valueName: "text"))
    var reason: String?

    @Flag(name: .long, help: "Say what would be written, and write nothing.")
    var dryRun = false

    var author: String { by ?? ProcessInfo.processInfo.environment["USER"] ?? "administrator" }
    var mode: String { dryRun ? "dry" : "do" }
}

/// Commands that ask the desk of some directory one question and show the answer.
extension AnyDataOptions {
    func ask(_ words: [String], _ output: OutputOptions, empty: String) async throws {
        try await DeskQuestion(directory: path).ask(words, output, empty: empty)
    }
}

struct DeskQuestion {
    let directory: String

    func ask(_ words: [String], _ output: OutputOptions, empty: String) async throws {
        let desk = try await Desk.open(directory)
        do {
            let rows = try await desk.ask(words)
            let zone = output.json ? nil : try await desk.ask(["chain"]).first?["zone"]
            try output.show(rows, zone: zone.flatMap { TimeZone(identifier: $0) } ?? .current, empty: empty)
        } catch {
            await desk.close()
            throw error
        }
        await desk.close()
    }
}
