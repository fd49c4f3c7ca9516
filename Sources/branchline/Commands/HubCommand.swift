import Administration
import ArgumentParser
import Foundation
import HubService
import LineTransport
import Logging
import NIOPosix
import ReplicaStore
import ServiceLifecycle

struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Headquarters' side: found a chain, run the hub, let branches in.",
        subcommands: [Init.self, Run.self, Invite.self, Nodes.self, Backup.self, Verify.self])

    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract: "Found a chain: its certificate authority, the hub's certificate, an empty database.",
            discussion: """
                Example:
                  branchline hub init --name "Corner Shops" --address hub.example.com:7443 \\
                    --zone Asia/Shanghai --currency CNY --country CN
                """)

        @OptionGroup var data: HubDataOptions
        @Option(name: .long, help: "The chain's name.") var name: String
        @Option(name: .long, help: ArgumentHelp("Where branches reach this hub.", valueName: "host[:port]"))
        var address: String
        @Option(name: .long, help: "The chain's time zone; business dates are counted in it.") var zone =
            "Asia/Shanghai"
        @Option(name: .long, help: "ISO 4217 code of the currency.") var currency = "CNY"
        @Option(name: .long, help: "ISO 3166 code; phone numbers without a prefix are this country's.") var country =
            "CN"

        func validate() throws {
            guard TimeZone(identifier: zone) != nil else {
                throw ValidationError("\(zone) is not a time zone such as Asia/Shanghai.")
            }
            guard currency.count == 3, currency.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
                throw ValidationError("\(currency) is not a currency code such as CNY.")
            }
            guard country.count == 2, country.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
                throw ValidationError("\(country) is not a country code such as CN.")
            }
            guard (1...64).contains(name.count) else { throw ValidationError("The name has 1 to 64 characters.") }
            _ = try Address(address)
        }

        func run() async throws {
            let address = try Address(address)
            guard !FileManager.default.fileExists(atPath: data.directory.databasePath) else {
                throw Complaint(
                    code: Failure.existsCode,
                    words: "there is a chain in \(data.directory.path) already; nothing was changed. "
                        + "Run it: branchline hub run --data \(data.data)")
            }
            var random = SystemRandomNumberGenerator()
            try data.directory.create(
                HubDirectory.Founding(
                    chainName: name, zone: zone, currency: currency, country: country,
                    settings: HubDirectory.Settings(address: address.host, port: address.port)),
                nowSeconds: WallClock.nowSeconds(), random: &random)
            print(
                """
                The chain \(name) is founded in \(data.directory.path).
                Keep ca-key.pem secret: whoever has it can let machines in.
                Next: branchline hub run --data \(data.directory.path)
                """)
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run the hub until it is told to stop (Ctrl-C, or SIGTERM).",
            discussion: "Example:\n  branchline hub run --data /srv/hub --port 7443")

        @OptionGroup var data: HubDataOptions
        @Option(name: .long, help: "The address to listen on.") var host = "0.0.0.0"
        @Option(name: .long, help: "The port to listen on; by default the one that invitations name.") var port: Int?

        func run() async throws {
            try data.requireHub()
            OpenFiles.raiseLimit()
            let logger = ServiceLogger.make("hub")
            let service = try HubService(
                HubService.Configuration(
                    directory: data.directory, host: host, port: try port ?? data.directory.settings().port,
                    software: Software.name, group: MultiThreadedEventLoopGroup.singleton,
                    nowMilliseconds: WallClock.nowMilliseconds, steadyMilliseconds: SteadyClock.nowMilliseconds,
                    makeRandom: { SystemRandomNumberGenerator() }, logger: logger))
            try await Services.run([service], logger: logger)
        }
    }

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite", abstract: "Print an invitation with which one machine can join, once.",
            discussion: """
                Example:
                  branchline hub invite --branch 017 --name "Station Road"
                """)

        @OptionGroup var data: HubDataOptions
        @Option(name: .long, help: "The branch's code.") var branch: String
        @Option(name: .long, help: "The branch's name.") var name: String
        @Option(name: .long, help: "How long the invitation holds.") var hours = 72
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let rows = try await Desk.with(data.directory.path) { desk in
                try await desk.ask(["invite", branch, name, String(hours)])
            }
            guard let row = rows.first, let invitation = Invitation(row) else { throw Desk.unreadable }
            print(
                output.json
                    ? try Output.json([
                        .init([
                            "invitation": invitation.text, "branch": row["branch"], "name": row["name"],
                            "expires_at": row["expires_at"],
                        ])
                    ]) : invitation.text)
        }
    }

    struct Nodes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "nodes", abstract: "The nodes of the chain.",
            discussion: "Example:\n  branchline hub nodes --data /srv/hub",
            subcommands: [List.self, Revoke.self, DeclareLost.self], defaultSubcommand: List.self)

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Each node: connected or not, how far, since when.",
                discussion: "Example:\n  branchline hub nodes list --data /srv/hub --json")
            @OptionGroup var data: HubDataOptions
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path)
                    .ask(["nodes.list"], output, empty: "No node has joined yet: branchline hub invite")
            }
        }

        struct Revoke: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Shut a node out for good, at once.",
                discussion: "Example:\n  branchline hub nodes revoke 3 --reason \"machine stolen\"")
            @OptionGroup var data: HubDataOptions
            @Argument(help: "The node's number, or its branch's code.") var node: String
            @Option(name: .long, help: "Why; kept.") var reason: String
            @OptionGroup var output: OutputOptions

            func run() async throws {
                try await DeskQuestion(directory: data.directory.path)
                    .ask(["nodes.revoke", node, reason], output)
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Copy the database as it is now, while the hub goes on.",
            discussion: "Example:\n  branchline hub backup /backup/hub.sqlite --data /srv/hub")
        @OptionGroup var data: HubDataOptions
        @Argument(help: "A new file.") var path: String
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await DeskQuestion(directory: data.directory.path)
                .ask(["backup", DataPath.absolute(path)], output)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Fold the whole log again and compare. Exit code 1 if it is not sound.",
            discussion: "Example:\n  branchline hub verify --data /srv/hub")
        @OptionGroup var data: HubDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await Verification.run(data.directory.path, output) }
    }
}

/// `host` or `host:port`.
struct Address {
    static let standardPort = 7_443
    let host: String
    let port: Int

    init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.count == 2 ? Int(parts[1]) : Self.standardPort
        guard (1...2).contains(parts.count), !parts[0].isEmpty, let port, (1...65_535).contains(port) else {
            throw ValidationError("\(text) is not an address such as hub.example.com:7443.")
        }
        host = String(parts[0])
        self.port = port
    }
}

enum Verification {
    static func run(_ directory: String, _ output: OutputOptions) async throws {
        let rows = try await Desk.with(directory) { try await $0.ask(["verify"]) }
        try output.show(rows, Presentation(), empty: "")
        guard rows.first?["sound"] == "yes" else {
            throw Complaint(
                code: Failure.falseCode,
                words: "the database is not sound; stop the service, keep the files, call for help")
        }
    }
}
