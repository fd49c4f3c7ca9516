import ArgumentParser

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Is the data safe, is it current, what is waiting?",
        discussion: """
            At a hub: the chain and every node. At a node: its branch.

            Example:
              branchline status --data /srv/node
            """) }
}

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask the merged view in SQL. Only reading is possible.",
        discussion: """
            The views are described in docs/views.md.

            Example:
              branchline query "select branch, sum(net_minor) from sales group by branch"
            """)

    @Argument(help: "One select statement.") var sql: String
    @OptionGroup var data: AnyDataOptions
    @Flag(name: .long, help: "Answer as CSV, with a line of column names.") var csv = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard csv else { return try await data.ask(["query", sql], output, empty: "No rows.") }
        let desk = try await Desk.open(data.path)
        let rows = try await desk.ask(["query", sql])
        await desk.close()
        print(Output.csv(rows), terminator: "")
    }
}

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
            abstract: "Everything that is held of a member: each value, who wrote it, what stands beside it.")
        @Argument(help: "The member's id.") var member: String
        @Flag(name: .long, help: "Print the full vector clock of every value.") var clock = false
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(["members.show", member] + (clock ? ["clock"] : []), output, empty: "")
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a member: FIELD=VALUE, FIELD= to clear, +tag=VALUE and -tag=VALUE.",
            discussion: """
                Example:
                  branchline members edit 0193… "name=Li Wei" +tag=vip --reason "told us at the counter"
                """)
        @Argument(help: "The member's id.") var member: String
        @Argument(parsing: .allUnrecognized, help: "The changes.") var changes: [String]
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.edit", author.mode, author.author, author.reason ?? "", member] + changes, output, empty: "")
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that two members are one person. Nothing is rewritten; unlink undoes it.")
        @Argument(help: "A member's id.") var member: String
        @Argument(help: "Another member's id.") var other: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.link", author.mode, author.author, author.reason ?? "", member, other], output, empty: "")
        }
    }

    struct Unlink: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say that two members are not one person after all.")
        @Argument(help: "A member's id.") var member: String
        @Argument(help: "Another member's id.") var other: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["members.unlink", author.mode, author.author, author.reason ?? "", member, other], output, empty: "")
        }
    }
}

struct CasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases", abstract: "What no rule can settle: list, show, explain, resolve.",
        subcommands: [List.self, Show.self, Explain.self, Resolve.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The open cases.")
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await data.ask(["cases.list"], output, empty: "No open cases.") }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Both sides of a case.")
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await data.ask(["cases.show", id], output, empty: "") }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How a case arose: who had seen what, with full vector clocks.")
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await data.ask(["cases.explain", id], output, empty: "") }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Settle a case; at the hub only. The reason is kept.",
            discussion: """
                A field with two values:        --keep VALUE
                Members with one phone or card: --same-person, or --distinct
                A flagged operation:            --acknowledge

                Example:
                  branchline cases resolve 5f1c --keep "Li Wei" --reason "identity card seen" --dry-run
                """)
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @Option(name: .long, help: "The value that stands from now on.") var keep: String?
        @Flag(name: .long, help: "The members are one person: link them.") var samePerson = false
        @Flag(name: .long, help: "The members are different people who share it.") var distinct = false
        @Flag(name: .long, help: "Seen; nothing is to be done.") var acknowledge = false
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        private var verbs: [String] {
            (keep.map { ["keep=\($0)"] } ?? []) + (samePerson ? ["same-person"] : []) + (distinct ? ["distinct"] : [])
                + (acknowledge ? ["acknowledge"] : [])
        }

        func validate() throws {
            guard verbs.count == 1 else {
                throw ValidationError("Give one of --keep, --same-person, --distinct and --acknowledge.")
            }
            guard author.reason != nil else { throw ValidationError("Give --reason; it is kept for ever.") }
        }

        func run() async throws {
            try await data.ask(
                ["cases.resolve", author.mode, author.author, author.reason ?? "", id] + verbs, output, empty: "")
        }
    }
}
