import Loyalty
import Replication
import TestSupport

@testable import ReplicaStore

/// Goods come back in pieces, and with them what was spent and earned.
extension LedgerWorld {
    /// - Parameter isGreedy: more than is left.
    func refund(
        of left: RefundableSale, at store: ReplicaStore, _ holder: RightsHolder, isGreedy: Bool
    ) throws -> Refund? {
        let lines = pieces(of: left, isGreedy: isGreedy)
        guard !lines.isEmpty else { return nil }
        let (restored, renewed) = try givenBack(of: left, at: store, isGreedy: isGreedy)
        let (clawedBack, debts) = try takenBack(of: left, at: store, holder)
        return Refund(
            id: id(), sale: left.sale.id, member: left.sale.member, node: store.identity.node, till: "1", cashier: "c",
            reason: "", occurredAtMilliseconds: nowMilliseconds, businessDate: today, lines: lines,
            tenders: [Tender(kind: .cash, amountMinor: lines.reduce(0) { $0 + $1.netMinor }, reference: "")],
            restored: restored, renewed: renewed, clawedBack: clawedBack, debts: debts,
            coupons: random.chance(percent: 30) ? unused(of: left) : [])
    }

    private func pieces(of left: RefundableSale, isGreedy: Bool) -> [Refund.Line] {
        let before = left.refunds.flatMap(\.lines)
        return left.sale.lines.enumerated().compactMap { index, line in
            let earlier = before.filter { $0.line == UInt32(index + 1) }
            let quantity = line.quantityMilli - earlier.reduce(0) { $0 + $1.quantityMilli }
            let net = line.netMinor - earlier.reduce(0) { $0 + $1.netMinor }
            guard isGreedy || quantity > 0 else { return nil }
            let isWhole = random.chance(percent: 50)
            return Refund.Line(
                line: UInt32(index + 1), quantityMilli: isGreedy ? quantity + 1 : isWhole ? quantity : quantity / 2,
                netMinor: isWhole ? net : net / 2, pointsSpent: 0,
                shares: LineSettlement(
                    couponMinor: 0, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: 0, growthEarned: 0))
        }
    }

    private func givenBack(
        of left: RefundableSale, at store: ReplicaStore, isGreedy: Bool
    ) throws -> ([LotSpend], [Transfer.Item]) {
        var restored: [LotSpend] = []
        var renewed: [Transfer.Item] = []
        let spends = left.sale.settlement?.spends ?? []
        let before = left.refunds.flatMap(\.restored)
        var whole = spends.reduce(0) { $0 + $1.amount } - before.reduce(0) { $0 + $1.amount }
        whole -= left.refunds.flatMap(\.renewed).reduce(0) { $0 + $1.amount }
        for spend in spends {
            let ofLot = spend.amount - before.reduce(0) { $0 + ($1.lot == spend.lot ? $1.amount : 0) }
            let most = min(ofLot, whole)
            guard most > 0, let lot = try store.lot(spend.lot) else { continue }
            let amount = amount(atMost: most)
            whole -= amount
            if lot.terms.isExpired(on: today) {
                note("an expired lot was renewed")
                renewed.append(Transfer.Item(terms: renewal(of: lot.terms), amount: amount))
            } else {
                note("a spend was restored")
                restored.append(LotSpend(lot: spend.lot, amount: amount))
            }
        }
        return (restored, renewed)
    }

    private func renewal(of terms: LotTerms) -> LotTerms {
        LotTerms(
            id: id(), member: terms.member, kind: terms.kind, wallet: terms.wallet, issuer: terms.issuer,
            openedOn: today, availableOn: nil, expiresOn: day(after: 5))
    }

    private func takenBack(
        of left: RefundableSale, at store: ReplicaStore, _ holder: RightsHolder
    ) throws -> ([LotSpend], [Refund.Debt]) {
        var taken: [LotSpend] = []
        var debts: [Refund.Debt] = []
        for made in left.sale.lots(madeBy: left.author, of: left.node) where random.chance(percent: 60) {
            let wanted = amount(atMost: made.accrual.amount)
            let there = min(wanted, try store.lot(made.terms.id)?.right(of: holder) ?? 0)
            if there > 0 { taken.append(LotSpend(lot: made.terms.id, amount: there)) }
            guard wanted > there else { continue }
            note("somebody owes points")
            debts.append(Refund.Debt(wallet: made.terms.wallet, amount: wanted - there))
        }
        return (taken, debts)
    }

    /// Coupons that the branch had used by right; it knows nothing of the others' rights.
    private func unused(of left: RefundableSale) -> [RecordID] {
        let before = left.refunds.flatMap(\.coupons)
        return (left.sale.settlement?.coupons ?? []).filter { $0.mode == .right && !before.contains($0.coupon) }
            .map(\.coupon)
    }

    func refundAtHeadquarters() throws {
        let released = try sales.compactMap { try hub.refundable($0.sale.id) }.filter(\.isReleased)
        guard !released.isEmpty else { return }
        let isGreedy = random.chance(percent: 20)
        guard let refund = try refund(of: random.pick(released), at: hub, .hub, isGreedy: isGreedy) else { return }
        let verdict = try headquarters(.refund(refund), to: .hub)
        if verdict != (isGreedy ? .flagged(.refundExceedsSale) : .ok) { blame("headquarters' refund was \(verdict)") }
        note("headquarters took goods back")
    }
}
