import Loyalty
import Replication
import TestSupport
import Testing

/// The hub counts a settled sale's points again, from what the sale says of itself.
@Suite struct EarningOpinionTests {
    private func sale(_ cart: Cart, _ quote: Quote, points: Int64? = nil, revision: UInt32? = nil) -> Sale {
        let first = quote.earned.first { $0.kind == .points }
        let accruals = quote.earned.map { earned in
            Accrual(
                kind: earned.kind == .growth ? .growth : .points, wallet: earned.wallet,
                amount: earned == first ? points ?? earned.amount : earned.amount, keptHere: 0,
                availableOn: earned.availableOn, expiresOn: earned.expiresOn)
        }
        let settlement = Settlement(
            cashier: "1", tier: quote.tier?.code, lines: quote.lines.map(LineSettlement.counted), tenders: [],
            accruals: accruals, spends: [], coupons: [], grants: [])
        return Sale(
            id: RecordID(9), member: cart.isMember ? RecordID(7) : nil, till: "1", reference: "",
            occurredAtMilliseconds: 1, businessDate: cart.businessDate, netMinor: quote.netMinor,
            points: settlement.pointsEarned, ruleRevision: revision ?? first?.revision ?? 1,
            lines: quote.lines.map {
                SaleLine(
                    product: $0.product, quantityMilli: $0.quantityMilli, netMinor: $0.netMinor,
                    discountMinor: $0.discountMinor)
            }, settlement: settlement)
    }

    /// A till gives only tiers that are in force.
    @Test(arguments: 0..<2_000 as Range<UInt64>)
    func whatATillHasCountedIsFoundRight(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let programme = random.programme()
        let cart = random.cart(of: programme)
        guard cart.memberTier == nil || programme.tier("a", on: cart.businessDate) != nil else { return }
        let sale = sale(cart, try programme.quote(cart))
        #expect(programme.opinion(on: sale, at: cart.branch) == .agrees)
    }

    private static let day = CivilDate(dayNumber: 20_001)

    private func cart(_ lines: [CartLine], tier: String? = nil, minute: Int = 600) -> Cart {
        Cart(
            branch: "017", businessDate: Self.day, minuteOfDay: minute, isMember: true, memberTier: tier, lines: lines)
    }

    private let tea = CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 10_050)
    private let cigarettes = CartLine(product: "cig", quantityMilli: 1_000, grossMinor: 10_000, isRestricted: true)

    private var happyHours: Programme {
        var programme = Programme.standard
        let double = Promotion(
            name: "double", offer: .points(multiplierBasisPoints: 20_000),
            scope: OfferScope(hours: Hours(fromMinute: 1_200, toMinute: 1_300)))
        programme.apply(ProgrammeItem(.promotion(double), code: "double"))
        programme.apply(
            ProgrammeItem(
                .tier(Tier(name: "Gold", rank: 1, threshold: 1, multiplierBasisPoints: 15_000)), code: "gold"))
        return programme
    }

    @Test(arguments: [99, 101] as [Int64])
    func onePointMoreOrLessIsFound(points: Int64) throws {
        let cart = cart([tea])
        let sale = sale(cart, try Programme.standard.quote(cart), points: points)
        #expect(
            Programme.standard.opinion(on: sale, at: "017") == .differs(wallet: "points", expected: 100...100))
    }

    @Test func theRevisionOnTheReceiptGoesBeforeTheOneInForce() throws {
        var programme = Programme.standard
        programme.apply(
            ProgrammeItem(
                .wallet(WalletType(kind: .points, earning: EarningRate(points: 2, perMinor: 100), allowance: .none)),
                code: "points", revision: 2))
        let cart = cart([tea])
        #expect(programme.opinion(on: sale(cart, try Programme.standard.quote(cart)), at: "017") == .agrees)
        let newer = try programme.quote(cart)
        #expect(newer.earned(.points) == 201)
        #expect(programme.opinion(on: sale(cart, newer), at: "017") == .agrees)
        #expect(
            programme.opinion(on: sale(cart, newer, revision: 1), at: "017")
                == .differs(wallet: "points", expected: 100...100))
        #expect(Programme.standard.opinion(on: sale(cart, newer), at: "017") == .ruleUnknown)
        #expect(programme.opinion(on: sale(cart, newer, revision: 3), at: "017") == .ruleUnknown)
    }

    @Test(arguments: [600, 1_250])
    func aHappyHourMayHaveBeenOrNot(minute: Int) throws {
        let cart = cart([tea, cigarettes], minute: minute)
        let quote = try happyHours.quote(cart)
        #expect(quote.earned(.points) == (minute == 600 ? 200 : 301))
        #expect(happyHours.opinion(on: sale(cart, quote), at: "017") == .agrees)
    }

    /// 150 lie between the plain hundred and the doubled, and no rule gives them.
    @Test func whatLiesBetweenTwoRulesIsNeither() throws {
        let cart = cart([tea])
        let quote = try happyHours.quote(cart)
        let sold = sale(cart, quote, points: 150)
        let share = LineSettlement(
            couponMinor: 0, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: 150, growthEarned: 0)
        let settlement = Settlement(
            cashier: "1", tier: nil, lines: [share], tenders: [], accruals: sold.settlement?.accruals ?? [], spends: [],
            coupons: [], grants: [])
        let sale = Sale(
            id: sold.id, member: sold.member, till: "1", reference: "", occurredAtMilliseconds: 1,
            businessDate: Self.day, netMinor: sold.netMinor, points: 150, ruleRevision: 1, lines: sold.lines,
            settlement: settlement)
        #expect(happyHours.opinion(on: sale, at: "017") == .differs(wallet: "points", expected: 100...201))
    }

    @Test func aTierThatNobodyKnowsCannotBeCounted() throws {
        let cart = cart([tea], tier: "gold")
        let quote = try happyHours.quote(cart)
        #expect(quote.earned(.points) == 150)
        #expect(happyHours.opinion(on: sale(cart, quote), at: "017") == .agrees)
        #expect(Programme.standard.opinion(on: sale(cart, quote), at: "017") == .ruleUnknown)
    }

    /// A body may hold whatever it likes: sums of it stay within their numbers.
    @Test func hugeAmountsAreCounted() throws {
        let huge = Sale.amountMinorMax
        let lines = (0..<2_000).map {
            SaleLine(product: "p", quantityMilli: 1, netMinor: $0 % 2 == 0 ? huge : -huge, discountMinor: 0)
        }
        let share = LineSettlement(
            couponMinor: 0, pointsMinor: huge, principalMinor: 0, bonusMinor: huge, pointsEarned: huge, growthEarned: 0)
        let sale = Sale(
            id: RecordID(9), member: RecordID(7), till: "", reference: "", occurredAtMilliseconds: 1,
            businessDate: Self.day, netMinor: 0, points: 0, ruleRevision: 1, lines: lines,
            settlement: Settlement(
                cashier: "", tier: "gold", lines: lines.map { _ in share }, tenders: [], accruals: [], spends: [],
                coupons: [], grants: []))
        #expect(happyHours.opinion(on: sale, at: "017") == .agrees)
    }
}

extension LineSettlement {
    fileprivate static func counted(_ line: QuoteLine) -> LineSettlement {
        LineSettlement(
            couponMinor: line.couponMinor, pointsMinor: line.pointsMinor, principalMinor: line.principalMinor,
            bonusMinor: line.bonusMinor, pointsEarned: line.pointsEarned, growthEarned: line.growthEarned)
    }
}
