internal import Replication

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

    /// Sales of one till with one receipt's number: somebody has numbered twice, or has sold twice.
    package var duplicateReferences: [[UInt128]] {
        var sales: [[String]: [UInt128]] = [:]
        for (id, sale) in sold where !sale.body.reference.isEmpty {
            sales[["\(sale.node.value)", sale.body.till, sale.body.reference], default: []].append(id)
        }
        return sales.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

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
