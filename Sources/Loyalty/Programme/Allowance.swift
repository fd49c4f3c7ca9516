/// What lies at a member's home branch, and where it was seen last, to be spent there without the hub: the least of
/// what there is, of the cap, and of what a few large tickets of that branch could take.
package struct Allowance: Equatable, Sendable {
    package let cap: Int64
    /// Topped up below this share of what may lie there.
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

    /// A branch's large ticket is read from so many of its last sales.
    package static let ticketsMax = 200
    /// So many large tickets are covered.
    package static let ticketsCovered: Int64 = 3
    private static let largePercent = 95

    /// The 95th percentile by nearest rank: of n tickets in ascending order the one at ⌈0.95 n⌉, counted from 1.
    ///
    /// - Parameter ticketsMinor: what a branch's last settled sales came to, in any order, before it is looked at how
    ///   they were paid.
    /// - Returns: nil where nothing has been sold.
    package static func largeTicketMinor(_ ticketsMinor: [Int64]) -> Int64? {
        guard !ticketsMinor.isEmpty else { return nil }
        return ticketsMinor.sorted()[(ticketsMinor.count * largePercent + 99) / 100 - 1]
    }
}

extension WalletType {
    /// The most that may lie at a branch of one member's balance, in this wallet's units. A ticket counts with what
    /// could at most be spent on it under the rule of redemption; where nothing can be spent, nothing has to lie there.
    ///
    /// - Parameter largeTicketMinor: the branch's; nil where it has sold nothing yet, and only the cap counts.
    package func allowanceMax(largeTicketMinor: Int64?) -> Int64 {
        guard let redemption else { return 0 }
        guard let largeTicketMinor else { return allowance.cap }
        let ticket = redemption.usable(of: Lot.amountMax, payableMinor: largeTicketMinor)
        return min(allowance.cap, ticket * Allowance.ticketsCovered)
    }
}
