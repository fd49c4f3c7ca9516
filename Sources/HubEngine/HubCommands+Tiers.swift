import Administration
import Loyalty
import ReplicaStore
import Replication

/// What headquarters says of a tier that a branch has given.
extension HubCommands {
    /// The hub takes the branch's word for its own.
    func honourTier(_ dots: [Dot], _ instruction: Instruction) throws -> [CommandRow] {
        try dots.flatMap { dot -> [CommandRow] in
            guard case .tier(let change)? = try store.reader.fact(of: dot)?.fact else { return [] }
            return try enter(
                TierChange(
                    member: change.member, tier: change.tier, until: change.until, isProvisional: false,
                    cause: change.cause), instruction)
        }
    }

    /// The tier has ended, for the branch that gave it as for all others, and what the member has besides stands.
    func takeBack(
        _ tier: String, of member: RecordID, givenBy dots: [Dot], _ instruction: Instruction
    ) throws -> [CommandRow] {
        let causes = try Set(dots.compactMap(cause)).sorted()
        let past = try today.adding(days: -TierChange.graceDays - 1)
        let ended = causes.map {
            TierChange(member: member, tier: tier, until: past, isProvisional: false, cause: $0)
        }
        let left = try TierChange.holding(store.reader.tierChanges(of: member) + ended, on: today)
        let best = try store.programme().tiers(on: today).last { tier in
            left.contains { $0.tier == tier.code && !$0.isProvisional }
        }
        let standing = TierChange(
            member: member, tier: best?.code ?? "",
            until: left.last { $0.tier == best?.code && !$0.isProvisional }?.until,
            isProvisional: false, cause: nil)
        return try (ended + [standing]).flatMap { try enter($0, instruction) }
    }

    private func cause(of dot: Dot) throws -> RecordID? {
        switch try store.reader.fact(of: dot)?.fact {
        case .tier(let change)?: change.cause
        case .refund(let refund)?: refund.sale
        case _: nil
        }
    }

    private func enter(_ change: TierChange, _ instruction: Instruction) throws -> [CommandRow] {
        if !instruction.isDry { try accept(store.draft(.tier(change), for: .chain, at: nowMilliseconds)) }
        return [
            CommandRow([
                "entry": "tier", "member": change.member.hexadecimal,
                "tier": change.tier.isEmpty ? "none" : change.tier,
                "until": change.until?.text, "sale": change.cause?.hexadecimal,
                "written": instruction.isDry ? "nothing yet" : "yes",
            ])
        ]
    }
}
