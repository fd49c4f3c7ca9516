/// A cart while it is being priced. Each step sees what the steps before have left.
struct Pricing {
    let programme: Programme
    let cart: Cart
    let tier: InForce<Tier>?
    var lines: [QuoteLine]
    /// After tier prices and item promotions: thresholds are measured on these.
    var itemNets: [Int64] = []

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
