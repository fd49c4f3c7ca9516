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
