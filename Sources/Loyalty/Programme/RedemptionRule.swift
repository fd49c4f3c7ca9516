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

    /// What any amount is worth: the unit's price as a fraction, rounded half up.
    ///
    /// - Parameter amount: not negative.
    package func worthMinor(of amount: Int64) -> Int64 { Fraction.nearest(amount, unitValueMinor, unit) }

    /// The most that a bill of this much takes of what there is; zero where that is below the minimum.
    package func usable(of available: Int64, payableMinor: Int64) -> Int64 {
        let capMinor = Fraction.down(max(0, payableMinor), capBasisPoints, Int64(ProgrammeLimits.basisPointsMax))
        let units = min(capMinor / unitValueMinor, max(0, available) / unit)
        let amount = units * unit
        return amount < minimum ? 0 : amount
    }
}
