extension Pricing {
    mutating func payWithPoints() -> PointsTender {
        let request = cart.points
        guard !request.wish.isNothing else {
            return PointsTender(wallet: request.wallet, amount: 0, valueMinor: 0, usable: 0, refusal: nil)
        }
        switch redemption(of: request.wallet, kind: .points) {
        case .failure(let refusal):
            return PointsTender(wallet: request.wallet, amount: 0, valueMinor: 0, usable: 0, refusal: refusal.reason)
        case .success(let (_, rule)):
            let usable = rule.usable(of: request.available, payableMinor: netMinor)
            let outcome = rule.outcome(request.wish, available: request.available, usable: usable)
            let valueMinor = rule.valueMinor(of: outcome.amount)
            let shares = spread(valueMinor, over: Array(lines.indices))
            for index in lines.indices { lines[index].pointsMinor = shares[index] }
            return PointsTender(
                wallet: request.wallet, amount: outcome.amount, valueMinor: valueMinor, usable: usable,
                refusal: outcome.refusal)
        }
    }

    mutating func payWithStoredValue() -> StoredValueTender {
        let request = cart.storedValue
        guard !request.wish.isNothing else { return .nothing(from: request.wallet, usableMinor: 0, nil) }
        switch redemption(of: request.wallet, kind: .storedValue) {
        case .failure(let refusal): return .nothing(from: request.wallet, usableMinor: 0, refusal.reason)
        case .success(let (wallet, rule)):
            let available = request.principalMinor + request.bonusMinor
            let payable = netMinor - lines.reduce(0) { $0 + $1.pointsMinor }
            let usable = rule.usable(of: available, payableMinor: payable)
            let outcome = rule.outcome(request.wish, available: available, usable: usable)
            guard outcome.amount > 0 else {
                return .nothing(from: request.wallet, usableMinor: usable, outcome.refusal)
            }
            let parts = wallet.spendOrder.split(
                outcome.amount, principal: request.principalMinor, bonus: request.bonusMinor)
            spreadStoredValue(principal: parts.principal, bonus: parts.bonus)
            return StoredValueTender(
                wallet: request.wallet, principalMinor: parts.principal, bonusMinor: parts.bonus, usableMinor: usable,
                refusal: nil)
        }
    }

    /// Principal and bonus together stay within what each line still costs.
    private mutating func spreadStoredValue(principal: Int64, bonus: Int64) {
        let totals = Allocation.split(principal + bonus, by: lines.map { $0.netMinor - $0.pointsMinor })
        let principals = Allocation.split(principal, by: totals)
        for index in lines.indices {
            lines[index].principalMinor = principals[index]
            lines[index].bonusMinor = totals[index] - principals[index]
        }
    }

    private struct NoRedemption: Error { let reason: TenderRefusal }

    private func redemption(
        of code: String, kind: WalletType.Kind
    ) -> Result<(WalletType, RedemptionRule), NoRedemption> {
        guard cart.isMember else { return .failure(NoRedemption(reason: .notAMember)) }
        guard let wallet = programme.wallet(code, on: cart.businessDate)?.rule, wallet.kind == kind else {
            return .failure(NoRedemption(reason: .unknownWallet))
        }
        guard let rule = wallet.redemption else { return .failure(NoRedemption(reason: .notRedeemable)) }
        return .success((wallet, rule))
    }
}

extension StoredValueTender {
    fileprivate static func nothing(
        from wallet: String, usableMinor: Int64, _ refusal: TenderRefusal?
    ) -> StoredValueTender {
        StoredValueTender(
            wallet: wallet, principalMinor: 0, bonusMinor: 0, usableMinor: usableMinor, refusal: refusal)
    }
}

extension RedemptionRule {
    fileprivate func outcome(
        _ wish: Wish, available: Int64, usable: Int64
    ) -> (amount: Int64, refusal: TenderRefusal?) {
        switch wish {
        case .none: return (0, nil)
        case .asManyAsAllowed: return (usable, nil)
        case .exactly(let amount):
            guard amount >= minimum else { return (0, .belowMinimum(minimum)) }
            guard amount.isMultiple(of: unit) else { return (0, .notAMultiple(of: unit)) }
            guard amount <= available else { return (0, .insufficient(available: available)) }
            guard amount <= usable else { return (0, .aboveCap(usable: usable)) }
            return (amount, nil)
        }
    }
}

extension Pricing {
    /// What was paid with points or with a bonus earns nothing; restricted goods earn the plain rate.
    mutating func earn() throws(QuoteFault) -> [QuoteEarning] {
        guard cart.isMember else { return [] }
        var earnings: [QuoteEarning] = []
        for wallet in programme.wallets(on: cart.businessDate) {
            guard let rate = wallet.rule.earning else { continue }
            let weights = lines.indices.map { weight(of: $0, wallet.rule.kind) }
            let amount = Fraction.points(
                max(0, weights.reduce(0, +)), rate, perBasisPoints: Self.plainBasisPoints)
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

    private static let plainBasisPoints: Int64 = 10_000

    /// What a line brings in, times ten thousand times its multiplier.
    private func weight(of index: Int, _ kind: WalletType.Kind) -> Int64 {
        let line = lines[index]
        let base = line.netMinor - line.pointsMinor - line.bonusMinor
        let isMultiplied = kind == .points && !cart.lines[index].isRestricted
        return base * (isMultiplied ? tier?.rule.multiplierBasisPoints ?? Self.plainBasisPoints : Self.plainBasisPoints)
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
    fileprivate static func points(_ weight: Int64, _ rate: EarningRate, perBasisPoints: Int64) -> Int64 {
        Int64(
            clamping: Int128(weight) * Int128(rate.points) / (Int128(rate.perMinor) * Int128(perBasisPoints)))
    }
}
