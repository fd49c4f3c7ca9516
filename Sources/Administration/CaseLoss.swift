package import Loyalty
import ReplicaStore
package import Replication

/// What one party to a case has had that nobody owed it.
package struct CaseLoss: Equatable, Sendable {
    /// Nil where nobody showed a card.
    package let member: RecordID?
    package let node: NodeID
    package let wallet: String
    /// In minor units where the wallet holds money.
    package let amount: Int64
    package let isMoney: Bool
    package let item: BranchCharge.Item
    /// The wallet's code, or the coupon definition's.
    package let code: String
    package let sale: RecordID?
    /// Who bears it until somebody decides.
    package let account: String

    package static let branchLoss = "branch_loss"
    package static let chainLoss = "chain_loss"
}

extension ReadCommands {
    package func losses(of item: Case) throws -> [CaseLoss] {
        switch item.subject {
        case .field, .sameIdentity, .sameReference, .tierDisputed: return []
        case .redeemedAgain(let coupon, _):
            return try losses(of: store.reader.redemptions(of: coupon).filter { !$0.isUndone && !$0.isValid })
        case .overLimit(let member, let definition, _):
            return try losses(of: store.reader.limitedUses(of: definition, by: member).filter { !$0.isValid })
        case .overLoss(let definition, _): return try losses(of: store.reader.doubles(of: definition))
        case .debt(let member, let wallet, _):
            let owed = try store.account(of: member).debts.first { $0.wallet == wallet }?.owed ?? 0
            return [loss(member, .hub, wallet, owed, try isMoney(wallet), nil, CaseLoss.chainLoss)]
        case .judged(let dot, .flagged(.overdrawn)): return try overdrafts(dot)
        case .judged(let dot, .flagged(.couponVoid)):
            return try losses(of: store.reader.voidRedemptions(of: dot).filter { !$0.isUndone })
        case .judged(let dot, .flagged(.ruleMismatch)): return try overpaid(dot)
        case .judged(let dot, .flagged(.refundExceedsSale)):
            guard let (fact, node) = try store.reader.fact(of: dot), case .refund(let refund) = fact else { return [] }
            return [
                loss(
                    refund.member, node, Programme.storedValueCode, refund.netMinor, true, refund.sale,
                    CaseLoss.chainLoss, .refund, "")
            ]
        case .judged: return []
        }
    }

    /// What coupons took off that was not theirs to give.
    private func losses(of redemptions: [ReplicaReader.CouponRedemption]) throws -> [CaseLoss] {
        try redemptions.map {
            let known = try store.coupon($0.coupon)
            return loss(
                $0.member ?? known?.member, $0.node, Programme.storedValueCode, $0.discountMinor, true, $0.sale,
                CaseLoss.chainLoss, .coupon, known?.definition)
        }
    }

    /// Points that a receipt promises beyond what its rule may give.
    private func overpaid(_ dot: Dot) throws -> [CaseLoss] {
        guard case .differs(let wallet, let expected)? = try store.earningOpinion(of: dot),
            let (fact, node) = try store.reader.fact(of: dot), case .sale(let sale) = fact,
            let earned = sale.settlement?.accruals.first(where: { $0.kind == .points && $0.wallet == wallet })?.amount,
            earned > expected.upperBound
        else { return [] }
        return [
            loss(sale.member, node, wallet, earned - expected.upperBound, false, sale.id, CaseLoss.chainLoss)
        ]
    }

    /// What was spent beyond the right to it; a coupon counts for what it took off.
    private func overdrafts(_ dot: Dot) throws -> [CaseLoss] {
        try store.reader.lackingSpends(of: dot).compactMap { entry in
            guard let id = entry.lot else { return nil }
            let terms = try store.lot(id)?.terms
            let isWrittenOff = try entry.from.map { try store.reader.isWrittenOff(id, from: $0) } ?? false
            let account = isWrittenOff ? CaseLoss.branchLoss : CaseLoss.chainLoss
            guard terms?.kind == .coupon else {
                return loss(
                    terms?.member, entry.node, entry.wallet, entry.lacking, terms?.kind.isMoney ?? false, nil, account)
            }
            let use = try store.reader.redemptions(of: id).first { $0.position == entry.position }
            return use.map {
                loss(
                    $0.member ?? terms?.member, $0.node, Programme.storedValueCode, $0.discountMinor, true, $0.sale,
                    account, .coupon, entry.wallet)
            }
        }
    }

    private func loss(
        _ member: RecordID?, _ node: NodeID, _ wallet: String, _ amount: Int64, _ isMoney: Bool, _ sale: RecordID?,
        _ account: String, _ item: BranchCharge.Item? = nil, _ code: String? = nil
    ) -> CaseLoss {
        CaseLoss(
            member: member, node: node, wallet: wallet, amount: amount, isMoney: isMoney,
            item: item ?? (isMoney ? .storedValue : .points), code: code ?? wallet, sale: sale, account: account)
    }

    package func isMoney(_ wallet: String) throws -> Bool {
        guard case .wallet(let type)? = try store.programme().latest(.wallet, wallet)?.rule else { return false }
        return type.kind == .storedValue
    }
}
