import ArgumentParser

struct PointsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "points", abstract: "Members' points: show, correct, move; every change with a reason.",
        subcommands: [Show.self, Adjust.self, Transfer.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Balances, where the rights lie, lot by lot, entry by entry.",
            discussion: "Example:\n  branchline points show 0193a7c2")
        @OptionGroup var account: AccountOptions<PointsAccount>

        func run() async throws { try await account.show() }
    }

    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add points, or take them back.",
            discussion: """
                What is taken has to lie at headquarters; what a branch holds is the branch's to spend. The command \
                says how much lies where.

                Example:
                  branchline points adjust 0193a7c2 +200 --reason "promised on the telephone" --dry-run
                """)
        @OptionGroup var amount: CorrectedAmount<PointsAccount>
        @OptionGroup var correction: CorrectionOptions<PointsAccount>

        func run() async throws {
            try await correction.ask(
                "adjust", amount.amounts[0], before: [amount.member], after: [amount.expires ?? ""])
        }
    }

    struct Transfer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move from one member to another, with the days on which it expires.",
            discussion: """
                Example:
                  branchline points transfer 0193a7c2 0193b001 200 --reason "moved to a new number"
                """)
        @OptionGroup var moved: MovedAmount
        @OptionGroup var correction: CorrectionOptions<PointsAccount>

        func run() async throws {
            try await correction.ask("transfer", moved.amount, before: [moved.giver, moved.taker])
        }
    }
}
