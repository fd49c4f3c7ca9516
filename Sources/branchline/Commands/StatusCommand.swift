import Administration
import ArgumentParser
import LineTransport
import NodeService

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Is the data safe, is it current, what is waiting?",
        discussion: """
            At a hub: the chain and every node. At a node: its branch.

            Example:
              branchline status --data /srv/node
              branchline status --language zh
            """)

    @OptionGroup var data: AnyDataOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await Desk.with(data.path) { desk in
            let rows = try await desk.ask(["status"])
            guard !output.json else { return print(try Output.json(rows)) }
            let chain = try await desk.chain()
            let report = StatusReport(
                rows: rows, isRunning: desk.isService, certificateUntilSeconds: chain.isHub ? nil : certificateUntil,
                presentation: Presentation(chain), language: language.chosen)
            print(chain.isHub ? report.hub : report.node, terminator: "")
        }
    }

    private var certificateUntil: Int64? {
        (try? NodeDirectory(path: data.path).identity())?.notAfterSeconds
    }
}

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "What happened that should not, latest first; for whoever has to find out why.",
        discussion: "Example:\n  branchline incidents --data /srv/node")

    @OptionGroup var data: AnyDataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await data.ask(["incidents"], output, empty: "Nothing has happened.") }
}
