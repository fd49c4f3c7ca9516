/// Prices and promotions that need no coupon.
extension Pricing {
    private struct Offer {
        let source: AppliedOffer.Source
        let discountMinor: Int64
        let priority: Int
        let code: String

        /// More off first, then the smaller priority, then by code.
        func isBetter(than other: Offer) -> Bool {
            (other.discountMinor, priority, code) < (discountMinor, other.priority, other.code)
        }
    }

    mutating func reduceItems() {
        let promotions = programme.promotions(on: cart.businessDate).filter { $0.rule.holds(for: cart) }
        let offers = cart.lines.map { bestOffer(on: $0, of: promotions) }
        let discounts = bearable(offers.map { $0?.discountMinor ?? 0 })
        for (index, offer) in offers.enumerated() {
            guard let offer, discounts[index] > 0 else { continue }
            lines[index].applied.append(AppliedOffer(offer.source, amountMinor: discounts[index]))
        }
        itemNets = lines.map(\.netMinor)
    }

    private func bestOffer(on line: CartLine, of promotions: [InForce<Promotion>]) -> Offer? {
        var best = tierOffer(on: line)
        for promotion in promotions {
            guard let offer = Self.offer(promotion, on: line), offer.discountMinor > 0 else { continue }
            if best.map(offer.isBetter(than:)) ?? true { best = offer }
        }
        return best
    }

    private func tierOffer(on line: CartLine) -> Offer? {
        guard let tier, OfferScope.everything.covers(line) else { return nil }
        let discount = Fraction.off(line.grossMinor, payBasisPoints: tier.rule.payBasisPoints)
        guard discount > 0 else { return nil }
        return Offer(
            source: .tier(tier.code, revision: tier.revision), discountMinor: discount, priority: -1, code: tier.code)
    }

    private static func offer(_ promotion: InForce<Promotion>, on line: CartLine) -> Offer? {
        switch promotion.rule.offer {
        case .order, .points: return nil
        case .item(let reduction):
            guard promotion.rule.scope.covers(line), line.quantityMilli > 0 else { return nil }
            return Offer(
                source: .promotion(promotion.code, revision: promotion.revision),
                discountMinor: discount(reduction, on: line), priority: promotion.rule.priority, code: promotion.code)
        }
    }

    private static func discount(_ reduction: Promotion.Reduction, on line: CartLine) -> Int64 {
        switch reduction {
        case .pay(let basisPoints): Fraction.off(line.grossMinor, payBasisPoints: basisPoints)
        case .amountOff(let minor):
            min(line.grossMinor, Fraction.nearest(minor, line.quantityMilli, CartLine.unitMilli))
        case .fixedPrice(let minor):
            max(0, line.grossMinor - Fraction.nearest(minor, line.quantityMilli, CartLine.unitMilli))
        }
    }

    mutating func reduceOrder() {
        var best: (offer: Offer, discounts: [Int64])?
        for promotion in programme.promotions(on: cart.businessDate) where promotion.rule.holds(for: cart) {
            let discounts = orderDiscounts(promotion.rule)
            let offer = Offer(
                source: .promotion(promotion.code, revision: promotion.revision),
                discountMinor: discounts.reduce(0, +), priority: promotion.rule.priority, code: promotion.code)
            guard offer.discountMinor > 0 else { continue }
            if best.map({ offer.isBetter(than: $0.offer) }) ?? true { best = (offer, discounts) }
        }
        if let best { apply(best.discounts, from: best.offer.source) }
    }

    private func orderDiscounts(_ promotion: Promotion) -> [Int64] {
        switch promotion.offer {
        case .item, .points: return []
        case .order(let thresholdMinor, let reduction):
            let indices = covered(by: promotion.scope)
            let subtotal = sum(itemNets, over: indices)
            guard !indices.isEmpty, subtotal >= thresholdMinor else { return [] }
            switch reduction {
            case .pay(let basisPoints):
                return spread(Fraction.off(subtotal, payBasisPoints: basisPoints), over: indices)
            case .amountOff(let minor): return spread(minor, over: indices)
            case .fixedPrice: return []
            }
        }
    }
}
