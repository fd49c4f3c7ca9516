import Loyalty
import ReplicaStore
package import Replication

/// Who did what in a case of the ledger: branch, till, cashier, amount, and what could have been known there.
struct LedgerCaseRows {
    let reads: ReadCommands

    private var store: ReplicaStore { reads.store }
    private var names: HolderNames { HolderNames(store: store) }

    func redemptions(_ uses: [ReplicaReader.CouponRedemption]) throws -> [CommandRow] {
        try uses.map { use in
            let isLoss = !use.isValid && !use.isUndone
            return CommandRow([
                "at": String(use.atMilliseconds), "branch": try names.name(use.node), "till": use.till,
                "cashier": use.cashier, "sale": use.sale.hexadecimal, "coupon": use.coupon.hexadecimal,
                "by": use.mode,
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

    /// Who has given the tier, or taken back what brought it; and what the hub's books bring.
    func disputed(_ tier: String, of member: RecordID, by dots: [Dot]) throws -> [CommandRow] {
        var causes: Set<RecordID> = []
        for dot in dots {
            switch try store.reader.fact(of: dot)?.fact {
            case .tier(let change)?: causes.formUnion(change.cause.map { [$0] } ?? [])
            case .refund(let refund)?: causes.insert(refund.sale)
            case _: break
            }
        }
        return try dots.flatMap(attribution) + sales(causes.sorted())
            + causes.sorted().compactMap { try standing(of: member, tier, since: $0) }
    }

    private func standing(of member: RecordID, _ tier: String, since sale: RecordID) throws -> CommandRow? {
        guard let found = try store.reader.standing(of: member, since: sale) else { return nil }
        let needed = try store.programme().tier(tier, on: found.date)
        return CommandRow([
            "tier": tier, "reached": found.reached?.code ?? "none", "on": found.date.text,
            "purchases": String(found.purchases.count),
            "spent_minor": String(found.purchases.reduce(0) { $0 + $1.netMinor }),
            "growth": String(found.purchases.reduce(0) { $0 + $1.growth }),
            "metric": needed?.rule.metric.rawValue, "threshold": needed.map { String($0.rule.threshold) },
        ])
    }

    /// How many points the rules would have given; nil where they gave as many.
    private func expectedPoints(_ dot: Dot) throws -> String? {
        switch try store.earningOpinion(of: dot) {
        case .differs(_, let expected)?:
            expected.lowerBound == expected.upperBound
                ? String(expected.lowerBound) : "\(expected.lowerBound)-\(expected.upperBound)"
        case .agrees?, .ruleUnknown?, nil: nil
        }
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
                    "points": String(sale.points), "points_by_rule": try expectedPoints(dot),
                    "rule_revision": String(sale.ruleRevision),
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
        case .tier(let change):
            return [
                CommandRow([
                    "branch": try names.name(node), "member": change.member.hexadecimal, "tier": change.tier,
                    "until": change.until?.text, "word": change.isProvisional ? "provisional" : "confirmed",
                    "sale": change.cause?.hexadecimal,
                ])
            ]
        case .member, .decision, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .unknown:
            return []
        }
    }
}

extension ReadCommands {
    /// Every use of a coupon, by whom and whether it was the coupon's to give.
    package func redemptionRows(of coupon: RecordID) throws -> [CommandRow] {
        try LedgerCaseRows(reads: self).redemptions(store.reader.redemptions(of: coupon))
    }
}
