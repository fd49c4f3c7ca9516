import Loyalty
import ReplicaStore
import Replication

/// Tiers: the hub confirms what branches gave provisionally, gives what no branch could know alone, and lets go.
extension HubEngine {
    func confirmTier(by sale: Sale, _ nowMilliseconds: UInt64) throws {
        let (date, programme) = (sale.businessDate, try store.programme())
        guard let member = sale.member, let longest = programme.tiers(on: date).map(\.rule.windowMonths).max() else {
            return
        }
        try writeWords(about: member, nowMilliseconds)
        let confirmed = try store.tiers(of: member, on: date).filter { !$0.isProvisional }
        let held = programme.tiers(on: date).last { tier in confirmed.contains { $0.tier == tier.code } }?.code
        let purchases = try store.purchases(of: member, since: date.adding(months: -longest))
        let standing = TierStanding(tier: held, validUntil: nil)
        guard let next = programme.upgrade(of: standing, by: purchases, on: date), let tier = next.tier else { return }
        let change = TierChange(
            member: member, tier: tier, until: next.validUntil, isProvisional: false, cause: sale.id)
        try say(.tier(change), for: .chain, about: [member], nowMilliseconds)
    }

    private static let endedTiersMax = 200

    /// A tier whose time is over is held on where it is reached again, and else falls by one step.
    func letTiersGo(_ nowMilliseconds: UInt64) throws {
        let (today, programme) = (today(nowMilliseconds), try store.programme())
        guard let longest = programme.tiers(on: today).map(\.rule.windowMonths).max() else { return }
        let ended = try store.endedTiers(before: today.adding(days: -TierChange.graceDays), atMost: Self.endedTiersMax)
        for (member, given) in ended {
            let purchases = try store.purchases(of: member, since: today.adding(months: -longest))
            var standing = TierStanding(tier: given.tier, validUntil: given.until)
            while let next = programme.successor(of: standing, by: purchases, on: today) { standing = next }
            let change = TierChange(
                member: member, tier: standing.tier ?? "", until: standing.validUntil, isProvisional: false, cause: nil)
            try say(.tier(change), for: .chain, about: [member], nowMilliseconds)
        }
        try writeWords(nowMilliseconds)
    }
}
