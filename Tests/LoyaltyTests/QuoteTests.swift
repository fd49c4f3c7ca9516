import Loyalty
import Replication
import Testing

@Suite struct QuoteTests {
    private let gold = ProgrammeItem(
        .tier(Tier(name: "金卡", rank: 2, threshold: 0, payBasisPoints: 9_000, multiplierBasisPoints: 15_000)),
        code: "gold")

    private func programme(_ items: ProgrammeItem...) -> Programme {
        var programme = Programme.standard
        for item in items { programme.apply(item) }
        return programme
    }

    private func promotion(
        _ code: String, _ offer: Promotion.Offer, scope: OfferScope = .everything, priority: Int = 100,
        memberOnly: Bool = false
    ) -> ProgrammeItem {
        ProgrammeItem(
            .promotion(
                Promotion(name: code, offer: offer, scope: scope, priority: priority, memberOnly: memberOnly)),
            code: code)
    }

    private func definition(
        _ code: String, _ kind: CouponDefinition.Kind, scope: OfferScope = .everything, group: String? = nil,
        priority: Int = 100, isCombinable: Bool = true, memberUsesMax: Int? = nil
    ) -> ProgrammeItem {
        ProgrammeItem(
            .coupon(
                CouponDefinition(
                    name: code, campaign: "c", kind: kind, validity: .relative(days: 7, startOffset: 0), scope: scope,
                    memberUsesMax: memberUsesMax, exclusiveGroup: group, priority: priority, isCombinable: isCombinable)
            ), code: code)
    }

    /// 22 November 2026 is a Sunday.
    private func cart(
        _ lines: CartLine..., tier: String? = nil, isMember: Bool = true, coupons: [PresentedCoupon] = [],
        points: PointsWish = .none, storedValue: StoredValueWish = .none, branch: String = "017", minute: Int = 600
    ) throws -> Cart {
        Cart(
            branch: branch, businessDate: try day("2026-11-22"), minuteOfDay: minute, isMember: isMember,
            memberTier: tier, lines: lines, coupons: coupons, points: points, storedValue: storedValue)
    }

    private func line(_ grossMinor: Int64, _ product: String = "P1", milli: Int64 = 1_000, restricted: Bool = false)
        -> CartLine
    {
        CartLine(product: product, quantityMilli: milli, grossMinor: grossMinor, isRestricted: restricted)
    }

    private func coupon(
        _ definition: String, id: UInt128 = 1, from: String = "2026-11-01", to: String = "2026-11-22",
        usesLeft: Int = 1, memberUses: Int = 0, here: Bool = true
    ) throws -> PresentedCoupon {
        PresentedCoupon(
            id: RecordID(id), definition: definition, definitionRevision: 1, validFrom: try day(from),
            validTo: try day(to), usesLeft: usesLeft, memberUses: memberUses, isRedeemableHere: here)
    }

    @Test func aPlainSaleEarnsLikeTheStandardRule() throws {
        let quote = try Programme.standard.quote(try cart(line(1_290), line(850)))
        #expect(quote.netMinor == 2_140)
        #expect(quote.earned(.points) == EarningRule.standard.points(forNetMinor: 2_140))
        #expect(quote.lines.map(\.pointsEarned) == [13, 8])
        #expect(quote.earned(.growth) == 21)
    }

    /// 88折 for all on a member's day, 9折 for gold: the better one, never both.
    @Test func theBetterOfTierAndPromotionCounts() throws {
        let day88 = promotion("day88", .item(.pay(basisPoints: 8_800)), scope: OfferScope(products: .prefixes(["P"])))
        let quote = try programme(gold, day88).quote(
            try cart(line(10_000), line(10_000, "Q1"), line(10_000, "P-smoke", restricted: true), tier: "gold"))
        #expect(quote.lines.map(\.netMinor) == [8_800, 9_000, 10_000])
        #expect(quote.lines[0].applied == [AppliedOffer(.promotion("day88", revision: 1), amountMinor: 1_200)])
        #expect(quote.lines[1].applied == [AppliedOffer(.tier("gold", revision: 1), amountMinor: 1_000)])
        #expect(quote.lines[2].applied.isEmpty)
    }

    @Test func aPriceIsRoundedHalfUp() throws {
        let day88 = promotion("day88", .item(.pay(basisPoints: 8_800)))
        #expect(try programme(day88).quote(try cart(line(1_299))).netMinor == 1_143)
        #expect(try programme(day88).quote(try cart(line(1_250 / 100))).netMinor == 11)
        #expect(CartLine(product: "P", quantityMilli: 350, unitPriceMinor: 1_299).grossMinor == 455)
        #expect(CartLine(product: "P", quantityMilli: 500, unitPriceMinor: 1_299).grossMinor == 650)
        #expect(CartLine(product: "P", quantityMilli: -500, unitPriceMinor: 1_299).grossMinor == -650)
    }

    @Test func itemOffersCountPerUnit() throws {
        let off = promotion("off", .item(.amountOff(minor: 100)))
        #expect(
            try programme(off).quote(try cart(line(2_000, milli: 2_000), line(50))).lines.map(\.netMinor) == [1_800, 0])
        let fixed = promotion("fixed", .item(.fixedPrice(minor: 600)))
        #expect(
            try programme(fixed).quote(try cart(line(2_000, milli: 2_000), line(500))).lines.map(\.netMinor)
                == [1_200, 500])
    }

    @Test func oneOrderPromotionAfterItemDiscounts() throws {
        let items = [
            promotion("3off", .order(thresholdMinor: 2_000, .amountOff(minor: 300))),
            promotion("5off", .order(thresholdMinor: 5_000, .amountOff(minor: 500))),
        ]
        let both = programme(gold, items[0], items[1])
        #expect(try both.quote(try cart(line(1_290), line(710))).lines.map(\.netMinor) == [1_096, 604])
        #expect(try both.quote(try cart(line(1_999))).netMinor == 1_999)
        #expect(try both.quote(try cart(line(5_000))).netMinor == 4_500)
        #expect(try both.quote(try cart(line(2_100), tier: "gold")).netMinor == 1_890)
        #expect(try both.quote(try cart(line(1_900), line(900, restricted: true))).netMinor == 2_800)
    }

    @Test func ofEqualOffersTheSmallerPriorityThenTheCodeCounts() throws {
        let all = programme(
            promotion("z", .item(.amountOff(minor: 100)), priority: 1),
            promotion("a", .item(.pay(basisPoints: 9_000)), priority: 2),
            promotion("b", .order(thresholdMinor: 0, .amountOff(minor: 50))),
            promotion("c", .order(thresholdMinor: 0, .amountOff(minor: 50))))
        let applied = try all.quote(try cart(line(1_000))).lines[0].applied
        #expect(
            applied == [
                AppliedOffer(.promotion("z", revision: 1), amountMinor: 100),
                AppliedOffer(.promotion("b", revision: 1), amountMinor: 50),
            ])
    }

    @Test func aMembersPriceIsForMembers() throws {
        let offer = promotion("m", .item(.fixedPrice(minor: 500)), memberOnly: true)
        #expect(try programme(offer).quote(try cart(line(1_000))).netMinor == 500)
        let stranger = try programme(offer, gold).quote(try cart(line(1_000), tier: "gold", isMember: false))
        #expect(stranger.netMinor == 1_000)
        #expect(stranger.earned.isEmpty)
    }

    /// 满20减3.
    @Test func aCouponsThresholdIsMeasuredAfterItemDiscounts() throws {
        let all = programme(gold, definition("20-3", .amountOff(minor: 300, thresholdMinor: 2_000)))
        let met = try all.quote(try cart(line(1_290), line(710), coupons: [coupon("20-3")]))
        #expect(met.lines.map(\.couponMinor) == [194, 106])
        #expect(met.netMinor == 1_700)
        let missed = try all.quote(try cart(line(2_200), tier: "gold", coupons: [coupon("20-3")]))
        #expect(missed.coupons.map(\.refusal) == [.belowThreshold])
        #expect(missed.netMinor == 1_980)
    }

    @Test func aCouponTakesFromWhatTheOrderPromotionLeaves() throws {
        let all = programme(
            promotion("3off", .order(thresholdMinor: 2_000, .amountOff(minor: 300))),
            definition("20-3", .amountOff(minor: 300, thresholdMinor: 2_000)),
            definition("88", .percent(payBasisPoints: 8_800, maxOffMinor: nil)))
        #expect(try all.quote(try cart(line(2_000), coupons: [coupon("20-3")])).netMinor == 1_400)
        #expect(try all.quote(try cart(line(2_000), coupons: [coupon("88")])).netMinor == 1_496)
    }

    @Test func aMembersDayIsOnItsDayOfTheMonth() throws {
        let scope = OfferScope(monthDays: .only(22))
        let today = promotion("22nd", .item(.pay(basisPoints: 8_800)), scope: scope)
        let other = promotion("8th", .item(.pay(basisPoints: 8_000)), scope: OfferScope(monthDays: .only(8)))
        #expect(try programme(today, other).quote(try cart(line(1_000))).netMinor == 880)
    }

    @Test func theHighestMultiplierCounts() throws {
        let double = promotion(
            "double", .points(multiplierBasisPoints: 20_000),
            scope: OfferScope(products: .list(["P1"]), includesRestricted: true))
        let quote = try programme(gold, double).quote(
            try cart(line(1_110), line(1_110, "Q"), line(1_000, restricted: true), tier: "gold"))
        #expect(quote.lines.map(\.multiplierBasisPoints) == [20_000, 15_000, 10_000])
        #expect(quote.earned(.points) == 44)
        #expect(quote.earned(.growth) == 29)
        #expect(try programme(double).quote(try cart(line(150))).earned(.points) == 3)
    }

    @Test func aVoucherGivesNoChange() throws {
        let all = programme(definition("50", .amountOff(minor: 5_000, thresholdMinor: 0)))
        let quote = try all.quote(try cart(line(1_200), line(800), coupons: [coupon("50")]))
        #expect(quote.netMinor == 0)
        #expect(quote.coupons.map(\.discountMinor) == [2_000])
        let deposit = try all.quote(
            try cart(line(1_200), CartLine(product: "D", quantityMilli: 0, grossMinor: -500), coupons: [coupon("50")]))
        #expect(deposit.lines.map(\.netMinor) == [500, -500])
    }

    @Test func couponsOfEachKind() throws {
        let all = programme(
            definition("88", .percent(payBasisPoints: 8_800, maxOffMinor: nil)),
            definition("88max", .percent(payBasisPoints: 8_800, maxOffMinor: 1_000)),
            definition("price", .fixedPrice(product: "P2", priceMinor: 990)),
            definition("gift", .gift(product: "P2", quantity: 2)))
        func nets(_ code: String) throws -> [Int64] {
            try all.quote(
                try cart(line(10_000), line(3_600, "P2", milli: 3_000), coupons: [coupon(code)])
            ).lines.map(\.netMinor)
        }
        #expect(try nets("88") == [8_800, 3_168])
        #expect(try nets("88max") == [9_265, 3_335])
        #expect(try nets("price") == [10_000, 3_390])
        #expect(try nets("gift") == [10_000, 1_200])
    }

    @Test func aGiftOfTwoMayLieOnTwoLines() throws {
        let all = programme(definition("gift", .gift(product: "P2", quantity: 2)))
        let lines = [line(600, "P2"), line(1_200, "P2", milli: 2_000), line(600, "P2")]
        let quote = try all.quote(try cart(lines[0], lines[1], lines[2], coupons: [coupon("gift")]))
        #expect(quote.lines.map(\.netMinor) == [0, 600, 600])
    }

    @Test func oneDiscountAndOneGiftInASale() throws {
        let all = programme(
            definition("a", .amountOff(minor: 100, thresholdMinor: 0), priority: 2),
            definition("b", .amountOff(minor: 200, thresholdMinor: 0), priority: 1),
            definition("g", .gift(product: "P2", quantity: 1), group: "x"),
            definition("alone", .gift(product: "P2", quantity: 1), priority: 0, isCombinable: false),
            definition("x", .percent(payBasisPoints: 9_000, maxOffMinor: nil), group: "x", priority: 101))
        func refusals(_ codes: String...) throws -> [String: OfferRefusal] {
            let shown = try codes.enumerated().map { try coupon($1, id: UInt128($0)) }
            let quote = try all.quote(try cart(line(1_000), line(500, "P2", milli: 1_000), coupons: shown))
            return Dictionary(
                uniqueKeysWithValues: quote.coupons.compactMap { effect in
                    effect.refusal.map { (effect.definition, $0) }
                })
        }
        #expect(try refusals("a", "b", "g") == ["a": .stacking])
        #expect(try refusals("g", "x") == ["x": .stacking])
        #expect(try refusals("a", "alone") == ["a": .stacking])
        #expect(try refusals("a", "g") == [:])
    }

    @Test func aCouponSaysWhyItHasNoEffect() throws {
        let sunday = Weekdays.only(7)
        let all = programme(
            definition("ok", .amountOff(minor: 100, thresholdMinor: 0), memberUsesMax: 2),
            definition("north", .amountOff(minor: 100, thresholdMinor: 0), scope: OfferScope(branches: ["north"])),
            definition("gold", .amountOff(minor: 100, thresholdMinor: 0), scope: OfferScope(tiers: ["gold"])),
            definition(
                "week", .amountOff(minor: 100, thresholdMinor: 0), scope: OfferScope(weekdays: .all.subtracting(sunday))
            ),
            definition("sunday", .amountOff(minor: 100, thresholdMinor: 0), scope: OfferScope(weekdays: sunday)),
            definition(
                "noon", .amountOff(minor: 100, thresholdMinor: 0),
                scope: OfferScope(hours: Hours(fromMinute: 660, toMinute: 780))),
            definition("gift", .gift(product: "P9", quantity: 1)),
            definition("smoke", .amountOff(minor: 100, thresholdMinor: 0), scope: OfferScope(products: .list(["S"]))))
        func refusal(_ coupon: PresentedCoupon) throws -> OfferRefusal? {
            try all.quote(try cart(line(1_000), line(900, "S", restricted: true), coupons: [coupon])).coupons[0].refusal
        }
        #expect(try refusal(coupon("ok")) == nil)
        #expect(try refusal(coupon("sunday")) == nil)
        #expect(try refusal(coupon("north")) == .wrongBranch)
        #expect(try refusal(coupon("gold")) == .wrongTier)
        #expect(try refusal(coupon("week")) == .wrongDay)
        #expect(try refusal(coupon("noon")) == .wrongHour)
        #expect(try refusal(coupon("gift")) == .noEligibleProduct)
        #expect(try refusal(coupon("smoke")) == .noEligibleProduct)
        #expect(try refusal(coupon("other")) == .unknownDefinition)
        #expect(try refusal(coupon("ok", from: "2026-11-23", to: "2026-12-01")) == .notYet)
        #expect(try refusal(coupon("ok", to: "2026-11-21")) == .expired)
        #expect(try refusal(coupon("ok", usesLeft: 0)) == .usedUp)
        #expect(try refusal(coupon("ok", memberUses: 2)) == .memberLimit)
        #expect(try refusal(coupon("ok", here: false)) == .policy)
    }

    private func points(_ wish: Wish, of available: Int64, on grossMinor: Int64 = 2_000) throws -> PointsTender {
        try Programme.standard.quote(
            try cart(line(grossMinor), points: PointsWish(wish: wish, available: available))
        ).points
    }

    @Test func pointsPayInHundredsForAtMostHalfOfTheBill() throws {
        #expect(try points(.asManyAsAllowed, of: 740).amount == 700)
        #expect(try points(.asManyAsAllowed, of: 5_000).valueMinor == 1_000)
        #expect(try points(.asManyAsAllowed, of: 5_000, on: 1_999).amount == 900)
        #expect(try points(.asManyAsAllowed, of: 99).amount == 0)
        #expect(try points(.asManyAsAllowed, of: 5_000, on: 199).amount == 0)
        #expect(try points(.exactly(500), of: 740).refusal == nil)
        #expect(try points(.exactly(50), of: 740).refusal == .belowMinimum(100))
        #expect(try points(.exactly(150), of: 740).refusal == .notAMultiple(of: 100))
        #expect(try points(.exactly(800), of: 740).refusal == .insufficient(available: 740))
        #expect(try points(.exactly(1_100), of: 5_000).refusal == .aboveCap(usable: 1_000))
        #expect(try points(.exactly(1_100), of: 5_000).amount == 0)
    }

    @Test func belowTheMinimumNothingIsUsable() {
        let rule = RedemptionRule(minimum: 500, unit: 100, unitValueMinor: 250, capBasisPoints: 10_000)
        #expect(rule.usable(of: 499, payableMinor: 10_000) == 0)
        #expect(rule.usable(of: 599, payableMinor: 10_000) == 500)
        #expect(rule.usable(of: 5_000, payableMinor: 1_499) == 500)
        #expect(rule.usable(of: 5_000, payableMinor: 1_249) == 0)
        #expect(rule.usable(of: 5_000, payableMinor: -1) == 0)
        #expect(rule.valueMinor(of: 500) == 1_250)
    }

    @Test func whatPointsAndBonusPayEarnsNothing() throws {
        let quote = try Programme.standard.quote(
            try cart(
                line(1_500), line(500), points: PointsWish(wish: .exactly(1_000), available: 1_000),
                storedValue: StoredValueWish(wish: .asManyAsAllowed, principalMinor: 500, bonusMinor: 100)))
        #expect(quote.lines.map(\.pointsMinor) == [750, 250])
        #expect(quote.storedValue.totalMinor == 600)
        #expect(quote.lines.map(\.bonusMinor) == [75, 25])
        #expect(quote.dueMinor == 400)
        #expect(quote.earned(.points) == 9)
    }

    @Test func aTierMultipliesPointsOnceAndNotOnTobacco() throws {
        let quote = try programme(gold).quote(
            try cart(line(1_110), line(1_000, restricted: true), tier: "gold"))
        #expect(quote.lines.map(\.netMinor) == [999, 1_000])
        #expect(quote.earned(.points) == 24)
        #expect(quote.earned(.growth) == 19)
    }

    @Test func pointsAreAvailableAndExpireAsTheWalletSays() throws {
        let wallet = WalletType(
            kind: .points, earning: .standard, pendingDays: 7, expiry: .months(12), allowance: .standardPoints)
        let all = programme(ProgrammeItem(.wallet(wallet), code: "points", revision: 2))
        let earning = try #require(try all.quote(try cart(line(2_000))).earned.first { $0.kind == .points })
        #expect(earning.revision == 2)
        #expect(earning.availableOn == (try day("2026-11-29")))
        #expect(earning.expiresOn == (try day("2027-11-30")))
        let tender = try all.quote(try cart(line(2_000), points: PointsWish(wish: .exactly(100), available: 100)))
        #expect(tender.points.refusal == .notRedeemable)
    }

    @Test func aCartThatCannotBeIsRefused() throws {
        func expect(_ fault: QuoteFault, _ cart: Cart) { #expect(throws: fault) { try Programme.standard.quote(cart) } }
        expect(.negativeTotal, try cart(line(100), line(-101)))
        expect(.amountOutOfRange, try cart(line(.max)))
        expect(.amountOutOfRange, try cart(line(Sale.amountMinorMax), line(1)))
        expect(.amountOutOfRange, try cart(line(1), points: PointsWish(wish: .exactly(-1), available: 0)))
        expect(.amountOutOfRange, try cart(line(1), points: PointsWish(wish: .none, available: .max)))
        expect(.timeOutOfRange, try cart(line(1), minute: 1_440))
        expect(.couponTwice(RecordID(1)), try cart(line(1), coupons: [coupon("a"), coupon("b")]))
        expect(.textTooLong(field: "product"), try cart(line(1, String(repeating: "x", count: 65))))
        let empty = Cart(branch: "017", businessDate: .first, minuteOfDay: 0, isMember: false, lines: [])
        expect(.noLines, empty)
        #expect(CartLine(product: "P", quantityMilli: .max, unitPriceMinor: .max).grossMinor > Sale.amountMinorMax)
    }
}
