package import Replication

extension Checkout {
    /// What it would cost at this counter. The same for a till that only asks, and for one that sells.
    package func quote(at counter: Counter) throws(CheckoutFault) -> Quote {
        do throws(QuoteFault) {
            let programme = isCouponAlone ? counter.programme.couponsAlone : counter.programme
            return try programme.quote(cart(at: counter))
        } catch {
            throw .cart(error)
        }
    }

    private func cart(at counter: Counter) -> Cart {
        func spendable(_ wallet: String, _ kinds: Set<LotKind>) -> Int64 {
            (counter.account?.lots ?? []).reduce(0) { sum, lot in
                let counts = lot.terms.wallet == wallet && kinds.contains(lot.terms.kind)
                return counts && lot.terms.isSpendable(on: businessDate) ? sum + lot.right(of: counter.holder) : sum
            }
        }
        let stored = Programme.storedValueCode
        return Cart(
            branch: counter.branch, businessDate: businessDate, minuteOfDay: minuteOfDay, isMember: member != nil,
            memberTier: counter.memberTier, lines: lines, coupons: counter.coupons,
            points: PointsWish(wish: points, available: spendable(Programme.pointsCode, [.points])),
            storedValue: StoredValueWish(
                wish: storedValue, principalMinor: spendable(stored, [.principal]),
                bonusMinor: spendable(stored, [.bonus])))
    }

    /// The sale, whole, with everything that it moves; or the first reason why not.
    ///
    /// - Parameter grants: the hub's transfers that came for it.
    package func sale(at counter: Counter, with grants: [RecordID] = []) throws(CheckoutFault) -> Sale {
        let quote = try quote(at: counter)
        try checkWishes(quote, at: counter)
        guard !isCouponAlone else { return try redemption(quote, at: counter, with: grants) }
        let spends = try spends(quote, at: counter)
        let settlement = Settlement(
            cashier: cashier, tier: quote.tier?.code, lines: quote.lines.map(LineSettlement.init),
            tenders: try tenders(quote), accruals: accruals(quote, at: counter), spends: spends,
            coupons: couponUses(quote, at: counter), grants: grants)
        let sale = Sale(
            id: id, member: member, till: till, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate, netMinor: quote.netMinor,
            points: quote.earned(.points), ruleRevision: quote.earned.first { $0.kind == .points }?.revision ?? 1,
            lines: quote.lines.map {
                SaleLine(
                    product: $0.product, quantityMilli: $0.quantityMilli, netMinor: $0.netMinor,
                    discountMinor: $0.discountMinor)
            }, settlement: settlement)
        do throws(SaleFault) { try sale.check() } catch { throw .sale(error) }
        return sale
    }

    /// A basket of the coupons alone: each is a line that costs nothing.
    private func redemption(
        _ quote: Quote, at counter: Counter, with grants: [RecordID]
    ) throws(CheckoutFault) -> Sale {
        let uses = couponUses(quote, at: counter)
        let settlement = Settlement(
            cashier: cashier, tier: nil, lines: uses.map { LineSettlement(couponMinor: $0.discountMinor) }, tenders: [],
            accruals: [], spends: [], coupons: uses, grants: grants)
        let sale = Sale(
            id: id, member: member, till: till, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate, netMinor: 0, points: 0,
            ruleRevision: 1, lines: uses.map(SaleLine.init(redeeming:)), settlement: settlement)
        do throws(SaleFault) { try sale.check() } catch { throw .sale(error) }
        return sale
    }

    private func checkWishes(_ quote: Quote, at counter: Counter) throws(CheckoutFault) {
        let spends = !points.isNothing || !storedValue.isNothing || !coupons.isEmpty
        if spends, counter.isFrozen { throw .frozen }
        if spends, let days = staleDays(counter) { throw .stale(days: days) }
        for coupon in coupons where !counter.coupons.contains(where: { $0.id == coupon }) {
            throw .couponUnknown(coupon)
        }
        for effect in quote.coupons {
            guard let refusal = effect.refusal else { continue }
            throw refusal == .policy ? .couponElsewhere(effect.coupon) : .coupon(effect.coupon, refusal)
        }
        try check(points, quote.points.refusal, of: quote.points.wallet) { .points($0) }
        try check(storedValue, quote.storedValue.refusal, of: quote.storedValue.wallet) { .storedValue($0) }
    }

    private func check(
        _ wish: Wish, _ refusal: TenderRefusal?, of wallet: String, _ fault: (TenderRefusal) -> CheckoutFault
    ) throws(CheckoutFault) {
        switch (wish, refusal) {
        case (.exactly(let wanted), .insufficient(let available)?):
            throw .shortage(wallet: wallet, wanted: wanted, usableHere: available)
        case (_, let refusal?): throw fault(refusal)
        case (_, nil): break
        }
    }

    /// Prudence after a long silence; what makes spending safe is that rights have one holder.
    private func staleDays(_ counter: Counter) -> Int? {
        let limit = counter.programme.wallet(Programme.pointsCode, on: businessDate)?.rule.staleDaysMax
        guard !counter.isConnected, let days = counter.daysWithoutContact,
            days > limit ?? WalletType.staleDaysStandard
        else { return nil }
        return days
    }

    private func spends(_ quote: Quote, at counter: Counter) throws(CheckoutFault) -> [LotSpend] {
        guard let account = counter.account else { return [] }
        let wanted: [(String, Set<LotKind>, Int64)] = [
            (quote.points.wallet, [.points], quote.points.amount),
            (quote.storedValue.wallet, [.principal], quote.storedValue.principalMinor),
            (quote.storedValue.wallet, [.bonus], quote.storedValue.bonusMinor),
        ]
        var spends: [LotSpend] = []
        for (wallet, kinds, amount) in wanted where amount > 0 {
            do throws(SpendPlan.Shortage) {
                spends += try SpendPlan.lots(
                    for: amount, of: wallet, kinds, in: account, held: counter.holder, on: businessDate)
            } catch {
                throw .shortage(wallet: wallet, wanted: amount, usableHere: error.usableHere)
            }
        }
        return spends
    }

    private func tenders(_ quote: Quote) throws(CheckoutFault) -> [Tender] {
        var paid: [Tender] = []
        if quote.points.valueMinor > 0 {
            paid.append(Tender(kind: .points, amountMinor: quote.points.valueMinor, reference: quote.points.wallet))
        }
        if quote.storedValue.totalMinor > 0 {
            paid.append(
                Tender(
                    kind: .storedValue, amountMinor: quote.storedValue.totalMinor,
                    reference: quote.storedValue.wallet))
        }
        let due = quote.dueMinor
        guard !tenders.isEmpty else {
            return due == 0 ? paid : paid + [Tender(kind: .cash, amountMinor: due, reference: "")]
        }
        let given = tenders.reduce(Int64(0)) { $0 &+ $1.amountMinor }
        guard given == due, tenders.allSatisfy({ $0.kind != .points && $0.kind != .storedValue }) else {
            throw .tendersAreNotDue(dueMinor: due, tendersMinor: given)
        }
        return paid + tenders
    }

    /// What is earned stays here as far as the allowance goes, and while the hub is away; what a debt will take goes
    /// to the hub.
    private func accruals(_ quote: Quote, at counter: Counter) -> [Accrual] {
        quote.earned.filter { $0.kind != .storedValue && $0.amount > 0 }.map { earned in
            Accrual(
                kind: earned.kind == .growth ? .growth : .points, wallet: earned.wallet, amount: earned.amount,
                keptHere: kept(earned, at: counter), availableOn: earned.availableOn, expiresOn: earned.expiresOn)
        }
    }

    private func kept(_ earned: QuoteEarning, at counter: Counter) -> Int64 {
        guard counter.isConnected else { return earned.amount }
        let wallet = counter.programme.wallet(earned.wallet, on: businessDate)?.rule
        let allowance = wallet?.allowanceMax(largeTicketMinor: counter.largeTicketMinor) ?? 0
        let held = counter.account?.spendable(earned.wallet, by: counter.holder, on: businessDate) ?? 0
        let owed = counter.account?.owed(earned.wallet) ?? 0
        return max(0, min(earned.amount - owed, allowance - held))
    }

    private func couponUses(_ quote: Quote, at counter: Counter) -> [CouponUse] {
        quote.appliedCoupons.map {
            CouponUse(
                coupon: $0.coupon, definition: $0.definition, definitionRevision: $0.definitionRevision,
                mode: counter.couponsHeld.contains($0.coupon) ? .right : .optimistic, discountMinor: $0.discountMinor)
        }
    }
}

extension SaleLine {
    fileprivate init(redeeming use: CouponUse) {
        self.init(
            product: use.definition, quantityMilli: CartLine.unitMilli, netMinor: 0, discountMinor: use.discountMinor)
    }
}

extension Sale {
    /// Whether nothing was sold, and coupons were used for goods that the till has sold by itself.
    package var isCouponAlone: Bool {
        guard let settlement, !settlement.coupons.isEmpty else { return false }
        return netMinor == 0 && settlement.accruals.isEmpty && settlement.spends.isEmpty
            && lines == settlement.coupons.map(SaleLine.init(redeeming:))
    }
}

extension LineSettlement {
    fileprivate init(couponMinor: Int64) {
        self.init(
            couponMinor: couponMinor, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: 0,
            growthEarned: 0)
    }

    init(_ line: QuoteLine) {
        self.init(
            couponMinor: line.couponMinor, pointsMinor: line.pointsMinor, principalMinor: line.principalMinor,
            bonusMinor: line.bonusMinor, pointsEarned: line.pointsEarned, growthEarned: line.growthEarned)
    }
}
