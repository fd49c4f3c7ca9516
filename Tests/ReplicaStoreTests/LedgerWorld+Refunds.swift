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
        let request = RefundRequest(
            id: id(), sale: left.sale.id, till: "1", cashier: "c", reason: "",
            occurredAtMilliseconds: nowMilliseconds, businessDate: today,
            lines: random.chance(percent: 30) ? [] : pieces(of: left), payout: nil)
        let account = try left.sale.member.map(store.account)
        guard let refund = try? request.refund(of: left, account: account, by: holder, at: store.identity.node) else {
            return nil
        }
        if !refund.renewed.isEmpty { note("an expired lot was renewed") }
        if !refund.restored.isEmpty { note("a spend was restored") }
        if !refund.debts.isEmpty { note("somebody owes points") }
        return isGreedy ? greedy(refund, left) : refund
    }

    private func pieces(of left: RefundableSale) -> [RefundRequest.Line] {
        left.sale.lines.enumerated().compactMap { index, line in
            let back = left.refunds.flatMap(\.lines).filter { $0.line == UInt32(index + 1) }
            let quantity = line.quantityMilli - back.reduce(0) { $0 + $1.quantityMilli }
            guard quantity > 0, random.chance(percent: 70) else { return nil }
            let wanted = random.chance(percent: 50) ? quantity : amount(atMost: quantity)
            return RefundRequest.Line(line: index + 1, piece: .quantity(milli: wanted))
        }
    }

    /// Once more of the first line than was ever sold, once more of a form of payment, once another sale's coupon.
    private func greedy(_ refund: Refund, _ left: RefundableSale) -> Refund {
        let kind = random.below(3)
        let lines = refund.lines.enumerated().map { index, line in
            let shares = line.shares
            return Refund.Line(
                line: line.line,
                quantityMilli: line.quantityMilli
                    + (kind == 0 && index == 0 ? left.sale.lines[0].quantityMilli * 9 : 0),
                netMinor: line.netMinor, pointsSpent: line.pointsSpent,
                shares: LineSettlement(
                    couponMinor: 0, pointsMinor: shares.pointsMinor,
                    principalMinor: shares.principalMinor + (kind == 1 ? 1_000_000 : 0),
                    bonusMinor: shares.bonusMinor, pointsEarned: shares.pointsEarned,
                    growthEarned: shares.growthEarned))
        }
        return Refund(
            id: refund.id, sale: refund.sale, member: refund.member, node: refund.node, till: refund.till,
            cashier: refund.cashier, reason: refund.reason, occurredAtMilliseconds: refund.occurredAtMilliseconds,
            businessDate: refund.businessDate, lines: lines, tenders: refund.tenders, restored: refund.restored,
            renewed: refund.renewed, clawedBack: refund.clawedBack, debts: refund.debts,
            coupons: kind == 2 ? [id()] : refund.coupons)
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
