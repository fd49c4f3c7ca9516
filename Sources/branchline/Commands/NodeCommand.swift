import ArgumentParser
import Foundation
import LineTransport
import Logging
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import ServiceLifecycle
import SyncProtocol

struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "A branch's side: join the chain, run the node, let tills in.",
        subcommands: [Join.self, Run.self, Tills.self, Backup.self, Verify.self])

    struct Join: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "join",
            abstract: "Join the chain with an invitation. The key made here never leaves this machine.",
            discussion: "Example:\n  branchline node join branchline1.… --data /srv/node")

        @Argument(help: "The invitation, as the hub printed it.") var invitation: String
        @OptionGroup var data: NodeDataOptions

        func run() async throws {
            let invitation = try Invitation(parsing: invitation)
            var random = SystemRandomNumberGenerator()
            let newcomer = try data.directory.newcomer(nowSeconds: WallClock.nowSeconds(), random: &random)
            let enrolment = Enrolment(group: MultiThreadedEventLoopGroup.singleton, nowSeconds: WallClock.nowSeconds)
            let joined = try await enrolment.join(invitation, as: newcomer, software: Software.name)
            try data.directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
            print(
                """
                This machine is node \(joined.node.value) of \(joined.chain.name), branch \(joined.branchCode) \
                \(joined.branchName).
                Next: branchline node run --data \(data.directory.path)
                """)
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run the branch's node until it is told to stop (Ctrl-C, or SIGTERM).",
            discussion: "Example:\n  branchline node run --data /srv/node --till-port 8080")

        @OptionGroup var data: NodeDataOptions

        func run() async throws {
            OpenFiles.raiseLimit()
            let logger = ServiceLogger.make("node")
            let node = try NodeService(
                NodeService.Configuration(
                    directory: data.directory, software: Software.name, group: MultiThreadedEventLoopGroup.singleton,
                    nowMilliseconds: WallClock.nowMilliseconds, steadyMilliseconds: SteadyClock.nowMilliseconds,
                    certificateNowSeconds: WallClock.nowSeconds, makeRandom: { SystemRandomNumberGenerator() },
                    logger: logger))
            try await Services.run([node], logger: logger)
        }
    }

    struct Tills: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tills", abstract: "The tills that may speak to this node.",
            subcommands: [List.self, Add.self, Revoke.self], defaultSubcommand: List.self)

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "The tills of this branch.")
            @OptionGroup var data: NodeDataOptions
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path)
                    .ask(["tills.list"], output, empty: "No till yet: branchline node tills add NAME")
            }
        }

        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Let a till in. Its token is shown once: enter it in the till's settings.",
                discussion: "Example:\n  branchline node tills add till-1 --data /srv/node")
            @OptionGroup var data: NodeDataOptions
            @Argument(help: "The till's name.") var name: String
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path).ask(["tills.add", name], output, empty: "")
            }
        }

        struct Revoke: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Shut a till out.")
            @OptionGroup var data: NodeDataOptions
            @Argument(help: "The till's name.") var name: String
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path).ask(["tills.revoke", name], output, empty: "")
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Copy the database as it is now, while the node goes on.")
        @OptionGroup var data: NodeDataOptions
        @Argument(help: "A new file.") var path: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await DeskQuestion(directory: data.directory.path)
                .ask(["backup", DataPath.absolute(path)], output, empty: "")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Fold the log again and compare. Exit code 1 if it is not sound.")
        @OptionGroup var data: NodeDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await Verification.run(data.directory.path, output) }
    }
}
