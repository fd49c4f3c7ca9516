import Loyalty
import Replication
import TestSupport

/// What headquarters might declare. All of it passes its checks.
extension SplitMix64 {
    mutating func programmeEdit() -> ProgrammeEdit {
        ProgrammeEdit(item: programmeItem(), author: "hq", reason: chance(percent: 50) ? "spring\t2026" : "")
    }

    /// Few codes and few revisions, so that items meet.
    mutating func programmeItem() -> ProgrammeItem {
        let rule = programmeRule()
        let revision = UInt32(1 + below(4))
        let from = CivilDate(dayNumber: 20_000 + below(30))
        return ProgrammeItem(
            category: rule.category, code: pick(["a", "B-2", "x_.9"]), revision: revision, effectiveFrom: from,
            rule: chance(percent: 85) ? rule : nil)
    }

    mutating func programmeRule() -> ProgrammeRule {
        switch below(6) {
        case 0: .wallet(walletType())
        case 1: .tier(tier())
        case 2: .promotion(promotion())
        case 3: .coupon(couponDefinition())
        case 4:
            .plan(
                TopUpPlan(
                    payMinor: price(), bonusMinor: price(), bonusExpiryDays: optional(365),
                    oncePerMember: chance(percent: 50)))
        default:
            .campaign(
                Campaign(name: "春天", from: .first, to: pick([.first, .last]), budgetMinor: optional(price())))
        }
    }

    mutating func walletType() -> WalletType {
        let kind = pick(WalletType.Kind.allCases)
        let unit = pick([Int64(1), 10, 100])
        let redemption = RedemptionRule(
            minimum: pick([0, 1, 100]), unit: unit, unitValueMinor: kind == .storedValue ? unit : pick([1, 7, 100]),
            capBasisPoints: pick([1, 3_333, 5_000, 10_000]))
        let rate = EarningRate(points: pick([1, 3]), perMinor: pick([1, 100, 333]))
        let mayBeSpent = kind == .storedValue || (kind == .points && chance(percent: 80))
        return WalletType(
            kind: kind, earning: kind == .storedValue ? nil : optional(rate),
            redemption: mayBeSpent ? redemption : nil, pendingDays: below(8),
            expiry: pick([.never, .months(12), .fixedDay(month: 2, day: 29, yearsAhead: 1)]),
            spendOrder: pick(SpendOrder.allCases), balanceMax: optional(500_000),
            allowance: Allowance(cap: pick([0, 500])))
    }

    mutating func tier() -> Tier {
        Tier(
            name: "金卡", rank: below(4), metric: pick(Tier.Metric.allCases), threshold: price(),
            payBasisPoints: pick([8_800, 9_500, 10_000]), multiplierBasisPoints: pick([10_000, 15_000]))
    }

    mutating func promotion() -> Promotion {
        let offer: Promotion.Offer =
            chance(percent: 20)
            ? .points(multiplierBasisPoints: pick([10_000, 20_000]))
            : chance(percent: 50)
                ? .item(pick([.pay(basisPoints: 8_800), .amountOff(minor: price()), .fixedPrice(minor: price())]))
                : .order(thresholdMinor: price(), pick([.pay(basisPoints: 9_000), .amountOff(minor: price())]))
        return Promotion(
            name: "满减", offer: offer, scope: offerScope(), from: optional(.first), to: optional(.last),
            priority: below(3), memberOnly: chance(percent: 30))
    }

    mutating func couponDefinition() -> CouponDefinition {
        CouponDefinition(
            name: "券", campaign: "spring",
            kind: pick([
                .amountOff(minor: price(), thresholdMinor: price()),
                .percent(payBasisPoints: 8_800, maxOffMinor: optional(price())),
                .fixedPrice(product: pick(Self.products), priceMinor: price()),
                .gift(product: pick(Self.products), quantity: 1 + below(2)),
            ]),
            validity: pick([.fixed(from: .first, to: .last), .relative(days: 7, startOffset: below(3))]),
            scope: offerScope(), uses: 1 + below(3), memberUsesMax: optional(2),
            exclusiveGroup: chance(percent: 30) ? pick(["g", "h"]) : nil, priority: below(3),
            isCombinable: chance(percent: 70),
            policy: pick([
                .deny, .homeOnly, .optimistic(perBranchCount: 3, perBranchMinor: 900, campaignLossMinor: 9_000),
            ]))
    }

    mutating func offerScope() -> OfferScope {
        OfferScope(
            branches: chance(percent: 80) ? [] : ["017", "north"], tiers: chance(percent: 80) ? [] : ["a"],
            weekdays: pick([.all, .all, Weekdays(rawValue: 0b1100000)]),
            monthDays: pick([.all, .all, [.only(8), .only(31)]]),
            hours: chance(percent: 80) ? nil : Hours(fromMinute: 1_320, toMinute: 120),
            products: pick([.all, .all, .list(["P1", "P2"]), .prefixes(["P"])]),
            includesRestricted: chance(percent: 20))
    }

    mutating func programme(items: Int = 30) -> Programme {
        var programme = Programme.standard
        for _ in 0..<items { programme.apply(programmeItem()) }
        return programme
    }

    mutating func price() -> Int64 { pick([1, 99, 300, 1_290, 2_000, 100_000]) }

    private mutating func optional<Value>(_ value: Value) -> Value? { chance(percent: 50) ? value : nil }

    private static let products = ["P1", "P2", "Q3"]
}

extension SplitMix64 {
    mutating func cart(of programme: Programme) -> Cart {
        let definitions = programme.items.filter { $0.category == .coupon && $0.rule != nil }
        return Cart(
            branch: pick(["017", "south"]), businessDate: CivilDate(dayNumber: 20_000 + below(40)),
            minuteOfDay: below(1_440), isMember: chance(percent: 80), memberTier: chance(percent: 70) ? "a" : nil,
            lines: cartLines(), coupons: (0..<below(5)).map { presentedCoupon(of: definitions, id: UInt128($0)) },
            points: PointsWish(wallet: pick(["points", "points", "a"]), wish: wish(), available: price()),
            storedValue: StoredValueWish(
                wallet: pick(["stored", "stored", "a"]), wish: wish(), principalMinor: price(), bonusMinor: price()))
    }

    private mutating func cartLines() -> [CartLine] {
        let goods = (0...below(6)).map { _ in
            CartLine(
                product: pick(["P1", "P2", "Q3", "R4"]), quantityMilli: pick([1_000, 2_000, 350, 0]),
                grossMinor: chance(percent: 10) ? 0 : price(), isRestricted: chance(percent: 15))
        }
        let worth = goods.reduce(0) { $0 + $1.grossMinor }
        guard worth > 0, chance(percent: 25) else { return goods }
        let deposit = CartLine(product: "DEPOSIT", quantityMilli: 0, grossMinor: -Int64(1 + below(Int(worth))))
        return (goods + [deposit]).shuffled(using: &self)
    }

    private mutating func presentedCoupon(of definitions: [ProgrammeItem], id: UInt128) -> PresentedCoupon {
        let known = definitions.isEmpty || chance(percent: 10) ? nil : pick(definitions)
        return PresentedCoupon(
            id: RecordID(id), definition: known?.code ?? "nowhere", definitionRevision: known?.revision ?? 1,
            validFrom: chance(percent: 90) ? .first : .last, validTo: chance(percent: 90) ? .last : .first,
            usesLeft: below(6),
            memberUses: below(3), isRedeemableHere: chance(percent: 90))
    }

    private mutating func wish() -> Wish { pick([.none, .asManyAsAllowed, .exactly(pick([0, 100, 300, 333]))]) }
}
