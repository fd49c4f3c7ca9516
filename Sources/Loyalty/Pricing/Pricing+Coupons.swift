import Replication

extension Pricing {
    /// What coupons of this cart have taken so far.
    private struct Stack {
        var hasDiscount = false
        var hasGift = false
        var hasAny = false
        var isClosed = false
        var groups: Set<String> = []

        func admits(_ definition: CouponDefinition) -> Bool {
            !isClosed && !(hasAny && !definition.isCombinable) && !(definition.isGift ? hasGift : hasDiscount)
                && !(definition.exclusiveGroup.map(groups.contains) ?? false)
        }

        mutating func add(_ definition: CouponDefinition) {
            hasAny = true
            isClosed = !definition.isCombinable
            if definition.isGift { hasGift = true } else { hasDiscount = true }
            if let group = definition.exclusiveGroup { groups.insert(group) }
        }
    }

    /// The smaller priority first, then by id. One effect for each coupon, in that order.
    mutating func redeemCoupons() -> [CouponEffect] {
        let known = cart.coupons.map { ($0, programme.coupon($0.definition, revision: $0.definitionRevision)) }
        let order = known.sorted { a, b in
            (a.1?.priority ?? .max, a.0.id) < (b.1?.priority ?? .max, b.0.id)
        }
        var stack = Stack()
        return order.map { coupon, definition in
            switch definition.map({ redeem(coupon, $0, &stack) }) ?? .failure(.unknownDefinition) {
            case .success(let discountMinor): effect(of: coupon, discountMinor, nil)
            case .failure(let refusal): effect(of: coupon, 0, refusal)
            }
        }
    }

    private func effect(of coupon: PresentedCoupon, _ discountMinor: Int64, _ refusal: OfferRefusal?) -> CouponEffect {
        CouponEffect(
            coupon: coupon.id, definition: coupon.definition, definitionRevision: coupon.definitionRevision,
            discountMinor: discountMinor, refusal: refusal)
    }

    private mutating func redeem(
        _ coupon: PresentedCoupon, _ definition: CouponDefinition, _ stack: inout Stack
    ) -> Result<Int64, OfferRefusal> {
        if let refusal = refusal(of: coupon, definition) { return .failure(refusal) }
        guard stack.admits(definition) else { return .failure(.stacking) }
        switch discounts(definition) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let discounts):
            let taken = discounts.reduce(0, +)
            guard taken > 0 else { return .failure(.nothingToReduce) }
            apply(discounts, from: .coupon(coupon.id))
            stack.add(definition)
            return .success(taken)
        }
    }

    private func refusal(of coupon: PresentedCoupon, _ definition: CouponDefinition) -> OfferRefusal? {
        guard coupon.validFrom <= cart.businessDate else { return .notYet }
        guard cart.businessDate <= coupon.validTo else { return .expired }
        guard coupon.usesLeft > 0 else { return .usedUp }
        guard definition.memberUsesMax.map({ coupon.memberUses < $0 }) ?? true else { return .memberLimit }
        if let refusal = definition.scope.refusal(of: cart) { return refusal }
        return coupon.isRedeemableHere ? nil : .policy
    }

    private func discounts(_ definition: CouponDefinition) -> Result<[Int64], OfferRefusal> {
        let indices = covered(by: definition.scope)
        guard !indices.isEmpty else { return .failure(.noEligibleProduct) }
        switch definition.kind {
        case .amountOff(let minor, let thresholdMinor):
            guard sum(itemNets, over: indices) >= thresholdMinor else { return .failure(.belowThreshold) }
            return .success(spread(minor, over: indices))
        case .percent(let payBasisPoints, let maxOffMinor):
            let subtotal = indices.reduce(0) { $0 + lines[$1].netMinor }
            let off = Fraction.off(subtotal, payBasisPoints: payBasisPoints)
            return .success(spread(min(off, maxOffMinor ?? off), over: indices))
        case .fixedPrice(let product, let priceMinor):
            return unitDiscounts(product, units: 1, priceMinor: priceMinor, definition)
        case .gift(let product, let quantity):
            return unitDiscounts(product, units: Int64(quantity), priceMinor: 0, definition)
        }
    }

    /// Takes the price of so many units down to the given one, beginning with the first line that has any.
    private func unitDiscounts(
        _ product: String, units: Int64, priceMinor: Int64, _ definition: CouponDefinition
    ) -> Result<[Int64], OfferRefusal> {
        let scope = OfferScope(products: .list([product]), includesRestricted: definition.scope.includesRestricted)
        var leftMilli = units * CartLine.unitMilli
        var discounts = Array(repeating: Int64(0), count: lines.count)
        var isFound = false
        for index in covered(by: scope) where leftMilli > 0 && lines[index].quantityMilli > 0 {
            let (net, quantityMilli) = (lines[index].netMinor, lines[index].quantityMilli)
            let takenMilli = min(leftMilli, quantityMilli)
            let price = Fraction.nearest(priceMinor, takenMilli, CartLine.unitMilli)
            discounts[index] = max(0, Fraction.down(net, takenMilli, quantityMilli) - price)
            leftMilli -= takenMilli
            isFound = true
        }
        return isFound ? .success(bearable(discounts)) : .failure(.noEligibleProduct)
    }
}
