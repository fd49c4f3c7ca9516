import Loyalty
import NodeEngine
import Replication
import SyncProtocol
import Synchronization

/// What the tills have heard about points and coupons.
final class SpendingLedger: Sendable {
    /// A sale on its way, with less each time that something is refused.
    struct Attempt: Equatable, Sendable {
        let sale: CounterSale
        let points: Int64
        let coupons: [CounterSale.Shown]
        let isOffline: Bool

        var checkout: Checkout { sale.checkout(points: points, coupons: coupons) }

        func with(points: Int64) -> Attempt {
            Attempt(sale: sale, points: points, coupons: coupons, isOffline: isOffline)
        }

        var plain: Attempt { Attempt(sale: sale, points: 0, coupons: [], isOffline: isOffline) }

        func without(_ coupon: RecordID) -> Attempt {
            Attempt(sale: sale, points: points, coupons: coupons.filter { $0.id != coupon }, isOffline: isOffline)
        }
    }

    struct Totals {
        /// What each member has earned less what was spent.
        var balances: [RecordID: Int64] = [:]
        /// Sales of each member that have not been answered yet.
        fileprivate(set) var open: [RecordID: Int] = [:]
        /// Of each household and store, what was earned beyond what the file's own rule gives for the whole bill.
        var extraPoints: [PlaceOfSale: Int64] = [:]
        var tendersMinor: Int64 = 0
        var vouchersMinor: Int64 = 0
        var pointsMinor: Int64 = 0
        var discountsMinor: Int64 = 0
        var pointsSpent: Int64 = 0
        /// Sales that wished to pay with points; how many did with the line up, and with the line down.
        var wishes = 0
        var paidOnline = 0
        var paidOffline = 0
        var pointsRefusals: [String: Int] = [:]
        var couponsShown = 0
        var couponsUsed = 0
        var couponRefusals: [String: Int] = [:]
        /// Those that were more than told.
        var settledSales = 0
        var faults = 0
        var firstFault: String?
    }

    struct PlaceOfSale: Hashable {
        let household: String
        let store: String
    }

    private let totals = Mutex(Totals())

    var current: Totals { totals.withLock { $0 } }

    func balance(of member: RecordID) -> Int64 { totals.withLock { $0.balances[member] ?? 0 } }

    /// Whether a member's earlier sales have all been answered.
    func isSettled(_ member: RecordID) -> Bool { totals.withLock { $0.open[member] == nil } }

    func noteBegun(_ member: RecordID) { totals.withLock { $0.open[member, default: 0] += 1 } }

    func noteEnded(_ member: RecordID) {
        totals.withLock { totals in
            let left = (totals.open[member] ?? 1) - 1
            totals.open[member] = left > 0 ? left : nil
        }
    }

    func noteWish(_ attempt: Attempt) {
        totals.withLock { totals in
            if attempt.points > 0 { totals.wishes += 1 }
            totals.couponsShown += attempt.coupons.count
        }
    }

    /// A basket that was only told.
    func noteReported(_ sale: CounterSale) {
        totals.withLock { totals in
            totals.discountsMinor += sale.reportedDiscountMinor
            totals.vouchersMinor += sale.voucherMinor
            totals.tendersMinor += sale.netMinor
            totals.balances[sale.member, default: 0] += sale.netMinor / EarningRule.standard.perMinor
        }
    }

    /// What to try next; nil when the sale is over.
    func note(_ answer: TillAnswer, to attempt: Attempt) -> Attempt? {
        totals.withLock { totals in
            switch answer {
            case .checkout(.sold(let sale)):
                totals.take(sale, attempt)
                return nil
            case .checkout(.refused(let fault, let missing)): return totals.next(after: fault, missing, attempt)
            case .checkout, .reserve, .handedBack, .edit, .sale, .quote, .refund, .topUp, .wallets, .coupon, .status,
                .diskFull, .stopping:
                totals.add(fault: "basket \(attempt.sale.basket.id): \(answer)")
                return nil
            }
        }
    }
}

extension SpendingLedger.Totals {
    fileprivate mutating func take(_ sale: Sale, _ attempt: SpendingLedger.Attempt) {
        let basket = attempt.sale.basket
        settledSales += 1
        let spent = sale.settlement?.pointsSpent ?? 0
        balances[attempt.sale.member, default: 0] += sale.points - spent
        let place = SpendingLedger.PlaceOfSale(household: basket.household, store: basket.store)
        extraPoints[place, default: 0] += sale.points - attempt.sale.netMinor / EarningRule.standard.perMinor
        for tender in sale.settlement?.tenders ?? [] {
            tendersMinor += tender.amountMinor
            if tender.kind == .voucher { vouchersMinor += tender.amountMinor }
            if tender.kind == .points { pointsMinor += tender.amountMinor }
        }
        discountsMinor += sale.lines.reduce(0) { $0 + $1.discountMinor }
        couponsUsed += sale.settlement?.coupons.count ?? 0
        pointsSpent += spent
        guard spent > 0 else { return }
        if attempt.isOffline { paidOffline += 1 } else { paidOnline += 1 }
    }

    fileprivate mutating func next(
        after fault: CheckoutFault, _ missing: MissingRights?, _ attempt: SpendingLedger.Attempt
    ) -> SpendingLedger.Attempt? {
        switch fault {
        case .shortage(_, _, let usableHere):
            pointsRefusals[Self.word(missing), default: 0] += 1
            return attempt.with(points: min(attempt.sale.usable(of: usableHere), attempt.points - 1))
        case .points:
            pointsRefusals["wallets_rules", default: 0] += 1
            return attempt.with(points: 0)
        case .stale, .frozen:
            if attempt.points > 0 { pointsRefusals["too_long_without_headquarters", default: 0] += 1 }
            couponRefusals["too_long_without_headquarters", default: 0] += attempt.coupons.count
            return attempt.plain
        case .coupon(let coupon, let refusal):
            couponRefusals[refusal.rawValue, default: 0] += 1
            return attempt.without(coupon)
        case .couponElsewhere(let coupon), .couponUnknown(let coupon):
            couponRefusals[Self.word(missing), default: 0] += 1
            return attempt.without(coupon)
        case .cart, .storedValue, .tendersAreNotDue, .sale: break
        }
        add(fault: "basket \(attempt.sale.basket.id): \(fault)")
        return nil
    }

    private static func word(_ missing: MissingRights?) -> String {
        switch missing {
        case .offline?: "elsewhere_and_line_down"
        case .noAnswer?: "elsewhere_and_no_answer"
        case .denied(let denial)?: "elsewhere_and_hub_says_\(denial.code.rawValue)"
        case nil: "elsewhere"
        }
    }

    fileprivate mutating func add(fault: String) {
        faults += 1
        firstFault = firstFault ?? fault
    }
}
