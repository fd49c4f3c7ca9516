import Loyalty
import Testing

/// What headquarters may not declare.
@Suite struct ProgrammeCheckTests {
    private let plan = ProgrammeRule.plan(TopUpPlan(payMinor: 10_000, bonusMinor: 2_000, bonusExpiryDays: 365))

    private func tier(rank: Int = 1, pay: Int64 = 9_500, multiplier: Int64 = 10_000, name: String = "Gold") -> Tier {
        Tier(name: name, rank: rank, threshold: 0, payBasisPoints: pay, multiplierBasisPoints: multiplier)
    }

    private func points(
        _ earning: EarningRate? = .standard, _ redemption: RedemptionRule? = .standardPoints,
        kind: WalletType.Kind = .points, pendingDays: Int = 0, expiry: ExpiryPolicy = .never
    ) -> WalletType {
        WalletType(
            kind: kind, earning: earning, redemption: redemption, pendingDays: pendingDays, expiry: expiry,
            allowance: .none)
    }

    private func promotion(_ offer: Promotion.Offer, scope: OfferScope = .everything) -> ProgrammeRule {
        .promotion(Promotion(name: "x", offer: offer, scope: scope))
    }

    private func coupon(
        _ kind: CouponDefinition.Kind, _ validity: CouponDefinition.Validity = .relative(days: 7, startOffset: 0),
        uses: Int = 1
    ) -> ProgrammeRule {
        .coupon(CouponDefinition(name: "x", campaign: "c", kind: kind, validity: validity, uses: uses))
    }

    @Test(arguments: ["", "a b", "é", "a/b", String(repeating: "a", count: 33)])
    func otherTextIsNoCode(code: String) {
        #expect(throws: ProgrammeFault.badCode) { try ProgrammeItem(plan, code: code).check() }
    }

    @Test(arguments: ["A", "a.b_c-9", String(repeating: "z", count: 32)])
    func codes(code: String) throws { try ProgrammeItem(plan, code: code).check() }

    @Test func aCouponsCodeFitsIntoItsQRCode() throws {
        let gift = coupon(.gift(product: "P", quantity: 1))
        try ProgrammeItem(gift, code: String(repeating: "a", count: 24)).check()
        #expect(throws: ProgrammeFault.badCode) {
            try ProgrammeItem(gift, code: String(repeating: "a", count: 25)).check()
        }
    }

    @Test func anItemIsOfItsRulesCategoryAndHasARevision() {
        #expect(throws: ProgrammeFault.wrongCategory) {
            try ProgrammeItem(category: .tier, code: "a", revision: 1, effectiveFrom: .first, rule: plan).check()
        }
        #expect(throws: ProgrammeFault.badRevision) { try ProgrammeItem(plan, code: "a", revision: 0).check() }
    }

    @Test func anEditSaysWhoDeclares() throws {
        let item = ProgrammeItem(plan, code: "a")
        try ProgrammeEdit(item: item, author: "王芳", reason: "").check()
        #expect(throws: ProgrammeFault.badText(field: "author")) {
            try ProgrammeEdit(item: item, author: "", reason: "").check()
        }
        #expect(throws: ProgrammeFault.badText(field: "reason")) {
            try ProgrammeEdit(item: item, author: "hq", reason: "a\u{7}").check()
        }
    }

    private func expect(_ field: String, _ rules: ProgrammeRule...) {
        for rule in rules {
            #expect(throws: ProgrammeFault.outOfRange(field: field)) { try rule.check() }
        }
    }

    @Test func aWalletIsOneThatCanBeCounted() {
        expect(
            "earning", .wallet(points(EarningRate(points: 1, perMinor: 0))),
            .wallet(points(EarningRate(points: -1, perMinor: 1))), .wallet(points(kind: .storedValue)))
        expect(
            "redemption",
            .wallet(points(nil, RedemptionRule(minimum: 1, unit: 0, unitValueMinor: 1, capBasisPoints: 1))),
            .wallet(points(nil, RedemptionRule(minimum: 1, unit: 1, unitValueMinor: 0, capBasisPoints: 1))),
            .wallet(points(nil, RedemptionRule(minimum: 1, unit: 1, unitValueMinor: 1, capBasisPoints: 10_001))),
            .wallet(
                points(
                    nil, RedemptionRule(minimum: 1, unit: 1, unitValueMinor: 2, capBasisPoints: 1),
                    kind: .storedValue)), .wallet(points(kind: .growth)),
            .wallet(points(nil, nil, kind: .storedValue)))
        expect("pending", .wallet(points(pendingDays: -1)), .wallet(points(pendingDays: .max)))
        expect(
            "expiry", .wallet(points(expiry: .months(0))),
            .wallet(points(expiry: .fixedDay(month: 2, day: 30, yearsAhead: 1))),
            .wallet(points(expiry: .fixedDay(month: 12, day: 31, yearsAhead: -1))))
    }

    @Test func aPriceIsAShareOfThePrice() {
        expect("price", .tier(tier(pay: 0)), .tier(tier(pay: 10_001)), promotion(.item(.pay(basisPoints: 10_001))))
        expect("price", coupon(.percent(payBasisPoints: 10_000, maxOffMinor: nil)))
        expect("price", promotion(.order(thresholdMinor: 0, .fixedPrice(minor: 1))))
        expect("multiplier", .tier(tier(multiplier: 9_999)), .tier(tier(multiplier: 100_001)))
        expect("multiplier", promotion(.points(multiplierBasisPoints: 9_999)))
        expect("rank", .tier(tier(rank: -1)))
    }

    @Test func anAmountIsPositiveAndBounded() {
        for minor in [Int64.min, -1, 0, Sale.amountMinorMax + 1, .max] {
            expect(
                "amount", coupon(.amountOff(minor: minor, thresholdMinor: 0)),
                promotion(.item(.amountOff(minor: minor))))
            expect("pay", .plan(TopUpPlan(payMinor: minor, bonusMinor: 0)))
        }
        expect("threshold", coupon(.amountOff(minor: 1, thresholdMinor: -1)))
        expect("quantity", coupon(.gift(product: "P", quantity: 0)))
        expect("uses", coupon(.gift(product: "P", quantity: 1), uses: 0))
        expect("validity", coupon(.gift(product: "P", quantity: 1), .relative(days: 0, startOffset: 0)))
    }

    @Test func anOfferHoldsAtSomeTime() throws {
        expect("weekdays", promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(weekdays: [])))
        expect("weekdays", promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(weekdays: Weekdays(rawValue: 128))))
        expect(
            "hours",
            promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(hours: Hours(fromMinute: 0, toMinute: 1_441))))
        expect("days", promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(monthDays: [])))
        expect(
            "days", promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(monthDays: MonthDays(rawValue: 1 << 31))))
        #expect(throws: ProgrammeFault.empty(field: "hours")) {
            try promotion(.item(.pay(basisPoints: 1)), scope: OfferScope(hours: Hours(fromMinute: 5, toMinute: 5)))
                .check()
        }
        #expect(throws: ProgrammeFault.endsBeforeItStarts) {
            try ProgrammeRule.campaign(Campaign(name: "x", from: .last, to: .first)).check()
        }
        #expect(throws: ProgrammeFault.endsBeforeItStarts) {
            try coupon(.gift(product: "P", quantity: 1), .fixed(from: .last, to: .first)).check()
        }
    }

    @Test func listsAreBoundedAndNotEmpty() {
        let one = Promotion.Offer.item(.pay(basisPoints: 8_800))
        #expect(throws: ProgrammeFault.empty(field: "products")) {
            try promotion(one, scope: OfferScope(products: .list([]))).check()
        }
        let many = Array(repeating: "P", count: ProgrammeLimits.productsMax + 1)
        #expect(throws: ProgrammeFault.tooMany(field: "products", limit: ProgrammeLimits.productsMax)) {
            try promotion(one, scope: OfferScope(products: .prefixes(many))).check()
        }
        #expect(throws: ProgrammeFault.tooMany(field: "branches", limit: ProgrammeLimits.branchesMax)) {
            try promotion(one, scope: OfferScope(branches: many)).check()
        }
        #expect(throws: ProgrammeFault.badText(field: "name")) { try ProgrammeRule.tier(tier(name: " ")).check() }
    }
}
