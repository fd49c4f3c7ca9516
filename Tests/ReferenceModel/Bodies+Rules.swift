/// "The values break a rule of their kind": `unacceptable`.
private let amountMax: Int64 = 1_000_000_000_000

private func isAmount(_ amount: Int64) -> Bool { amount >= 0 && amount <= amountMax }
private func isPositive(_ amount: Int64) -> Bool { amount >= 1 && amount <= amountMax }
private func fits(_ text: String, _ characters: Int) -> Bool { text.unicodeScalars.count <= characters }
private func isWallet(_ text: String) -> Bool { !text.isEmpty && fits(text, 32) }

private func areDifferent<Value: Hashable>(_ values: [Value]) -> Bool { Set(values).count == values.count }

extension TermsBody {
    var isAcceptable: Bool { isWallet(wallet) }
}

extension SaleBody {
    var isAcceptable: Bool {
        guard !lines.isEmpty, fits(till, 64), fits(reference, 64), occurred < 1 << 47 else { return false }
        for line in lines {
            guard fits(line.product, 64) else { return false }
            for amount in [line.quantity, line.net, line.discount] {
                guard amount >= -amountMax, amount <= amountMax else { return false }
            }
        }
        guard isAmount(net), isAmount(points) else { return false }
        // "net: the sum of the lines' nets."
        var sum: Int64 = 0
        for line in lines { sum += line.net }
        guard sum == net else { return false }
        return settlement.map(isAcceptable) ?? true
    }

    private func isAcceptable(_ settlement: Settlement) -> Bool {
        // "exactly one for each line."
        guard fits(settlement.cashier, 64), settlement.shares.count == lines.count else { return false }
        for shares in settlement.shares {
            for share in shares { guard isAmount(share) else { return false } }
        }
        // "they add up to the net."
        var paid: Int64 = 0
        for tender in settlement.tenders {
            guard isAmount(tender.amount) else { return false }
            paid += tender.amount
        }
        guard paid == net else { return false }
        // "none without a member."
        if member == nil { guard settlement.accruals.isEmpty, settlement.spends.isEmpty else { return false } }
        var promised: Int64 = 0
        for accrual in settlement.accruals {
            guard ["points", "growth"].contains(accrual.kind), isWallet(accrual.wallet) else { return false }
            guard isPositive(accrual.amount), accrual.keptHere >= 0, accrual.keptHere <= accrual.amount else {
                return false
            }
            if accrual.kind == "points" { promised += accrual.amount }
        }
        guard areDifferent(settlement.accruals.map { [$0.kind, $0.wallet] }) else { return false }
        for spend in settlement.spends { guard isPositive(spend.amount) else { return false } }
        for use in settlement.coupons { guard isAmount(use.discount) else { return false } }
        // "no lot is named twice here and among the spends."
        guard areDifferent(settlement.spends.map(\.lot) + settlement.coupons.map(\.coupon)) else { return false }
        return promised == points
    }

    /// "Without a settlement, a sale whose points are not those of its rule (none without a member) is rule_mismatch; a
    /// rule other than 1 is rule_unknown."
    var basketVerdict: String {
        if member == nil { return points == 0 ? "ok" : "flagged:rule_mismatch" }
        if rule != 1 { return "flagged:rule_unknown" }
        // "1 is one point for every 100 minor units of the net, rounded down once for the sale."
        return points == net / 100 ? "ok" : "flagged:rule_mismatch"
    }
}

extension TransferBody {
    var isAcceptable: Bool {
        for item in items { guard isPositive(item.amount), item.terms.isAcceptable else { return false } }
        // "A surrender names none, and has the id that follows from its write-off's."
        if cause == "surrender" {
            guard items.isEmpty, let reference, id == ReferenceModel.surrenderID(of: reference) else { return false }
        } else if items.isEmpty {
            return false
        }
        return from != to && areDifferent(items.map(\.terms.lot)) && fits(author, 64)
            && fits(reason, 256)
    }
}

extension TopUpBody {
    var isAcceptable: Bool {
        guard isPositive(principal), isAmount(bonus), isWallet(wallet), occurred < 1 << 47 else { return false }
        guard fits(plan, 64), fits(till, 64), fits(cashier, 64) else { return false }
        if let bonusExpires, bonusExpires < date { return false }
        return tender != "points" && tender != "stored_value"
    }
}

extension RefundBody {
    var isAcceptable: Bool {
        guard !lines.isEmpty, occurred < 1 << 47 else { return false }
        guard fits(till, 64), fits(cashier, 64), fits(reason, 256) else { return false }
        guard areDifferent(lines.map(\.line)), areDifferent(restored.map(\.lot)), areDifferent(clawedBack.map(\.lot))
        else { return false }
        var net: Int64 = 0
        for line in lines {
            guard line.line > 0, isAmount(line.quantity), isAmount(line.net), isAmount(line.pointsSpent) else {
                return false
            }
            for share in line.shares { guard isAmount(share) else { return false } }
            net += line.net
        }
        var paid: Int64 = 0
        for tender in tenders {
            guard isAmount(tender.amount) else { return false }
            paid += tender.amount
        }
        // "they add up to the lines' nets."
        guard paid == net else { return false }
        for amount in restored.map(\.amount) + renewed.map(\.amount) + clawedBack.map(\.amount) + debts.map(\.amount) {
            guard isPositive(amount) else { return false }
        }
        for item in renewed { guard item.terms.isAcceptable else { return false } }
        // "member: needed for what is clawed back, and for debts."
        return member != nil || (clawedBack.isEmpty && debts.isEmpty)
    }
}

extension BookingBody {
    var isAcceptable: Bool {
        var lots: [UInt128] = []
        for line in lines {
            switch line {
            case .credit(let item):
                guard isPositive(item.amount), item.terms.isAcceptable else { return false }
                lots.append(item.terms.lot)
            case .debit(let spend), .repay(let spend, _, _):
                guard isPositive(spend.amount) else { return false }
                lots.append(spend.lot)
            case .debt(_, let wallet, let amount): guard isPositive(amount), !wallet.isEmpty else { return false }
            case .charge(let node, _, _, let amount, _): guard isPositive(amount), node != 0 else { return false }
            }
        }
        return !lines.isEmpty && areDifferent(lots) && fits(author, 64) && fits(reason, 256)
    }
}

extension CouponBody {
    var isAcceptable: Bool {
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
        guard (1...24).contains(definition.utf8.count), definition.utf8.allSatisfy(letters.contains) else {
            return false
        }
        return !coupons.isEmpty && from <= to && (1...1_000).contains(uses) && fits(author, 64) && fits(reason, 256)
            && areDifferent(coupons.map(\.id)) && areDifferent(coupons.map(\.code))
    }
}
