extension Pricing {
    /// What was paid with points or with a bonus earns nothing; restricted goods earn the plain rate.
    mutating func earn() throws(QuoteFault) -> [QuoteEarning] {
        guard cart.isMember else { return [] }
        multiplyPoints()
        var earnings: [QuoteEarning] = []
        for wallet in programme.wallets(on: cart.businessDate) {
            guard let rate = wallet.rule.earning else { continue }
            let weights = lines.indices.map { weight(of: $0, wallet.rule.kind) }
            let amount = Fraction.points(
                Int128(max(0, weights.reduce(0, +))), rate, perBasisPoints: Self.plainBasisPoints)
            guard amount <= Sale.amountMinorMax else { throw .amountOutOfRange }
            guard amount > 0 else { continue }
            let shares = Allocation.split(amount, by: weights)
            record(shares, wallet.rule.kind)
            earnings.append(
                QuoteEarning(
                    wallet: wallet.code, revision: wallet.revision, kind: wallet.rule.kind, amount: amount,
                    availableOn: wallet.rule.availableOn(earnedOn: cart.businessDate),
                    expiresOn: wallet.rule.expiry.expiry(earnedOn: cart.businessDate), lines: shares))
        }
        return earnings
    }

    static let plainBasisPoints: Int64 = 10_000

    /// The highest of the tier's and of the promotions'; restricted goods keep the plain rate.
    private mutating func multiplyPoints() {
        let promotions = programme.promotions(on: cart.businessDate).map(\.rule).filter { $0.holds(for: cart) }
        for (index, line) in cart.lines.enumerated() where OfferScope.everything.covers(line) {
            lines[index].multiplierBasisPoints = promotions.reduce(
                tier?.rule.multiplierBasisPoints ?? Self.plainBasisPoints
            ) { max($0, $1.multiplier(on: line)) }
        }
    }

    /// What a line brings in, times its multiplier.
    private func weight(of index: Int, _ kind: WalletType.Kind) -> Int64 {
        let line = lines[index]
        let base = line.netMinor - line.pointsMinor - line.bonusMinor
        return base * (kind == .points ? line.multiplierBasisPoints : Self.plainBasisPoints)
    }

    private mutating func record(_ shares: [Int64], _ kind: WalletType.Kind) {
        for (index, share) in shares.enumerated() {
            switch kind {
            case .points: lines[index].pointsEarned += share
            case .growth: lines[index].growthEarned += share
            case .storedValue: break
            }
        }
    }
}

extension Fraction {
    /// Rounded towards zero.
    static func points(_ weight: Int128, _ rate: EarningRate, perBasisPoints: Int64) -> Int64 {
        Int64(clamping: weight * Int128(rate.points) / (Int128(rate.perMinor) * Int128(perBasisPoints)))
    }
}

extension Promotion {
    func multiplier(on line: CartLine) -> Int64 {
        switch offer {
        case .item, .order: 0
        case .points(let multiplierBasisPoints): scope.covers(line) ? multiplierBasisPoints : 0
        }
    }
}
