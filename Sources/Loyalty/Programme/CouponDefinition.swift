/// The terms of a coupon. A coupon keeps those of the revision under which it was issued.
package struct CouponDefinition: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// The threshold is on the eligible goods after item discounts.
        case amountOff(minor: Int64, thresholdMinor: Int64)
        case percent(payBasisPoints: Int64, maxOffMinor: Int64?)
        /// For one unit of sale.
        case fixedPrice(product: String, priceMinor: Int64)
        /// In units of sale. The gift is a line of the cart, and its price is taken off.
        case gift(product: String, quantity: Int)
    }

    package enum Validity: Equatable, Sendable {
        /// Both inclusive.
        case fixed(from: CivilDate, to: CivilDate)
        /// Counted from the day of issue: from the offset on, for so many days.
        case relative(days: Int, startOffset: Int)
    }

    /// What holds at a branch that has no right to a coupon of its own.
    package enum Policy: Equatable, Sendable {
        /// The right lies at the hub until a branch asks for it.
        case deny
        /// The right lies at the member's home branch.
        case homeOnly
        /// Allowed within these limits; twice is found later.
        case optimistic(perBranchCount: Int, perBranchMinor: Int64, campaignLossMinor: Int64)
    }

    package let name: String
    package let campaign: String
    package let kind: Kind
    package let validity: Validity
    package let scope: OfferScope
    package let uses: Int
    /// Redemptions of this definition by one member; nil for no limit.
    package let memberUsesMax: Int?
    /// At most one coupon of a group in a sale.
    package let exclusiveGroup: String?
    /// Smaller first.
    package let priority: Int
    /// Whether other coupons may be used in the same sale.
    package let isCombinable: Bool
    package let policy: Policy

    package init(
        name: String, campaign: String, kind: Kind, validity: Validity, scope: OfferScope = .everything,
        uses: Int = 1, memberUsesMax: Int? = nil, exclusiveGroup: String? = nil, priority: Int = 100,
        isCombinable: Bool = true, policy: Policy = .homeOnly
    ) {
        self.name = name
        self.campaign = campaign
        self.kind = kind
        self.validity = validity
        self.scope = scope
        self.uses = uses
        self.memberUsesMax = memberUsesMax
        self.exclusiveGroup = exclusiveGroup
        self.priority = priority
        self.isCombinable = isCombinable
        self.policy = policy
    }

    package var isGift: Bool {
        switch kind {
        case .gift: true
        case .amountOff, .percent, .fixedPrice: false
        }
    }

    /// First and last day of a coupon issued on a day.
    package func window(issuedOn date: CivilDate) -> (from: CivilDate, to: CivilDate) {
        switch validity {
        case .fixed(let from, let to): return (from, to)
        case .relative(let days, let startOffset):
            let from = date.adding(days: startOffset)
            return (from, from.adding(days: days - 1))
        }
    }
}
