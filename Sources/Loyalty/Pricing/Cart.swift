package import Replication

/// What lies on the counter, who buys it, and how they wish to pay.
package struct Cart: Equatable, Sendable {
    package let branch: String
    /// In the chain's zone, computed at the door.
    package let businessDate: CivilDate
    /// By the clock on the branch's wall, from 0 to 1,439.
    package let minuteOfDay: Int
    package let isMember: Bool
    /// The member's effective tier; nil for none.
    package let memberTier: String?
    package let lines: [CartLine]
    package let coupons: [PresentedCoupon]
    package let points: PointsWish
    package let storedValue: StoredValueWish

    package init(
        branch: String, businessDate: CivilDate, minuteOfDay: Int, isMember: Bool, memberTier: String? = nil,
        lines: [CartLine], coupons: [PresentedCoupon] = [], points: PointsWish = .none,
        storedValue: StoredValueWish = .none
    ) {
        self.branch = branch
        self.businessDate = businessDate
        self.minuteOfDay = minuteOfDay
        self.isMember = isMember
        self.memberTier = memberTier
        self.lines = lines
        self.coupons = coupons
        self.points = points
        self.storedValue = storedValue
    }

    package static let couponsMax = 16
}

package struct CartLine: Equatable, Sendable {
    package let product: String
    /// Thousandths of the unit of sale.
    package let quantityMilli: Int64
    /// Before anything is taken off. Below zero for what is handed back, such as a deposit: no offer touches it.
    package let grossMinor: Int64
    /// Goods on which the law restricts promotion, such as tobacco.
    package let isRestricted: Bool

    package init(product: String, quantityMilli: Int64, grossMinor: Int64, isRestricted: Bool = false) {
        self.product = product
        self.quantityMilli = quantityMilli
        self.grossMinor = grossMinor
        self.isRestricted = isRestricted
    }

    /// Half a minor unit is rounded up.
    package init(product: String, quantityMilli: Int64, unitPriceMinor: Int64, isRestricted: Bool = false) {
        let isHandedBack = (quantityMilli < 0) != (unitPriceMinor < 0)
        let amount = Fraction.nearest(
            Int64(clamping: quantityMilli.magnitude), Int64(clamping: unitPriceMinor.magnitude), CartLine.unitMilli)
        self.init(
            product: product, quantityMilli: quantityMilli, grossMinor: isHandedBack ? -amount : amount,
            isRestricted: isRestricted)
    }

    package static let unitMilli: Int64 = 1_000
}

/// A coupon that the customer shows. Whether it is theirs, and real, has been found out before.
package struct PresentedCoupon: Equatable, Sendable {
    package let id: RecordID
    package let definition: String
    package let definitionRevision: UInt32
    /// Both inclusive, as computed at its issue.
    package let validFrom: CivilDate
    package let validTo: CivilDate
    package let usesLeft: Int
    /// How often this member has redeemed coupons of this definition.
    package let memberUses: Int
    /// Whether this branch holds the right, or may redeem without it under the campaign's policy.
    package let isRedeemableHere: Bool

    package init(
        id: RecordID, definition: String, definitionRevision: UInt32, validFrom: CivilDate, validTo: CivilDate,
        usesLeft: Int = 1, memberUses: Int = 0, isRedeemableHere: Bool = true
    ) {
        self.id = id
        self.definition = definition
        self.definitionRevision = definitionRevision
        self.validFrom = validFrom
        self.validTo = validTo
        self.usesLeft = usesLeft
        self.memberUses = memberUses
        self.isRedeemableHere = isRedeemableHere
    }
}

/// How much of a wallet a customer wishes to pay with.
package enum Wish: Equatable, Sendable {
    case none
    /// In the wallet's own units.
    case exactly(Int64)
    case asManyAsAllowed

    package var isNothing: Bool { self == .none || self == .exactly(0) }
}

package struct PointsWish: Equatable, Sendable {
    package let wallet: String
    package let wish: Wish
    /// What may be spent here now.
    package let available: Int64

    package init(wallet: String = Programme.pointsCode, wish: Wish, available: Int64) {
        self.wallet = wallet
        self.wish = wish
        self.available = available
    }

    package static let none = PointsWish(wish: .none, available: 0)
}

package struct StoredValueWish: Equatable, Sendable {
    package let wallet: String
    package let wish: Wish
    /// What may be spent here now.
    package let principalMinor: Int64
    package let bonusMinor: Int64

    package init(
        wallet: String = Programme.storedValueCode, wish: Wish, principalMinor: Int64, bonusMinor: Int64
    ) {
        self.wallet = wallet
        self.wish = wish
        self.principalMinor = principalMinor
        self.bonusMinor = bonusMinor
    }

    package static let none = StoredValueWish(wish: .none, principalMinor: 0, bonusMinor: 0)
}

/// What is wrong with a cart, for whoever sent it.
package enum QuoteFault: Error, Equatable, Sendable {
    case noLines
    case tooManyLines(limit: Int)
    case tooManyCoupons(limit: Int)
    case couponTwice(RecordID)
    case textTooLong(field: String)
    case amountOutOfRange
    case timeOutOfRange
    /// More is handed back than bought: that is a refund.
    case negativeTotal
}

extension Cart {
    package func check() throws(QuoteFault) {
        guard !lines.isEmpty else { throw .noLines }
        guard lines.count <= Sale.linesMax else { throw .tooManyLines(limit: Sale.linesMax) }
        guard coupons.count <= Self.couponsMax else { throw .tooManyCoupons(limit: Self.couponsMax) }
        var seen: Set<RecordID> = []
        for coupon in coupons where !seen.insert(coupon.id).inserted { throw .couponTwice(coupon.id) }
        guard (0..<ProgrammeLimits.minutesOfDay).contains(minuteOfDay) else { throw .timeOutOfRange }
        for line in lines {
            guard line.product.unicodeScalars.count <= Sale.textCharactersMax else {
                throw .textTooLong(field: "product")
            }
            guard [line.quantityMilli, line.grossMinor].allSatisfy(Self.isInRange) else { throw .amountOutOfRange }
        }
        let wishes = [points.wish, storedValue.wish].map(\.amount)
        let available = [points.available, storedValue.principalMinor, storedValue.bonusMinor]
        guard (wishes + available).allSatisfy({ $0 >= 0 && Self.isInRange($0) }) else { throw .amountOutOfRange }
        let gross = lines.reduce(0) { $0 + $1.grossMinor }
        guard gross >= 0 else { throw .negativeTotal }
        guard lines.reduce(0, { $0 + max(0, $1.grossMinor) }) <= Sale.amountMinorMax else { throw .amountOutOfRange }
    }

    private static func isInRange(_ amount: Int64) -> Bool {
        (-Sale.amountMinorMax...Sale.amountMinorMax).contains(amount)
    }
}

extension Wish {
    fileprivate var amount: Int64 {
        switch self {
        case .none, .asManyAsAllowed: 0
        case .exactly(let amount): amount
        }
    }
}
