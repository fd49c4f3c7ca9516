internal import Replication

/// What headquarters has declared, and what it says of sales.
extension ReferenceModel {
    /// "The hub counts again, by the programme operations that the author had observed." This model knows wallets, and
    /// neither tiers nor promotions.
    func earningVerdict(_ sale: SaleBody, _ settlement: SaleBody.Settlement, knowing observed: Observed) -> String {
        if sale.member == nil { return "ok" }
        let seen = observed.positions.map(\.sequence).max() ?? 0
        var rates: [String: ProgrammeBody.Rate] = [:]
        // "For each wallet of kind points that is in force on the sale's date."
        for code in Set(wallets(upTo: seen).map(\.code)) {
            let revisions = wallets(upTo: seen).filter { $0.code == code && $0.effective <= sale.date }
            let inForce = revisions.max { $0.revision < $1.revision }
            if case .wallet("points", let rate?)? = inForce?.rule { rates[code] = rate }
        }
        // "rule is the revision of the first wallet, by its code, that earned something."
        let earned = settlement.accruals.filter { $0.kind == "points" }
        if let first = earned.map(\.wallet).min() {
            let named = wallets(upTo: seen).last { $0.code == first && $0.revision == sale.rule }
            guard case .wallet(_, let rate?)? = named?.rule else { return "flagged:rule_unknown" }
            rates[first] = rate
        }
        for accrual in earned where rates[accrual.wallet] == nil { return "flagged:rule_unknown" }
        for (code, rate) in rates {
            let amount = earned.first { $0.wallet == code }?.amount ?? 0
            if points(of: sale, settlement, at: rate) != amount { return "flagged:rule_mismatch" }
        }
        return sharesFit(sale, settlement, rates.values.map { $0 }) ? "ok" : "flagged:rule_mismatch"
    }

    /// "the rate, times what the lines weigh together, rounded down once. A line weighs what it cost less what was paid
    /// with points and bonus."
    private func points(of sale: SaleBody, _ settlement: SaleBody.Settlement, at rate: ProgrammeBody.Rate) -> Int64 {
        var weight: Int128 = 0
        for (line, shares) in zip(sale.lines, settlement.shares) { weight += Int128(line.net - shares[1] - shares[3]) }
        if weight < 0 { return 0 }
        return Int64(weight * Int128(rate.points) / Int128(rate.perMinor))
    }

    /// "a line's own points are within 2, for each wallet, of what it gives"; nobody can say where a line weighs less
    /// than nothing.
    private func sharesFit(
        _ sale: SaleBody, _ settlement: SaleBody.Settlement, _ rates: [ProgrammeBody.Rate]
    ) -> Bool {
        let weights = zip(sale.lines, settlement.shares).map { $0.net - $1[1] - $1[3] }
        if weights.contains(where: { $0 < 0 }) { return true }
        for (weight, shares) in zip(weights, settlement.shares) {
            var given: Int128 = 0
            for rate in rates { given += Int128(weight) * Int128(rate.points) / Int128(rate.perMinor) }
            if abs(given - Int128(shares[4])) > 2 * Int128(rates.count) { return false }
        }
        return true
    }

    /// What a node goes by before it has heard of anything: one point for every 100 minor units.
    private func wallets(upTo position: UInt64) -> [ProgrammeBody] {
        let standard = ProgrammeBody(
            category: "wallet", code: "points", revision: 1, effective: "0001-01-01",
            rule: .wallet(kind: "points", rate: ProgrammeBody.Rate(points: 1, perMinor: 100)))
        return [standard] + declared.filter { $0.position <= position && $0.body.category == "wallet" }.map(\.body)
    }

    // MARK: Limits

    /// "the valid redemptions of the same definition's coupons of this member, in the order of the log."
    func limitedUses(of definition: String, by member: UInt128) -> [(redemption: Redemption, limit: Int64?)] {
        var uses: [(redemption: Redemption, limit: Int64?)] = []
        for (id, coupon) in coupons.sorted(by: { $0.key < $1.key })
        where coupon.member == member && coupon.definition == definition {
            let limit = limits(definition, coupon.revision).memberUses
            for redemption in validRedemptions(of: id) { uses.append((redemption, limit)) }
        }
        return uses.sorted { $0.redemption.position < $1.redemption.position }
    }

    /// "goes beyond with the first that comes after as many as its coupon's revision of the definition allows."
    func goesBeyondLimit(at position: UInt64) -> Bool {
        for wallet in limitedWallets {
            for (index, use) in limitedUses(of: wallet.name, by: wallet.member).enumerated() {
                if use.redemption.position == position, let limit = use.limit, index >= limit { return true }
            }
        }
        return false
    }

    /// Members with the definitions of which they have coupons.
    var limitedWallets: [Wallet] {
        Set(coupons.values.compactMap { coupon in coupon.member.map { Wallet(member: $0, name: coupon.definition) } })
            .sorted { ($0.name, $0.member) < ($1.name, $1.member) }
    }

    func limits(_ definition: String, _ revision: Int64) -> (memberUses: Int64?, loss: Int64?) {
        let body = declared.last {
            $0.body.category == "coupon" && $0.body.code == definition && $0.body.revision == revision
        }
        if case .coupon(let uses, let loss)? = body?.body.rule { return (uses, loss) }
        return (nil, nil)
    }
}
