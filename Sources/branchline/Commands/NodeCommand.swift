import Administration
import ArgumentParser
import Foundation
import LineTransport
import Logging
import NIOCore
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import ServiceLifecycle
import SyncProtocol
import TillWeb

struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "A branch's side: join the chain, run the node, let tills in.",
        subcommands: [Join.self, Run.self, Renew.self, Tills.self, Backup.self, Verify.self])

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
            try requireFresh()
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

        private func requireFresh() throws {
            guard FileManager.default.fileExists(atPath: data.directory.databasePath) else { return }
            throw Complaint(
                code: Failure.existsCode,
                words: "this machine has joined already, in \(data.directory.path); nothing was changed. "
                    + "Run it: branchline node run --data \(data.data)")
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run the branch's node until it is told to stop (Ctrl-C, or SIGTERM).",
            discussion: "Example:\n  branchline node run --data /srv/node --till-port 8080")

        @OptionGroup var data: NodeDataOptions
        @Option(name: .long, help: "The port for the shop's tills; without it no till can speak to this node.")
        var tillPort: Int?
        @Option(name: .long, help: "The address for the tills: 0.0.0.0 lets the shop's whole network in.")
        var tillHost = "127.0.0.1"

        func run() async throws {
            try data.requireNode()
            OpenFiles.raiseLimit()
            let logger = ServiceLogger.make("node")
            let node = try NodeService(
                NodeService.Configuration(
                    directory: data.directory, software: Software.name, group: MultiThreadedEventLoopGroup.singleton,
                    nowMilliseconds: WallClock.nowMilliseconds, steadyMilliseconds: SteadyClock.nowMilliseconds,
                    certificateNowSeconds: WallClock.nowSeconds, makeRandom: { SystemRandomNumberGenerator() },
                    logger: logger))
            let till = try tillPort.map { port in
                try TillServer(
                    node: node,
                    TillServer.Configuration(
                        host: tillHost, port: port, group: MultiThreadedEventLoopGroup.singleton,
                        nowMilliseconds: WallClock.nowMilliseconds, random: SystemRandomNumberGenerator(),
                        logger: logger))
            }
            try await Services.run([node as any Service] + [till].compactMap { $0 }, logger: logger)
        }
    }

    struct Renew: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "renew",
            abstract: "Renew this node's certificate now. A running node does so by itself, 30 days before its end.",
            discussion: "Example:\n  branchline node renew --data /srv/node")

        @OptionGroup var data: NodeDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try data.requireNode()
            let (settings, identity) = (try data.directory.settings(), try data.directory.identity())
            guard let trust = identity.trust else { throw IdentityError.notAnAuthority }
            let certificate = try await Enrolment(
                group: MultiThreadedEventLoopGroup.singleton, nowSeconds: WallClock.nowSeconds
            ).renew(identity, trust: trust, host: settings.hubHost, port: settings.hubPort).get()
            let renewed = try data.directory.renew(identity, certificate: certificate)
            let rows: [CommandRow] = [
                .init(["serial": renewed.serial, "certificate_until_at": String(renewed.notAfterSeconds * 1_000)])
            ]
            let chain = try await Desk.with(data.directory.path) { try await $0.chain() }
            try output.show(rows, Presentation(chain), empty: "")
        }
    }

    struct Tills: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tills", abstract: "The tills that may speak to this node.",
            subcommands: [List.self, Add.self, Revoke.self], defaultSubcommand: List.self)

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "The tills of this branch.",
                discussion: "Example:\n  branchline node tills list --data /srv/node")
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
                try await DeskQuestion(directory: data.directory.path).ask(["tills.add", name], output)
            }
        }

        struct Revoke: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Shut a till out.",
                discussion: "Example:\n  branchline node tills revoke till-1 --data /srv/node")
            @OptionGroup var data: NodeDataOptions
            @Argument(help: "The till's name.") var name: String
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path).ask(["tills.revoke", name], output)
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Copy the database as it is now, while the node goes on.",
            discussion: "Example:\n  branchline node backup /backup/node.sqlite --data /srv/node")
        @OptionGroup var data: NodeDataOptions
        @Argument(help: "A new file.") var path: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await DeskQuestion(directory: data.directory.path)
                .ask(["backup", DataPath.absolute(path)], output)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Fold the log again and compare. Exit code 1 if it is not sound.",
            discussion: "Example:\n  branchline node verify --data /srv/node")
        @OptionGroup var data: NodeDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await Verification.run(data.directory.path, output) }
    }
}
