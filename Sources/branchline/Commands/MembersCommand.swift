import ArgumentParser

struct MembersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Find, show and edit members; say that two are one person.",
        subcommands: [Find.self, Show.self, Edit.self, Link.self, Unlink.self])

    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find members by phone, card or a part of the name.",
            discussion: "Example:\n  branchline members find --phone 13800138000")
        @Option(name: .long, help: "A phone number, as people write it.") var phone: String?
        @Option(name: .long, help: "A card's number.") var card: String?
        @Option(name: .long, help: "A part of the name.") var name: String?
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard [phone, card, name].compactMap({ $0 }).count == 1 else {
                throw ValidationError("Give one of --phone, --card and --name.")
            }
        }

        func run() async throws {
            let (kind, text) =
                phone.map { ("phone", $0) } ?? card.map { ("card", $0) } ?? ("name", name ?? "")
            try await data.ask(["members.find", kind, text], output, empty: "Nobody is found.")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Everything that is held of a member: each value, who wrote it, what lies in the wallets.",
            discussion: "Example:\n  branchline members show 0193a7c2 --clock")
        @Argument(help: "The member's id, or the beginning of it.") var member: String
        @Flag(name: .long, help: "Print the full vector clock of every value.") var clock = false
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.askLedger(output, hiding: clock ? [] : ["dot", "hub_sequence"]) {
                ["members.show", member, try $0.today()] + (clock ? ["clock"] : [])
            }
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a member: FIELD=VALUE, FIELD= to clear, +tag=VALUE and -tag=VALUE.",
            discussion: """
                Example:
                  branchline members edit 0193a7c2 "name=Li Wei" +tag=vip --reason "told us at the counter"
                """)
        @Argument(help: "The member's id, or the beginning of it.") var member: String
        @Argument(parsing: .allUnrecognized, help: "The changes.") var changes: [String]
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.edit", author.mode, author.author, author.reason ?? "", member] + changes, output)
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that two members are one person; at the hub. Nothing is rewritten; unlink undoes it.",
            discussion: "Example:\n  branchline members link 0193a7c2 0193b001 --reason \"same identity card\"")
        @Argument(help: "A member's id, or the beginning of it.") var member: String
        @Argument(help: "Another member's id, likewise.") var other: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.link", author.mode, author.author, author.reason ?? "", member, other], output)
        }
    }

    struct Unlink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that two members are not one person after all; at the hub.",
            discussion: "Example:\n  branchline members unlink 0193a7c2 0193b001 --reason \"father and son\"")
        @Argument(help: "A member's id, or the beginning of it.") var member: String
        @Argument(help: "Another member's id, likewise.") var other: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.unlink", author.mode, author.author, author.reason ?? "", member, other], output)
        }
    }
}
