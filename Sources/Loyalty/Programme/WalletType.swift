/// What a kind of points, growth value or stored value is worth, how it is earned, and for how long it holds.
package struct WalletType: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case points
        /// Counts towards a tier and is never spent.
        case growth
        /// Amounts are in minor units.
        case storedValue = "stored_value"
    }

    package let kind: Kind
    /// Nil where buying earns nothing.
    package let earning: EarningRate?
    /// Nil where it cannot be spent.
    package let redemption: RedemptionRule?
    /// From the day of the purchase until what it earned may be spent.
    package let pendingDays: Int
    package let expiry: ExpiryPolicy
    package let spendOrder: SpendOrder
    /// What the law allows on one account; nil for no limit.
    package let balanceMax: Int64?
    /// A branch without contact for more days than this refuses redemption.
    package let staleDaysMax: Int
    package let allowance: Allowance

    package init(
        kind: Kind, earning: EarningRate? = nil, redemption: RedemptionRule? = nil, pendingDays: Int = 0,
        expiry: ExpiryPolicy = .never, spendOrder: SpendOrder = .proportional, balanceMax: Int64? = nil,
        staleDaysMax: Int = WalletType.staleDaysStandard, allowance: Allowance
    ) {
        self.kind = kind
        self.earning = earning
        self.redemption = redemption
        self.pendingDays = pendingDays
        self.expiry = expiry
        self.spendOrder = spendOrder
        self.balanceMax = balanceMax
        self.staleDaysMax = staleDaysMax
        self.allowance = allowance
    }

    package static let staleDaysStandard = 7

    /// 1 point for each 100 minor units; 1 point pays 1 minor unit, in hundreds, for at most half of a bill.
    package static let standardPoints = WalletType(
        kind: .points, earning: .standard, redemption: .standardPoints, allowance: .standardPoints)
    package static let standardGrowth = WalletType(kind: .growth, earning: .standard, allowance: .none)
    package static let standardStoredValue = WalletType(
        kind: .storedValue, redemption: .storedValue, allowance: .none)

    /// The first day on which what was earned may be spent; nil for at once.
    package func availableOn(earnedOn date: CivilDate) -> CivilDate? {
        pendingDays == 0 ? nil : date.adding(days: pendingDays)
    }
}

/// So many points for so many minor units, as a fraction.
package struct EarningRate: Equatable, Sendable {
    package let points: Int64
    package let perMinor: Int64

    package init(points: Int64, perMinor: Int64) {
        self.points = points
        self.perMinor = perMinor
    }

    package static let standard = EarningRate(
        points: EarningRule.standard.points, perMinor: EarningRule.standard.perMinor)
}
