import ArgumentParser
import Localization

struct CasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases", abstract: "What no rule can settle: list, show, explain, resolve.",
        subcommands: [List.self, Show.self, Explain.self, Resolve.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The open cases.", discussion: "Example:\n  branchline cases list --data /srv/hub")
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var language: LanguageOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["cases.list", language.chosen.rawValue], output, empty: "No open cases.", hiding: ["kind", "field"])
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Both sides of a case.", discussion: "Example:\n  branchline cases show 5f1c")
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var language: LanguageOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(
                ["cases.show", id, language.chosen.rawValue], output, hiding: ["kind", "dot", "hub_sequence"])
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How a case arose: who had seen what, with full vector clocks.",
            discussion: """
                A dot names an entry: its author and number. Its vector says what its author had seen. Tables show the \
                beginnings of authors' names; --json gives them whole.

                Example:
                  branchline cases explain 5f1c
                """)
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var language: LanguageOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.ask(["cases.explain", id, language.chosen.rawValue], output, hiding: ["kind"])
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Settle a case; at the hub only. The reason is kept.",
            discussion: """
                A field with two values:        --keep VALUE
                Members with one phone or card: --same-person, or --distinct
                Anything that was judged:       --acknowledge
                A loss, or a debt:              accept-loss, charge-member, charge-branch, void, fraud
                A tier that is disputed:        accept-loss (it stays), void (it ends), fraud (it ends)

                The command says which of them the case knows, and --dry-run shows every entry that it would write.

                Example:
                  branchline cases resolve 5f1c --keep "Li Wei" --reason "identity card seen" --dry-run
                  branchline cases resolve 77ab charge-branch --reason "used with the line down" --dry-run
                """)
        @Argument(help: "The case's id, or the beginning of it.") var id: String
        @Argument(help: "accept-loss, charge-member, charge-branch, void or fraud.") var verb: String?
        @Option(name: .long, help: "The value that stands from now on.") var keep: String?
        @Flag(name: .long, help: "The members are one person: link them.") var samePerson = false
        @Flag(name: .long, help: "The members are different people who share it.") var distinct = false
        @Flag(name: .long, help: "Seen; nothing is to be done.") var acknowledge = false
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        private var verbs: [String] {
            (keep.map { ["keep=\($0)"] } ?? []) + (samePerson ? ["same-person"] : []) + (distinct ? ["distinct"] : [])
                + (acknowledge ? ["acknowledge"] : []) + (verb.map { [$0] } ?? [])
        }

        func validate() throws {
            guard verbs.count == 1 else {
                throw ValidationError(
                    "Give one of --keep, --same-person, --distinct, --acknowledge, accept-loss, charge-member, "
                        + "charge-branch, void and fraud.")
            }
            try author.requireReason()
        }

        func run() async throws {
            try await data.ask(
                ["cases.resolve"] + author.instruction + [id] + verbs, output)
        }
    }
}
