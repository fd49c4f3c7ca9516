import Digests
import Loyalty
import Replication

/// A basket at a counter, paid for as the file says as far as it says so, and with points.
struct CounterSale: Equatable, Sendable {
    /// A coupon of the household's, by its id.
    struct Shown: Equatable, Sendable {
        let id: RecordID
        let line: Int
        let faceMinor: Int64
    }

    let basket: Basket
    let nowMilliseconds: UInt64

    static let till = "till-1"
    static let rule = RedemptionRule.standardPoints

    var id: RecordID { RecordID(IntentID.make(Array("basket".utf8), Array(basket.id.utf8))) }
    var member: RecordID { Feed.member(basket.household) }
    var netMinor: Int64 { basket.lines.reduce(0) { $0 + $1.netMinor } }

    /// What the shop matched of coupons' value stands as somebody else's money.
    var voucherMinor: Int64 { min(netMinor, basket.matchMinor.reduce(0, +)) }

    /// The most points that this bill takes of what there is, beside its vouchers.
    func usable(of available: Int64) -> Int64 {
        let points = Self.rule.usable(of: available, payableMinor: netMinor)
        let roomMinor = netMinor - voucherMinor
        guard Self.rule.valueMinor(of: points) > roomMinor else { return points }
        return Self.rule.usable(of: available, payableMinor: roomMinor)
    }

    /// Only told: with the file's discounts on each line, and with its tenders.
    func reported() -> Sale {
        let plain = Sale.earning(
            id: id, member: member, till: Self.till, reference: basket.id, occurredAtMilliseconds: nowMilliseconds,
            businessDate: basket.time.date, lines: discountedLines)
        let earned = Allocation.split(plain.points, by: plain.lines.map { max(0, $0.netMinor) })
        let accrual = Accrual(
            kind: .points, wallet: Sale.standardWallet, amount: plain.points, keptHere: plain.points,
            availableOn: nil, expiresOn: nil)
        let settlement = Settlement(
            cashier: "", tier: nil,
            lines: plain.lines.indices.map { index in
                LineSettlement(
                    couponMinor: basket.couponMinor[index], pointsMinor: 0, principalMinor: 0, bonusMinor: 0,
                    pointsEarned: earned[index], growthEarned: 0)
            }, tenders: tenders(besides: 0), accruals: plain.points > 0 ? [accrual] : [], spends: [], coupons: [],
            grants: [])
        return Sale(
            id: plain.id, member: plain.member, till: plain.till, reference: plain.reference,
            occurredAtMilliseconds: plain.occurredAtMilliseconds, businessDate: plain.businessDate,
            netMinor: plain.netMinor, points: plain.points, ruleRevision: plain.ruleRevision, lines: plain.lines,
            settlement: settlement)
    }

    var reportedDiscountMinor: Int64 { discountedLines.reduce(0) { $0 + $1.discountMinor } }

    private var discountedLines: [SaleLine] {
        zip(basket.lines, basket.matchMinor).map { line, match in
            SaleLine(
                product: line.product, quantityMilli: line.quantityMilli, netMinor: line.netMinor,
                discountMinor: line.discountMinor - match)
        }
    }

    /// The price on the shelf has its discounts; a coupon's value is taken off at the till, and so stands on top.
    func checkout(points: Int64, coupons: [Shown]) -> Checkout {
        let lines = basket.lines.enumerated().map { index, line in
            let faces = coupons.reduce(0) { $0 + ($1.line == index ? $1.faceMinor : 0) }
            return CartLine(
                product: line.product, quantityMilli: line.quantityMilli, grossMinor: line.netMinor + faces)
        }
        return Checkout(
            id: id, member: member, till: Self.till, cashier: "", reference: basket.id,
            occurredAtMilliseconds: nowMilliseconds, businessDate: basket.time.date,
            minuteOfDay: basket.time.secondOfDay / 60, lines: lines, coupons: coupons.map(\.id),
            points: points > 0 ? .exactly(points) : .none,
            tenders: tenders(besides: Self.rule.valueMinor(of: points)))
    }

    private func tenders(besides pointsMinor: Int64) -> [Tender] {
        [
            Tender(kind: .voucher, amountMinor: voucherMinor, reference: "coupon_match"),
            Tender(kind: .cash, amountMinor: netMinor - voucherMinor - pointsMinor, reference: ""),
        ].filter { $0.amountMinor > 0 }
    }
}
