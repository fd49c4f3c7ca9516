import Administration
import ArgumentParser
import Foundation
import HubService
import Localization
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

    /// Says it plainly where the directory is a node's, or nobody's.
    func requireHub() throws {
        let isNode = FileManager.default.fileExists(atPath: NodeDirectory(path: directory.path).databasePath)
        guard !FileManager.default.fileExists(atPath: directory.databasePath) else { return }
        guard !isNode else {
            throw Complaint(
                code: Failure.usageCode,
                words: "\(directory.path) is a node's directory, not a hub's: branchline node run --data \(data)")
        }
        throw Complaint(
            code: Failure.notFoundCode,
            words: "there is no hub in \(directory.path). Give its directory with --data, or found a chain: "
                + "branchline hub init")
    }
}

struct NodeDataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The node's directory.", valueName: "dir"))
    var data = StandardDirectory.node

    var directory: NodeDirectory { NodeDirectory(path: DataPath.absolute(data)) }

    /// Says it plainly where the directory is a hub's, or nobody's.
    func requireNode() throws {
        let isHub = FileManager.default.fileExists(atPath: HubDirectory(path: directory.path).databasePath)
        guard !FileManager.default.fileExists(atPath: directory.databasePath) else { return }
        guard !isHub else {
            throw Complaint(
                code: Failure.usageCode,
                words: "\(directory.path) is a hub's directory, not a node's: branchline hub run --data \(data)")
        }
        throw Complaint(
            code: Failure.notFoundCode,
            words: "there is no node in \(directory.path). Give its directory with --data, or join a chain: "
                + "branchline node join INVITATION")
    }
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

/// In which language sentences are said; codes and columns stay as they are.
struct LanguageOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("en or zh; by default what LANG says.", valueName: "code"))
    var language: String?

    func validate() throws {
        guard let language else { return }
        guard Language.allCases.map(\.rawValue).contains(language) else {
            throw ValidationError(
                "\(language) is not one of \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    var chosen: Language {
        let environment = ProcessInfo.processInfo.environment
        let settings = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.filter { !$0.isEmpty }
        return Language(preference: language ?? settings.first)
    }
}

/// Commands that ask the desk of some directory one question and show the answer.
extension AnyDataOptions {
    func ask(
        _ words: [String], _ output: OutputOptions, empty: String = "", hiding hiddenColumns: Set<String> = []
    ) async throws {
        try await DeskQuestion(directory: path).ask(words, output, empty: empty, hiding: hiddenColumns)
    }
}

struct DeskQuestion {
    let directory: String
    var keepsEmptyColumns = false

    func ask(
        _ words: [String], _ output: OutputOptions, empty: String = "", hiding hiddenColumns: Set<String> = []
    ) async throws {
        try await Desk.with(directory) { desk in
            let rows = try await desk.ask(words)
            var presentation = output.json ? Presentation() : Presentation(try await desk.chain())
            presentation.keepsEmptyColumns = keepsEmptyColumns
            presentation.hiddenColumns = hiddenColumns
            try output.show(rows, presentation, empty: empty)
        }
    }
}

extension Presentation {
    init(_ chain: Desk.Chain) {
        self.init(zone: chain.zone, currency: chain.currency)
    }
}
