package import Replication

/// What people ought to find as open cases, and what they read as balances.
extension ReferenceModel {
    /// "A redemption is valid as long as the coupon has uses left, those with right first, then in the order of the
    /// log."
    package func validRedemptions(of coupon: UInt128) -> [Redemption] {
        let counting = (redemptions[coupon] ?? []).filter { !$0.isUndone }
        let ordered = counting.filter { $0.mode == "right" } + counting.filter { $0.mode != "right" }
        return Array(ordered.prefix(Int(uses[coupon] ?? 0)))
    }

    /// "if there are more than uses, the others are doubles, and a case for people."
    package func doubleRedemptions(of coupon: UInt128) -> [Redemption] {
        let valid = validRedemptions(of: coupon)
        return (redemptions[coupon] ?? []).filter { !$0.isUndone && !valid.contains($0) }
    }

    package var doublyRedeemed: [UInt128] {
        uses.keys.sorted().filter { !doubleRedemptions(of: $0).isEmpty }
    }

    /// Lots of which more was spent than was there.
    package var overdrafts: [UInt128] { lots.keys.sorted().filter { (lots[$0]?.overdrawn ?? 0) > 0 } }

    /// Sales of one till on one day with one receipt's number: somebody has numbered twice, or has sold twice.
    package var duplicateReferences: [[UInt128]] {
        var sales: [[String]: [UInt128]] = [:]
        for (id, sale) in sold where !sale.body.reference.isEmpty {
            sales[
                ["\(sale.node.value)", sale.body.till, sale.body.date, sale.body.reference], default: []
            ].append(id)
        }
        return sales.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    /// Every case that people ought to find, with what it is about, as long as nobody has decided anything.
    package var cases: [String] {
        var cases: [String] = []
        for coupon in doublyRedeemed {
            cases.append("coupon.double_redemption \(coupon) \(Self.text(standing(coupon).map(\.dot)))")
        }
        for (wallet, dots) in debtMakers where owed[wallet] != nil {
            cases.append("points.debt \(wallet.member) \(wallet.name) \(Self.text(dots))")
        }
        for sales in duplicateReferences { cases.append("sale.duplicate_reference \(sales)") }
        for (dot, verdict) in verdicts {
            guard let kind = Self.kinds[verdict] else { continue }
            cases.append("\(kind) \(Self.text([dot]))")
        }
        for wallet in limitedWallets {
            let uses = limitedUses(of: wallet.name, by: wallet.member)
            let isBeyond = uses.enumerated().contains { index, use in use.limit.map { index >= $0 } ?? false }
            guard isBeyond else { continue }
            let dots = uses.map(\.redemption.dot)
            cases.append("coupon.over_limit \(wallet.member) \(wallet.name) \(Self.text(dots))")
        }
        return (cases + lossCases).sorted()
    }

    /// "loss of the campaign": what doubles of a definition cost together, above what its newest doubled revision
    /// bears.
    private var lossCases: [String] {
        var cases: [String] = []
        for definition in Set(coupons.values.map(\.definition)) {
            let doubled = coupons.filter { $0.value.definition == definition }.keys.sorted()
            let doubles = doubled.flatMap(doubleRedemptions).sorted { $0.position < $1.position }
            let revisions = doubled.filter { !doubleRedemptions(of: $0).isEmpty }.compactMap { coupons[$0]?.revision }
            guard let revision = revisions.max(), let loss = limits(definition, revision).loss else { continue }
            var lost: Int64 = 0
            for double in doubles { lost += double.discount }
            if lost > loss { cases.append("coupon.over_limit \(definition) \(Self.text(doubles.map(\.dot)))") }
        }
        return cases
    }

    /// What an operation's verdict makes a case of; nothing is to be done about those that are not here.
    private static let kinds = [
        "flagged:overdrawn": "points.overdraft", "flagged:refund_exceeds_sale": "refund.exceeds_sale",
        "flagged:rule_mismatch": "earn.rule_mismatch", "flagged:coupon_void": "coupon.redeemed_void",
        "flagged:malformed": "operation.judged", "flagged:unacceptable": "operation.judged",
        "flagged:audience": "operation.judged", "flagged:authority": "operation.judged",
        "flagged:duplicate_sale": "operation.judged", "flagged:duplicate_entry": "operation.judged",
        "flagged:expired": "operation.judged", "flagged:foreign_lot": "operation.judged",
        "flagged:clock_ahead": "operation.judged",
    ]

    package static func text(_ dots: [Dot]) -> String {
        Set(dots).sorted().map { "\($0.actor.value):\($0.sequence)" }.joined(separator: " ")
    }

    private func standing(_ coupon: UInt128) -> [Redemption] { (redemptions[coupon] ?? []).filter { !$0.isUndone } }

    /// Operations that were refused because more would have come back than was sold.
    package var refusedRefunds: Int { verdicts.values.filter { $0 == "flagged:refund_exceeds_sale" }.count }

    /// What a member has in a wallet and has not let expire, whoever holds it.
    package func balance(_ wallet: Wallet, on date: String) -> Int64 {
        var balance: Int64 = 0
        for lot in lots.values where lot.member == wallet.member && lot.wallet == wallet.name && lot.kind != "coupon" {
            if let expires = lot.expires, expires < date { continue }
            balance += lot.remaining
        }
        return balance
    }
}
