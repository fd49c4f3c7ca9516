import Loyalty
import TestSupport
import Testing

/// What every quote keeps, whatever headquarters declares and whatever is shown at the till.
@Suite struct QuoteLawTests {
    private func world(_ seed: UInt64) -> (Programme, Cart) {
        var random = SplitMix64(seed: seed)
        let programme = random.programme()
        return (programme, random.cart(of: programme))
    }

    @Test(arguments: 0..<1_000 as Range<UInt64>)
    func nothingFallsBelowZeroAndLinesAddUp(seed: UInt64) throws {
        let (programme, cart) = world(seed)
        let quote = try programme.quote(cart)
        #expect(quote.lines.map(\.grossMinor) == cart.lines.map(\.grossMinor))
        #expect(quote.netMinor >= 0 && quote.dueMinor >= 0)
        for line in quote.lines {
            #expect(line.applied.allSatisfy { $0.amountMinor > 0 })
            guard line.grossMinor > 0 else {
                #expect(line.applied.isEmpty && line.pointsMinor == 0 && line.pointsEarned == 0)
                continue
            }
            #expect(line.netMinor >= 0)
            #expect([line.pointsMinor, line.principalMinor, line.bonusMinor].allSatisfy { $0 >= 0 })
            #expect(line.pointsMinor + line.principalMinor + line.bonusMinor <= line.netMinor)
        }
        #expect(sum(quote, \.pointsMinor) == quote.points.valueMinor)
        #expect(sum(quote, \.principalMinor) == quote.storedValue.principalMinor)
        #expect(sum(quote, \.bonusMinor) == quote.storedValue.bonusMinor)
        #expect(sum(quote, \.pointsEarned) == quote.earned(.points))
        #expect(sum(quote, \.growthEarned) == quote.earned(.growth))
        #expect(sum(quote, \.couponMinor) == quote.coupons.reduce(0) { $0 + $1.discountMinor })
        for earning in quote.earned {
            #expect(earning.lines.reduce(0, +) == earning.amount && earning.lines.allSatisfy { $0 >= 0 })
        }
    }

    private func sum(_ quote: Quote, _ share: (QuoteLine) -> Int64) -> Int64 {
        quote.lines.reduce(0) { $0 + share($1) }
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func everyCouponWorksOrSaysWhyNot(seed: UInt64) throws {
        let (programme, cart) = world(seed)
        let quote = try programme.quote(cart)
        #expect(Set(quote.coupons.map(\.coupon)) == Set(cart.coupons.map(\.id)))
        for effect in quote.coupons { #expect((effect.discountMinor > 0) == (effect.refusal == nil)) }
        let applied = try quote.appliedCoupons.map {
            try #require(programme.coupon($0.definition, revision: $0.definitionRevision))
        }
        #expect(applied.filter(\.isGift).count <= 1 && applied.filter { !$0.isGift }.count <= 1)
        let groups = applied.compactMap(\.exclusiveGroup)
        #expect(Set(groups).count == groups.count)
        #expect(applied.count < 2 || applied.allSatisfy(\.isCombinable))
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func aWishIsMetWithinItsLimitsOrRefused(seed: UInt64) throws {
        let (programme, cart) = world(seed)
        let quote = try programme.quote(cart)
        #expect(quote.points.amount <= min(quote.points.usable, cart.points.available))
        #expect(quote.storedValue.totalMinor <= quote.storedValue.usableMinor)
        #expect(quote.storedValue.principalMinor <= cart.storedValue.principalMinor)
        #expect(quote.storedValue.bonusMinor <= cart.storedValue.bonusMinor)
        if case .exactly(let amount) = cart.points.wish {
            #expect((quote.points.amount == amount) == (quote.points.refusal == nil))
        }
        if case .exactly(let amount) = cart.storedValue.wish {
            #expect((quote.storedValue.totalMinor == amount) == (quote.storedValue.refusal == nil))
        }
        #expect(cart.isMember || (quote.points.amount == 0 && quote.earned.isEmpty && quote.tier == nil))
    }

    /// The order in which coupons are shown is no reason for another price.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theOrderOfCouponsDoesNotMatter(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let programme = random.programme()
        let cart = random.cart(of: programme)
        let shuffled = Cart(
            branch: cart.branch, businessDate: cart.businessDate, minuteOfDay: cart.minuteOfDay,
            isMember: cart.isMember, memberTier: cart.memberTier, lines: cart.lines,
            coupons: cart.coupons.shuffled(using: &random), points: cart.points, storedValue: cart.storedValue)
        #expect(try programme.quote(shuffled) == programme.quote(cart))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func atMostOneItemOfferAndOneOrderOfferPerLine(seed: UInt64) throws {
        let (programme, cart) = world(seed)
        for line in try programme.quote(cart).lines {
            let promotions = try line.applied.compactMap { offer -> Promotion? in
                guard case .promotion(let code, let revision) = offer.source else { return nil }
                guard case .promotion(let promotion) = programme.item(.promotion, code, revision: revision)?.rule
                else { throw QuoteFault.noLines }
                return promotion
            }
            let items = promotions.filter { if case .item = $0.offer { true } else { false } }.count
            let tiers = line.applied.filter { if case .tier = $0.source { true } else { false } }.count
            #expect(items + tiers <= 1)
            #expect(promotions.count - items <= 1)
        }
    }

    /// The worlds above are worth nothing if nothing happens in them.
    @Test func everythingHappensInTheseWorlds() throws {
        var refusals: Set<OfferRefusal> = []
        var (tiers, promotions, coupons, points, stored, gifts) = (0, 0, 0, 0, 0, 0)
        for seed in 0..<1_000 as Range<UInt64> {
            let (programme, cart) = world(seed)
            let quote = try programme.quote(cart)
            refusals.formUnion(quote.coupons.compactMap(\.refusal))
            coupons += quote.appliedCoupons.count
            gifts += quote.appliedCoupons.count {
                programme.coupon($0.definition, revision: $0.definitionRevision)?.isGift == true
            }
            for source in quote.lines.flatMap(\.applied).map(\.source) {
                switch source {
                case .tier: tiers += 1
                case .promotion: promotions += 1
                case .coupon: break
                }
            }
            points += quote.points.amount > 0 ? 1 : 0
            stored += quote.storedValue.totalMinor > 0 ? 1 : 0
        }
        #expect(refusals == Set(OfferRefusal.allCases))
        let counts = [tiers, promotions, coupons, points, stored, gifts]
        #expect(counts.allSatisfy { $0 > 20 }, "\(counts)")
    }
}
