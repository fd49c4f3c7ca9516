import Loyalty
import ReplicaStore
package import Replication

/// Who did what in a case of the ledger: branch, till, cashier, amount, and what could have been known there.
struct LedgerCaseRows {
    let reads: ReadCommands

    private var store: ReplicaStore { reads.store }
    private var names: HolderNames { HolderNames(store: store) }

    func redemptions(of coupon: RecordID) throws -> [CommandRow] {
        try store.reader.redemptions(of: coupon).map { use in
            let isLoss = !use.isValid && !use.isUndone
            return CommandRow([
                "at": String(use.atMilliseconds), "branch": try names.name(use.node), "till": use.till,
                "cashier": use.cashier, "sale": use.sale.hexadecimal, "by": use.mode,
                "discount_minor": String(use.discountMinor),
                "valid": use.isUndone ? "undone" : ReadCommands.word(use.isValid),
                "loss_minor": isLoss ? String(use.discountMinor) : nil,
                "could_have_known": isLoss ? ReadCommands.word(use.couldHaveKnown) : nil,
                "position": String(use.position),
            ])
        }
    }

    func sales(_ ids: [RecordID]) throws -> [CommandRow] {
        try ids.compactMap { id in
            guard let known = try store.refundable(id) else { return nil }
            let sale = known.sale
            return CommandRow([
                "at": String(sale.occurredAtMilliseconds), "branch": try names.name(known.node), "till": sale.till,
                "cashier": sale.settlement?.cashier ?? "", "reference": sale.reference, "sale": id.hexadecimal,
                "member": sale.member?.hexadecimal, "net_minor": String(sale.netMinor),
            ])
        }
    }

    func losses(of item: Case) throws -> [CommandRow] { try reads.losses(of: item).map(row) }

    func row(_ loss: CaseLoss) throws -> CommandRow {
        let seller = try loss.sale.flatMap(store.refundable)
        return CommandRow(
            columns: [
                "account", "branch", "till", "cashier", "member", "wallet", AccountRows.column("loss", loss.isMoney),
                "sale",
            ],
            values: [
                loss.account, try names.name(loss.node), seller?.sale.till, seller?.sale.settlement?.cashier,
                loss.member?.hexadecimal, loss.wallet, String(loss.amount), loss.sale?.hexadecimal,
            ])
    }

    /// Of an operation that the hub has judged: what it says of itself.
    func attribution(of dot: Dot) throws -> [CommandRow] {
        guard let (fact, node) = try store.reader.fact(of: dot) else { return [] }
        switch fact {
        case .sale(let sale):
            return [
                CommandRow([
                    "at": String(sale.occurredAtMilliseconds), "branch": try names.name(node), "till": sale.till,
                    "cashier": sale.settlement?.cashier, "reference": sale.reference, "sale": sale.id.hexadecimal,
                    "member": sale.member?.hexadecimal, "net_minor": String(sale.netMinor),
                    "points": String(sale.points), "rule_revision": String(sale.ruleRevision),
                ])
            ]
        case .refund(let refund):
            return [
                CommandRow([
                    "at": String(refund.occurredAtMilliseconds), "branch": try names.name(node), "till": refund.till,
                    "cashier": refund.cashier, "reason": refund.reason, "sale": refund.sale.hexadecimal,
                    "member": refund.member?.hexadecimal, "net_minor": String(refund.netMinor),
                ])
            ]
        case .member, .decision, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .tier, .unknown:
            return []
        }
    }
}

extension ReadCommands {
    /// Every use of a coupon, by whom and whether it was the coupon's to give.
    package func redemptionRows(of coupon: RecordID) throws -> [CommandRow] {
        try LedgerCaseRows(reads: self).redemptions(of: coupon)
    }
}
