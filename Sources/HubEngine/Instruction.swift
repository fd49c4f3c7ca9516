import Administration
import Loyalty

/// How every command begins that headquarters' ledger keeps: `dry` or `do`, the author, the reason.
struct Instruction {
    let isDry: Bool
    let author: String
    let reason: String

    /// - Throws: a usage fault where the reason is missing, or a text is longer than the ledger keeps.
    init(_ arguments: inout CommandArguments) throws {
        let mode = try arguments.next("dry or do")
        guard ["dry", "do"].contains(mode) else { throw CommandFault(.usage, "\(mode) is neither dry nor do") }
        isDry = mode == "dry"
        author = try arguments.next("the author")
        reason = try arguments.next("the reason")
        guard !reason.isEmpty else { throw CommandFault(.usage, "a reason is needed; it is kept") }
        guard reason.unicodeScalars.count <= ProgrammeLimits.reasonCharactersMax else {
            throw CommandFault(.usage, "the reason has at most \(ProgrammeLimits.reasonCharactersMax) characters")
        }
        guard author.unicodeScalars.count <= ProgrammeLimits.authorCharactersMax else {
            throw CommandFault(.usage, "the author has at most \(ProgrammeLimits.authorCharactersMax) characters")
        }
    }
}

extension CommandArguments {
    mutating func wholeNumber(_ name: String) throws -> Int64 {
        let text = try next(name)
        guard let number = Int64(text) else { throw CommandFault(.usage, "\(text) is not a whole number: \(name)") }
        return number
    }
}
