import ArgumentParser

/// What members have with the chain: points, or money.
protocol AccountKind {
    associatedtype Part: ParsableArguments
    /// The command that shows and corrects it.
    static var command: String { get }
    static var standardWallet: String { get }
    static var isMoney: Bool { get }
    static var example: String { get }
    /// As the hub takes it: a part of a wallet, or nothing.
    static func code(of part: Part) -> String
}

enum PointsAccount: AccountKind {
    static let command = "points"
    static let standardWallet = "points"
    static let isMoney = false
    static let example = "+200"
    static func code(of part: WholeWallet) -> String { "" }
}

enum MoneyAccount: AccountKind {
    static let command = "wallets"
    static let standardWallet = "stored"
    static let isMoney = true
    static let example = "+12.50"
    static func code(of part: PrincipalOrBonus) -> String { part.bonus ? "bonus" : "" }
}

/// Points are of one sort.
struct WholeWallet: ParsableArguments {}

struct PrincipalOrBonus: ParsableArguments {
    @Flag(name: .long, help: "The part that the shop has added, not what was paid for.") var bonus = false
}

/// Which wallet is corrected, under which number, by whom and why.
struct CorrectionOptions<Account: AccountKind>: ParsableArguments {
    @Option(name: .long, help: "The wallet's code.") var wallet = Account.standardWallet
    @OptionGroup var part: Account.Part
    @OptionGroup var request: RequestOptions
    @OptionGroup var author: AuthorOptions
    @OptionGroup var data: AnyDataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { try author.requireReason() }

    /// - Parameters:
    ///   - amount: as it was typed.
    ///   - rest: what comes before the amount, and what comes after it.
    func ask(
        _ verb: String, _ amount: String, before: [String], after: [String] = []
    ) async throws {
        try await data.askLedger(output) { chain in
            ["\(Account.command).\(verb)"] + author.instruction
                + [request.id, try chain.today(), wallet, Account.code(of: part)] + before
                + [try chain.amount(amount, isMoney: Account.isMoney)] + after
        }
    }
}

/// Whose wallets are shown.
struct AccountOptions<Account: AccountKind>: ParsableArguments {
    @Argument(help: "The member's id, or the beginning of it.") var member: String
    @OptionGroup var data: AnyDataOptions
    @OptionGroup var output: OutputOptions

    func show() async throws {
        try await data.askLedger(output) { ["\(Account.command).show", member, try $0.today()] }
    }
}

/// Who gives, who receives, and how much.
struct MovedAmount: ParsableArguments {
    @Argument(help: "The member who gives: the id, or the beginning of it.") var giver: String
    @Argument(help: "The member who receives, likewise.") var taker: String
    @Argument(help: "How much.") var amount: String
}

/// Whose wallet is corrected, and by how much.
struct CorrectedAmount<Account: AccountKind>: ParsableArguments {
    @Argument(help: "The member's id, or the beginning of it.") var member: String
    @Argument(parsing: .allUnrecognized, help: Self.meaning) var amounts: [String]
    @Option(name: .long, help: ArgumentHelp("The last day of what is added.", valueName: "date"))
    var expires: String?

    private static var meaning: ArgumentHelp {
        let amount = Account.isMoney ? "12.50" : "N"
        return ArgumentHelp("+\(amount) to add, -\(amount) to take.", valueName: "amount")
    }

    func validate() throws {
        guard amounts.count == 1 else { throw ValidationError("Give one amount, such as \(Account.example).") }
    }
}
