package import Replication

/// What a till wants to sell, and how the customer wishes to pay.
package struct Checkout: Equatable, Sendable {
    /// Minted by the till before it is sent; the sale's own id.
    package let id: RecordID
    package let member: RecordID?
    package let till: String
    package let cashier: String
    package let reference: String
    package let occurredAtMilliseconds: UInt64
    package let businessDate: CivilDate
    package let minuteOfDay: Int
    package let lines: [CartLine]
    /// Coupons shown, by their ids.
    package let coupons: [RecordID]
    /// What was read from sealed codes, and found genuine: of coupons that this branch may never have heard of.
    package let tokens: [CouponToken]
    package let points: Wish
    package let storedValue: Wish
    /// How the rest is paid; all of it in cash where none is named.
    package let tenders: [Tender]
    /// The till prices and sells by itself: of these lines only what a coupon takes off is counted, without other
    /// offers; nothing is sold or earned here.
    package let isCouponAlone: Bool

    package init(
        id: RecordID, member: RecordID?, till: String, cashier: String, reference: String,
        occurredAtMilliseconds: UInt64, businessDate: CivilDate, minuteOfDay: Int, lines: [CartLine],
        coupons: [RecordID] = [], tokens: [CouponToken] = [], points: Wish = .none, storedValue: Wish = .none,
        tenders: [Tender] = [], isCouponAlone: Bool = false
    ) {
        self.id = id
        self.member = member
        self.till = till
        self.cashier = cashier
        self.reference = reference
        self.occurredAtMilliseconds = occurredAtMilliseconds
        self.businessDate = businessDate
        self.minuteOfDay = minuteOfDay
        self.lines = lines
        self.coupons = coupons
        self.tokens = tokens
        self.points = points
        self.storedValue = storedValue
        self.tenders = tenders
        self.isCouponAlone = isCouponAlone
    }

    /// A repeat asks for the same sale again: what it sells to whom, whatever it would cost today.
    package func isRepeated(by sale: Sale) -> Bool {
        guard sale.id == id, sale.member == member, sale.till == till, sale.reference == reference,
            sale.occurredAtMilliseconds == occurredAtMilliseconds, sale.businessDate == businessDate
        else { return false }
        guard !isCouponAlone else {
            return sale.isCouponAlone && Set(sale.settlement?.coupons.map(\.coupon) ?? []) == Set(coupons)
        }
        return sale.lines.map(\.product) == lines.map(\.product)
            && sale.lines.map(\.quantityMilli) == lines.map(\.quantityMilli)
            && sale.lines.map { $0.netMinor + $0.discountMinor } == lines.map(\.grossMinor)
    }
}

/// What stands behind a counter when a customer comes: the rules in force, and what this branch may spend for whom.
package struct Counter: Equatable, Sendable {
    package let branch: String
    package let holder: RightsHolder
    package let programme: Programme
    /// Nil for nobody.
    package let account: MemberAccount?
    package let memberTier: String?
    package let isFrozen: Bool
    package let coupons: [PresentedCoupon]
    /// Those of the coupons to which this branch holds the right.
    package let couponsHeld: Set<RecordID>
    /// Whether the hub can be heard: then what is earned beyond the branch's allowance goes there at once.
    package let isConnected: Bool
    /// Days since the hub was last heard; nil for never.
    package let daysWithoutContact: Int?
    /// What a large sale of this branch comes to; nil where it has sold nothing yet.
    package let largeTicketMinor: Int64?

    package init(
        branch: String, holder: RightsHolder, programme: Programme, account: MemberAccount?, memberTier: String?,
        isFrozen: Bool, coupons: [PresentedCoupon], couponsHeld: Set<RecordID>, isConnected: Bool,
        daysWithoutContact: Int?, largeTicketMinor: Int64?
    ) {
        self.branch = branch
        self.holder = holder
        self.programme = programme
        self.account = account
        self.memberTier = memberTier
        self.isFrozen = isFrozen
        self.coupons = coupons
        self.couponsHeld = couponsHeld
        self.isConnected = isConnected
        self.daysWithoutContact = daysWithoutContact
        self.largeTicketMinor = largeTicketMinor
    }
}

/// Why a checkout cannot be completed as it stands. Nothing has been written.
package enum CheckoutFault: Error, Equatable, Sendable {
    case cart(QuoteFault)
    case points(TenderRefusal)
    case storedValue(TenderRefusal)
    /// This branch may spend less than is wanted; the hub, or others, may hold the rest.
    case shortage(wallet: String, wanted: Int64, usableHere: Int64)
    /// The coupon takes nothing off.
    case coupon(RecordID, OfferRefusal)
    /// The right to use the coupon lies elsewhere.
    case couponElsewhere(RecordID)
    case couponUnknown(RecordID)
    case frozen
    /// Too long without the hub to spend anything for anybody.
    case stale(days: Int)
    /// What is left to pay, and what the tenders add up to.
    case tendersAreNotDue(dueMinor: Int64, tendersMinor: Int64)
    case sale(SaleFault)
}
