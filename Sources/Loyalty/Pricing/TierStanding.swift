/// What counts towards a tier: a purchase's net, less what came back of it.
package struct QualifyingPurchase: Equatable, Sendable {
    package let date: CivilDate
    package let netMinor: Int64
    package let growth: Int64

    package init(date: CivilDate, netMinor: Int64, growth: Int64 = 0) {
        self.date = date
        self.netMinor = netMinor
        self.growth = growth
    }
}

/// A member's tier, and how long it holds at least.
package struct TierStanding: Equatable, Sendable {
    /// Nil below the ladder's first step.
    package let tier: String?
    /// The last day; nil without a tier.
    package let validUntil: CivilDate?

    package init(tier: String?, validUntil: CivilDate?) {
        self.tier = tier
        self.validUntil = validUntil
    }

    package static let none = TierStanding(tier: nil, validUntil: nil)

    package static let validMonths = 12

    /// Twelve months on, and to the end of that month.
    package static func validity(from date: CivilDate) -> CivilDate { date.adding(months: validMonths).endOfMonth }
}

extension Programme {
    /// The best tier whose threshold is reached within its window: the months up to and with the day, without the day
    /// on which they begin.
    package func tierReached(by purchases: [QualifyingPurchase], on date: CivilDate) -> InForce<Tier>? {
        tiers(on: date).last { $0.rule.metric(of: purchases, on: date) >= $0.rule.threshold }
    }

    /// A better tier than the one at hand, held from this day on; nil where none is reached. Any branch may say so:
    /// more purchases never take it back.
    package func upgrade(
        of standing: TierStanding, by purchases: [QualifyingPurchase], on date: CivilDate
    ) -> TierStanding? {
        guard let reached = tierReached(by: purchases, on: date), reached.rule.rank > rank(of: standing, on: date)
        else { return nil }
        return TierStanding(tier: reached.code, validUntil: TierStanding.validity(from: date))
    }

    /// What follows when a tier's time is over; nil while it holds. It is held on where it is reached again, else it
    /// falls by one step, never below what is reached. Only the hub says so, once all branches have reported.
    package func successor(
        of standing: TierStanding, by purchases: [QualifyingPurchase], on date: CivilDate
    ) -> TierStanding? {
        guard let validUntil = standing.validUntil, validUntil < date else { return nil }
        let held = rank(of: standing, on: date)
        let reached = tierReached(by: purchases, on: date)
        if let reached, reached.rule.rank >= held {
            return TierStanding(tier: reached.code, validUntil: TierStanding.validity(from: date))
        }
        guard let below = tiers(on: date).last(where: { $0.rule.rank < held }) else { return TierStanding.none }
        return TierStanding(tier: below.code, validUntil: TierStanding.validity(from: validUntil))
    }

    /// What is missing for the next better tier: minor units of spend or points of growth; nil at the top.
    package func missing(
        for standing: TierStanding, with purchases: [QualifyingPurchase], on date: CivilDate
    ) -> (tier: InForce<Tier>, amount: Int64)? {
        let held = rank(of: standing, on: date)
        guard let next = tiers(on: date).first(where: { $0.rule.rank > held }) else { return nil }
        return (next, max(0, next.rule.threshold - next.rule.metric(of: purchases, on: date)))
    }

    /// Below every rank where the tier is none, or has been withdrawn.
    private func rank(of standing: TierStanding, on date: CivilDate) -> Int {
        standing.tier.flatMap { tier($0, on: date)?.rule.rank } ?? -1
    }
}

extension Tier {
    fileprivate func metric(of purchases: [QualifyingPurchase], on date: CivilDate) -> Int64 {
        let start = date.adding(months: -windowMonths)
        let counted = purchases.filter { start < $0.date && $0.date <= date }
        let sum = counted.reduce(Int128(0)) { sum, purchase in
            switch metric {
            case .spend: sum + Int128(purchase.netMinor)
            case .growth: sum + Int128(purchase.growth)
            }
        }
        return Int64(clamping: sum)
    }
}
