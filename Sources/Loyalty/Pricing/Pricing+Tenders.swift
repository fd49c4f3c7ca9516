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
