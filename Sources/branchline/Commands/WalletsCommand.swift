import ArgumentParser

struct WalletsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallets", abstract: "Members' stored value: show, correct, move; every change with a reason.",
        subcommands: [Show.self, Adjust.self, Transfer.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Balances, where the rights lie, lot by lot, entry by entry.",
            discussion: "Example:\n  branchline wallets show 0193a7c2")
        @OptionGroup var account: AccountOptions<MoneyAccount>

        func run() async throws { try await account.show() }
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
        @OptionGroup var amount: CorrectedAmount<MoneyAccount>
        @OptionGroup var correction: CorrectionOptions<MoneyAccount>

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
                  branchline wallets transfer 0193a7c2 0193b001 12.50 --reason "moved to a new number"
                """)
        @OptionGroup var moved: MovedAmount
        @OptionGroup var correction: CorrectionOptions<MoneyAccount>

        func run() async throws {
            try await correction.ask("transfer", moved.amount, before: [moved.giver, moved.taker])
        }
    }
}
