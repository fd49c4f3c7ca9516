import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// Sales at counters where points are spent and coupons shown.
extension Feed {
    /// One sale in so many of a household is to be paid with as many points as the bill takes.
    private static let salesPerWish = 5

    struct Spending {
        let plan: RedemptionPlan
        let ledger: SpendingLedger
        /// Sales of each household so far.
        var visits: [String: Int] = [:]
        /// What headquarters itself said before the first sale stands in its log, too.
        let operationsBefore: Int

        var operations: Int { operationsBefore + ledger.current.settledSales }
    }

    func settle(_ basket: Basket, at place: Int, _ nowMilliseconds: UInt64) async throws {
        guard let spending else { return }
        let sale = CounterSale(basket: basket, nowMilliseconds: nowMilliseconds)
        let visit = (spending.visits[basket.household] ?? 0) + 1
        self.spending?.visits[basket.household] = visit
        let ledger = spending.ledger
        let points = visit.isMultiple(of: Self.salesPerWish) ? try await wish(sale, ledger) : 0
        let shown = (spending.plan.shown[basket.id] ?? []).map {
            CounterSale.Shown(
                id: CouponOffice.id($0.coupon, of: basket.household), line: $0.line, faceMinor: $0.faceMinor)
        }
        let member = sale.member
        ledger.noteBegun(member)
        guard points > 0 || !shown.isEmpty else {
            let answered = self.ledger
            return try await post(.sale(sale.reported()), at: place) { answer in
                answered.note(answer, to: basket)
                if answer == .sale(.recorded) { ledger.noteReported(sale) }
                ledger.noteEnded(member)
            }
        }
        let attempt = SpendingLedger.Attempt(
            sale: sale, points: points, coupons: shown, isOffline: isDown[place])
        ledger.noteWish(attempt)
        try await begin(at: place)
        let shop = shops[place]
        let end = end(at: shop)
        Self.complete(attempt, at: shop, ledger) {
            ledger.noteEnded(member)
            end()
        }
    }

    /// As much as the bill takes of what the member has; nobody is at two counters at once.
    private func wish(_ sale: CounterSale, _ ledger: SpendingLedger) async throws -> Int64 {
        try await wait("some shop") { ledger.isSettled(sale.member) }
        return sale.usable(of: ledger.balance(of: sale.member))
    }

    /// Until the sale is done, with less each time that something is refused.
    private static func complete(
        _ attempt: SpendingLedger.Attempt, at shop: Shop, _ ledger: SpendingLedger,
        _ end: @escaping @Sendable () -> Void
    ) {
        shop.branch.node.perform(.checkout(attempt.checkout)) { answer in
            if let next = ledger.note(answer, to: attempt) { complete(next, at: shop, ledger, end) } else { end() }
        }
    }
}
