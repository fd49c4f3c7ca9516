package import Replication

/// What a cart costs, line by line, and why. All line shares add up to the order's amounts exactly.
package struct Quote: Equatable, Sendable {
    package let lines: [QuoteLine]
    /// The tier whose terms were used.
    package let tier: InForce<Tier>?
    package let coupons: [CouponEffect]
    package let points: PointsTender
    package let storedValue: StoredValueTender
    package let earned: [QuoteEarning]

    package var grossMinor: Int64 { lines.reduce(0) { $0 + $1.grossMinor } }
    package var discountMinor: Int64 { lines.reduce(0) { $0 + $1.discountMinor } }
    /// What is to be paid, in whatever form.
    package var netMinor: Int64 { lines.reduce(0) { $0 + $1.netMinor } }
    /// What is left to pay with money.
    package var dueMinor: Int64 { netMinor - points.valueMinor - storedValue.totalMinor }

    package var appliedCoupons: [CouponEffect] { coupons.filter { $0.refusal == nil } }

    package func earned(_ kind: WalletType.Kind) -> Int64 {
        earned.reduce(0) { $1.kind == kind ? $0 + $1.amount : $0 }
    }
}

package struct QuoteLine: Equatable, Sendable {
    package let product: String
    package let quantityMilli: Int64
    package let grossMinor: Int64
    package internal(set) var applied: [AppliedOffer] = []
    /// Of the net: paid with points, with stored value that was paid for, and with the bonus on it.
    package internal(set) var pointsMinor: Int64 = 0
    package internal(set) var principalMinor: Int64 = 0
    package internal(set) var bonusMinor: Int64 = 0
    /// 10,000 is the plain rate.
    package internal(set) var multiplierBasisPoints: Int64 = 10_000
    package internal(set) var pointsEarned: Int64 = 0
    package internal(set) var growthEarned: Int64 = 0

    init(_ line: CartLine) {
        product = line.product
        quantityMilli = line.quantityMilli
        grossMinor = line.grossMinor
    }

    package var discountMinor: Int64 { applied.reduce(0) { $0 + $1.amountMinor } }
    package var netMinor: Int64 { grossMinor - discountMinor }
    /// Of the discount, what coupons took off.
    package var couponMinor: Int64 { applied.reduce(0) { $1.source.isCoupon ? $0 + $1.amountMinor : $0 } }
}

/// What took something off a line, and how much.
package struct AppliedOffer: Equatable, Sendable {
    package enum Source: Equatable, Sendable {
        case tier(String, revision: UInt32)
        case promotion(String, revision: UInt32)
        case coupon(RecordID)

        package var isCoupon: Bool {
            switch self {
            case .coupon: true
            case .tier, .promotion: false
            }
        }
    }

    package let source: Source
    package let amountMinor: Int64

    package init(_ source: Source, amountMinor: Int64) {
        self.source = source
        self.amountMinor = amountMinor
    }
}

/// One for each coupon shown.
package struct CouponEffect: Equatable, Sendable {
    package let coupon: RecordID
    package let definition: String
    package let definitionRevision: UInt32
    package let discountMinor: Int64
    /// Why it takes nothing off; such a coupon is not used up.
    package let refusal: OfferRefusal?
}

/// Why a wish to pay from a wallet cannot be met as it stands; nothing is then taken from it.
package enum TenderRefusal: Equatable, Sendable {
    case notAMember
    case unknownWallet
    /// This wallet pays for nothing.
    case notRedeemable
    case belowMinimum(Int64)
    case notAMultiple(of: Int64)
    case insufficient(available: Int64)
    /// The bill takes no more than this.
    case aboveCap(usable: Int64)
}

package struct PointsTender: Equatable, Sendable {
    package let wallet: String
    package let amount: Int64
    package let valueMinor: Int64
    /// The most that this cart takes of what is available.
    package let usable: Int64
    package let refusal: TenderRefusal?
}

package struct StoredValueTender: Equatable, Sendable {
    package let wallet: String
    package let principalMinor: Int64
    package let bonusMinor: Int64
    /// The most that this cart takes of what is available.
    package let usableMinor: Int64
    package let refusal: TenderRefusal?

    package var totalMinor: Int64 { principalMinor + bonusMinor }
}

/// What one wallet gains. Rounded down once, then spread over the lines.
package struct QuoteEarning: Equatable, Sendable {
    package let wallet: String
    package let revision: UInt32
    package let kind: WalletType.Kind
    package let amount: Int64
    /// The first day on which it may be spent; nil for at once.
    package let availableOn: CivilDate?
    /// The last; nil for ever.
    package let expiresOn: CivilDate?
    package let lines: [Int64]
}
