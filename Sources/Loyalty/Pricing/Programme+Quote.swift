extension Programme {
    /// Prices a cart in this order: tier price or item promotion, whichever takes more off a line; one order promotion;
    /// coupons, at most one discount and one gift; points; stored value. The order never falls below zero.
    package func quote(_ cart: Cart) throws(QuoteFault) -> Quote {
        try cart.check()
        var pricing = Pricing(self, cart)
        pricing.reduceItems()
        pricing.reduceOrder()
        let coupons = pricing.redeemCoupons()
        let points = pricing.payWithPoints()
        let storedValue = pricing.payWithStoredValue()
        let earned = try pricing.earn()
        return Quote(
            lines: pricing.lines, tier: pricing.tier, coupons: coupons, points: points, storedValue: storedValue,
            earned: earned)
    }
}

/// A cart while it is being priced. Each step sees what the steps before have left.
struct Pricing {
    let programme: Programme
    let cart: Cart
    let tier: InForce<Tier>?
    var lines: [QuoteLine]
    /// After tier prices and item promotions: thresholds are measured on these.
    private(set) var itemNets: [Int64] = []

    init(_ programme: Programme, _ cart: Cart) {
        self.programme = programme
        self.cart = cart
        let code = cart.isMember ? cart.memberTier : nil
        tier = code.flatMap { programme.tier($0, on: cart.businessDate) }
        lines = cart.lines.map(QuoteLine.init(_:))
    }

    var netMinor: Int64 { lines.reduce(0) { $0 + $1.netMinor } }

    func sum(_ amounts: [Int64], over indices: [Int]) -> Int64 { indices.reduce(0) { $0 + amounts[$1] } }

    func covered(by scope: OfferScope) -> [Int] { cart.lines.indices.filter { scope.covers(cart.lines[$0]) } }

    /// The amount, or as much of it as these lines bear, in proportion to what they still cost.
    func spread(_ amountMinor: Int64, over indices: [Int]) -> [Int64] {
        let weights = indices.map { max(0, lines[$0].netMinor) }
        let bearable = min(weights.reduce(0, +), max(0, netMinor))
        let shares = Allocation.split(min(amountMinor, bearable), by: weights)
        var discounts = Array(repeating: Int64(0), count: lines.count)
        for (index, share) in zip(indices, shares) { discounts[index] = share }
        return discounts
    }

    /// As much of the discounts as the order bears: what is handed back may leave less to pay than its goods cost.
    func bearable(_ discounts: [Int64]) -> [Int64] {
        let total = discounts.reduce(0, +)
        return total <= netMinor ? discounts : Allocation.split(max(0, netMinor), by: discounts)
    }

    mutating func apply(_ discounts: [Int64], from source: AppliedOffer.Source) {
        for (index, discount) in discounts.enumerated() where discount > 0 {
            lines[index].applied.append(AppliedOffer(source, amountMinor: discount))
        }
    }
}

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
        case .order: return nil
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
        case .item: return []
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
