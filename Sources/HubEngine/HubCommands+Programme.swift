import Administration
import Loyalty
import ReplicaStore
import Replication

/// What headquarters declares: wallets, tiers, promotions, coupons, plans, campaigns.
extension HubCommands {
    /// The instruction, category, code, first day; then `key=value`, of which those not given stay as they were.
    func declare(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let (category, code) = try (self.category(arguments.next("a category")), arguments.next("a code"))
        let date = try ReadCommands.date(arguments.next("the first day"))
        let before = try store.programme().latest(category, code)
        let rule = try RuleSpelling.rule(category, arguments.remaining(), changing: before?.rule)
        if let before, before.rule == rule, before.effectiveFrom <= date {
            return ProgrammeRows.rows(before, written: "nothing, it was so")
        }
        return try declare(category, code, from: date, rule, instruction)
    }

    /// The instruction, category, code, first day without it.
    func withdraw(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let (category, code) = try (self.category(arguments.next("a category")), arguments.next("a code"))
        let date = try ReadCommands.date(arguments.next("the first day"))
        let before = try known(category, code)
        guard before.rule != nil else { return ProgrammeRows.rows(before, written: "nothing, it was so") }
        return try declare(category, code, from: date, nil, instruction)
    }

    /// A category, a code.
    func showRule(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        ProgrammeRows.rows(try known(category(arguments.next("a category")), arguments.next("a code")))
    }

    func listRules(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        ProgrammeRows.list(try store.programme(), on: try ReadCommands.date(arguments.next("the business date")))
    }

    private func declare(
        _ category: ProgrammeItem.Category, _ code: String, from date: CivilDate, _ rule: ProgrammeRule?,
        _ instruction: Instruction
    ) throws -> [CommandRow] {
        let programme = try store.programme()
        let item = ProgrammeItem(
            category: category, code: code, revision: programme.nextRevision(category, code), effectiveFrom: date,
            rule: rule)
        let edit = ProgrammeEdit(item: item, author: instruction.author, reason: instruction.reason)
        do throws(ProgrammeFault) {
            try programme.check(item)
            try edit.check()
        } catch {
            throw CommandFault(error)
        }
        guard !instruction.isDry else { return ProgrammeRows.rows(item, written: "nothing yet") }
        try accept(store.draft(.programme(edit), for: .chain, at: nowMilliseconds))
        guard try store.programme().latest(category, code) == item else {
            throw CommandFault(.refused, "the rule was not taken; nothing is changed")
        }
        return ProgrammeRows.rows(item, written: "yes")
    }

    private func known(_ category: ProgrammeItem.Category, _ code: String) throws -> ProgrammeItem {
        let programme = try store.programme()
        guard let item = programme.latest(category, code) else {
            let codes = Set(programme.items.filter { $0.category == category }.map(\.code)).sorted()
            let rest = codes.isEmpty ? "none" : codes.joined(separator: ", ")
            throw CommandFault(.notFound, "there is no \(category.rawValue) \(code); there is \(rest)")
        }
        return item
    }

    private func category(_ text: String) throws -> ProgrammeItem.Category {
        guard let category = ProgrammeItem.Category(rawValue: text) else {
            let known = ProgrammeItem.Category.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFault(.usage, "\(text) is not one of \(known)")
        }
        return category
    }
}
