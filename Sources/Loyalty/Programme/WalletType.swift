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

/// Points are spent in whole units, so that every unit has an exact price.
package struct RedemptionRule: Equatable, Sendable {
    package let minimum: Int64
    package let unit: Int64
    /// What one unit pays.
    package let unitValueMinor: Int64
    /// Of what is left to pay, how much this may pay.
    package let capBasisPoints: Int64

    package init(minimum: Int64, unit: Int64, unitValueMinor: Int64, capBasisPoints: Int64) {
        self.minimum = minimum
        self.unit = unit
        self.unitValueMinor = unitValueMinor
        self.capBasisPoints = capBasisPoints
    }

    package static let standardPoints = RedemptionRule(
        minimum: 100, unit: 100, unitValueMinor: 100, capBasisPoints: 5_000)
    package static let storedValue = RedemptionRule(minimum: 1, unit: 1, unitValueMinor: 1, capBasisPoints: 10_000)

    /// - Parameter amount: a multiple of the unit.
    package func valueMinor(of amount: Int64) -> Int64 { Fraction.down(amount, unitValueMinor, unit) }

    /// The most that a bill of this much takes of what there is; zero where that is below the minimum.
    package func usable(of available: Int64, payableMinor: Int64) -> Int64 {
        let capMinor = Fraction.down(max(0, payableMinor), capBasisPoints, Int64(ProgrammeLimits.basisPointsMax))
        let units = min(capMinor / unitValueMinor, max(0, available) / unit)
        let amount = units * unit
        return amount < minimum ? 0 : amount
    }
}

package enum ExpiryPolicy: Equatable, Sendable {
    case never
    /// So many months after it was earned, and on to the end of that month.
    case months(Int)
    /// A day of the year, so many years ahead; 29 February is the 28th where there is none.
    case fixedDay(month: Int, day: Int, yearsAhead: Int)

    /// The last day on which it may be spent.
    package func expiry(earnedOn date: CivilDate) -> CivilDate? {
        switch self {
        case .never: return nil
        case .months(let count): return date.adding(months: count).endOfMonth
        case .fixedDay(let month, let day, let yearsAhead):
            let due = Self.day(month, day, year: date.year + yearsAhead)
            return due < date ? Self.day(month, day, year: date.year + yearsAhead + 1) : due
        }
    }

    private static func day(_ month: Int, _ day: Int, year: Int) -> CivilDate {
        guard let start = CivilDate(year: year, month: month, day: 1) else { return .last }
        return CivilDate(year: year, month: month, day: day) ?? start.endOfMonth
    }
}

/// Which part of stored value pays first: what was paid for, or the bonus with it.
package enum SpendOrder: String, CaseIterable, Sendable {
    case proportional
    case principalFirst = "principal_first"

    /// Neither part exceeds what there is of it.
    ///
    /// - Parameter amount: at most principal and bonus together; none of them negative.
    package func split(_ amount: Int64, principal: Int64, bonus: Int64) -> (principal: Int64, bonus: Int64) {
        switch self {
        case .principalFirst:
            let paid = min(amount, principal)
            return (paid, amount - paid)
        case .proportional:
            let bonusPart = Allocation.split(amount, by: [principal, bonus])[1]
            return (amount - bonusPart, bonusPart)
        }
    }
}

/// What lies at a member's home branch, and where it was seen last, to be spent there without the hub.
package struct Allowance: Equatable, Sendable {
    package let cap: Int64
    /// Topped up below this share of it.
    package let lowWaterPercent: Int
    /// Returned to the hub after so many days without a visit.
    package let inactivityDays: Int

    package init(cap: Int64, lowWaterPercent: Int = 30, inactivityDays: Int = 60) {
        self.cap = cap
        self.lowWaterPercent = lowWaterPercent
        self.inactivityDays = inactivityDays
    }

    package static let standardPoints = Allowance(cap: 500)
    package static let none = Allowance(cap: 0)
}
