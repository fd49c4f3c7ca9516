import ArgumentParser

struct WalletsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallets", abstract: "Members' stored value: show, correct, move; every change with a reason.",
        subcommands: [Show.self, Adjust.self, Transfer.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Balances, where the rights lie, lot by lot, entry by entry.",
            discussion: "Example:\n  branchline wallets show 0193a7c2")
        @Argument(help: "The member's id, or the beginning of it.") var member: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.askLedger(output) { ["wallets.show", member, try $0.today()] }
        }
    }

    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add money, or take it back.",
            discussion: """
                What is taken has to lie at headquarters; what a branch holds is the branch's to spend. The command \
                says how much lies where.

                Example:
                  branchline wallets adjust 0193a7c2 +12.50 --reason "promised on the telephone" --dry-run
                """)
        @Argument(help: "The member's id, or the beginning of it.") var member: String
        @Argument(parsing: .allUnrecognized, help: "+12.50 to add, -12.50 to take.") var amount: [String]
        @Option(name: .long, help: "The wallet's code.") var wallet = "stored"
        @Flag(name: .long, help: "The part that the shop has added, not what was paid for.") var bonus = false
        @Option(name: .long, help: ArgumentHelp("The last day of what is added.", valueName: "date"))
        var expires: String?
        @OptionGroup var request: RequestOptions
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard amount.count == 1 else { throw ValidationError("Give one amount, such as +12.50.") }
            try author.requireReason()
        }

        func run() async throws {
            try await data.askLedger(output) { chain in
                ["wallets.adjust"] + author.instruction + [
                    request.id, try chain.today(), wallet, bonus ? "bonus" : "", member,
                ]
                    + [try chain.amount(amount[0], isMoney: true), expires ?? ""]
            }
        }
    }

    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move from one member to another, with the days on which it expires.",
            discussion: """
                Example:
                  branchline wallets transfer 0193a7c2 0193b001 12.50 --reason "moved to a new number"
                """)
        @Argument(help: "The member who gives: the id, or the beginning of it.") var giver: String
        @Argument(help: "The member who receives, likewise.") var taker: String
        @Argument(help: "How much.") var amount: String
        @Option(name: .long, help: "The wallet's code.") var wallet = "stored"
        @Flag(name: .long, help: "The part that the shop has added, not what was paid for.") var bonus = false
        @OptionGroup var request: RequestOptions
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws {
            try await data.askLedger(output) { chain in
                ["wallets.transfer"] + author.instruction + [
                    request.id, try chain.today(), wallet, bonus ? "bonus" : "",
                ]
                    + [giver, taker, try chain.amount(amount, isMoney: true)]
            }
        }
    }
}
