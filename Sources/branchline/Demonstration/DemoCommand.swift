import ArgumentParser
import Foundation
import Localization

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A hub and three branches on this machine, and a story in which every step is checked.",
        discussion: """
            Everything is real: each branch has its own key, certificate, database and TLS line. It runs in a \
            temporary directory and ends by itself; exit code 1 if any step is not true.

            Example:
              branchline demo --keep --language en
            """)

    @Flag(name: .long, help: "Go on running after the story, until Ctrl-C, and say where to look.")
    var keep = false
    @Option(name: .long, help: ArgumentHelp("The story's language; by default as LANG says.", valueName: "zh|en"))
    var language: Language?

    func run() async throws {
        OpenFiles.raiseLimit()
        let keep = keep
        let language = language ?? Language(preference: Self.preference)
        try await Interruption.guarded {
            let directory = try TemporaryDirectory.make("branchline-demo")
            defer { directory.remove() }
            let story = Story(in: language)
            try await Self.tell(story, in: directory.path, keep: keep)
            guard story.isTrue else { throw ExitCode(Failure.falseCode) }
        }
    }

    private static func tell(_ story: Story, in directory: String, keep: Bool) async throws {
        let demonstration = try await Demonstration.begin(story, in: directory)
        do {
            try await demonstration.tell()
            story.end()
            if keep {
                try await TillDoors(shops: demonstration.shops).keepOpen { tills in
                    Directions(chain: demonstration.chain, tills: tills, member: demonstration.regular)
                        .show(in: story)
                }
            }
        } catch {
            await demonstration.end()
            throw error
        }
        await demonstration.end()
    }

    private static var preference: String? {
        let environment = ProcessInfo.processInfo.environment
        return ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}

extension Language: ExpressibleByArgument {}
