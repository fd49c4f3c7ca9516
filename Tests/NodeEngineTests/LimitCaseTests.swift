import Loyalty
import ReplicaStore
import Replication
import Testing

@testable import HubEngine
@testable import NodeEngine

/// Points by another rule, coupons beyond a limit or taken back, tiers that nobody has earned: found, told and settled.
@Suite struct LimitCaseTests {
    let desk: HubDesk
    let ann: String

    init() throws {
        desk = try HubDesk(branches: 3)
        ann = try desk.member(0xA11)
        let terms = CouponDefinition(
            name: "Tea", campaign: "spring", kind: .amountOff(minor: 500, thresholdMinor: 0),
            validity: .relative(days: 30, startOffset: 0), memberUsesMax: 2,
            policy: .optimistic(perBranchCount: 9, perBranchMinor: 90_000, campaignLossMinor: 1_000))
        try declare(.coupon(terms), "tea")
    }

    private func say(_ fact: Fact, for audience: Audience) throws {
        _ = try desk.hub.enter(fact, for: audience, nowMilliseconds: desk.now)
    }

    private func declare(_ rule: ProgrammeRule, _ code: String) throws {
        let revision = try desk.store.programme().nextRevision(rule.category, code)
        try say(
            .programme(
                ProgrammeEdit(
                    item: ProgrammeItem(rule, code: code, revision: revision), author: "boss", reason: "")),
            for: .chain)
    }

    private func issue(_ id: UInt128) throws -> RecordID {
        let code = try #require(CouponCode.derived(campaign: 1, intent: id, secret: [1]))
        let last = try #require(CivilDate("2025-12-31"))
        try say(
            .couponIssue(
                CouponIssue(
                    definitionCode: "tea", definitionRevision: 1, validFrom: HubDesk.day, validTo: last, uses: 1,
                    author: "boss", reason: "",
                    coupons: [IssuedCoupon(id: RecordID(id), member: RecordID(0xA11), homeNode: .hub, code: code)])),
            for: .chain)
        return RecordID(id)
    }

    @discardableResult
    private func redeem(
        _ coupon: RecordID, sale: UInt128, at node: UInt32, _ discount: Int64 = 500, observing: UInt64? = nil
    ) throws -> Verdict? {
        let use = CouponUse(
            coupon: coupon, definition: "tea", definitionRevision: 1, mode: .optimistic, discountMinor: discount)
        return try desk.arrive(.sale(desk.sale(sale, 0xA11, coupons: [use])), from: node, observing: observing)
    }

    private func cases(_ kind: String) throws -> [String] {
        try desk.ask("cases.list").filter { $0["kind"] == kind }.compactMap { $0["case"] }
    }

    private func resolve(_ item: String, _ verb: String, _ way: String = "do") throws -> [[String: String]] {
        try desk.ask("cases.resolve", way, "boss", "looked into it", item, verb)
    }

    // MARK: Limits

    private func goBeyond() throws -> String {
        for number in 1...3 as ClosedRange<UInt128> {
            let verdict = try redeem(issue(0xC0 + number), sale: number, at: UInt32(number), Int64(number) * 100)
            #expect(verdict == (number == 3 ? .flagged(.overLimit) : .ok))
        }
        return try #require(try cases("coupon.over_limit").first)
    }

    @Test func whatGoesBeyondAMembersLimitIsNamedWithBranchTillCashierAndLoss() throws {
        let item = try goBeyond()
        #expect(try desk.ask("cases.list").count == 1)
        let rows = try desk.ask("cases.show", item).filter { $0["valid"] != nil }
        #expect(rows.map { $0["branch"] } == ["001", "002", "003"])
        #expect(rows.map { $0["valid"] } == ["yes", "yes", "no"])
        #expect(rows.map { $0["loss_minor"] } == [nil, nil, "300"])
        #expect(rows[2]["till"] == "1" && rows[2]["cashier"] == "Mei" && rows[2]["could_have_known"] == "no")
        let explained = try desk.ask("cases.explain", item, "zh")
        #expect(explained.contains { $0["is"] == "concurrent" })
        #expect(explained.contains { $0["explanation"]?.contains("超过了限额") ?? false })
        let order = try resolve(item, "charge-member", "dry")
        #expect(order.map { $0["amount_minor"] } == ["300", nil])
        _ = try resolve(item, "charge-member")
        #expect(try cases("coupon.over_limit").isEmpty)
        try redeem(issue(0xC9), sale: 9, at: 1)
        #expect(try cases("coupon.over_limit").count == 1)
        #expect(try desk.isSound())
    }

    @Test func aBranchThatHadCountedTwoItselfCouldHaveKnown() throws {
        for number in 1...3 as ClosedRange<UInt128> { try redeem(issue(0xC0 + number), sale: number, at: 1) }
        let item = try #require(try cases("coupon.over_limit").first)
        let rows = try desk.ask("cases.show", item).filter { $0["valid"] == "no" }
        #expect(rows.map { $0["could_have_known"] } == ["yes"])
    }

    @Test(arguments: [
        ("accept-loss", "chain_loss"), ("charge-branch", "003"), ("fraud", "chain_loss"), ("void", nil),
        ("acknowledge", nil),
    ])
    func everyOtherVerbSaysWhoBearsIt(verb: String, account: String?) throws {
        let item = try goBeyond()
        let rows = try resolve(item, verb)
        #expect(rows.first { $0["account"] != nil }?["account"] == account)
        let isVoid = try desk.store.coupon(RecordID(0xC3))?.isVoid
        #expect(isVoid == ["fraud", "void"].contains(verb))
        #expect(try desk.store.coupon(RecordID(0xC1))?.isVoid == false)
        #expect(try cases("coupon.over_limit").isEmpty)
        #expect(try desk.isSound())
    }

    @Test func aUseThatIsUndoneIsNotCounted() throws {
        _ = try goBeyond()
        let line = Refund.Line(
            line: 1, quantityMilli: 1_000, netMinor: 10_000, pointsSpent: 0,
            shares: .plain(pointsEarned: 0, pointsMinor: 10_000))
        let use = CouponUse(
            coupon: try issue(0xCA), definition: "tea", definitionRevision: 1, mode: .right, discountMinor: 1)
        try say(
            .transfer(
                Transfer(
                    id: RecordID(0x7A), from: .hub, to: .actor(HubDesk.actor(1)), cause: .allowance, reference: nil,
                    items: [.init(terms: try #require(try desk.store.lot(use.coupon)).terms, amount: 1)])),
            for: .nodes([NodeID(1)]))
        #expect(
            try desk.arrive(.sale(desk.sale(0x50, 0xA11, coupons: [use])), from: 1) == .flagged(.overLimit))
        let both = try cases("coupon.over_limit")
        let refund = Refund(
            id: RecordID(0xF1), sale: RecordID(0x50), member: RecordID(0xA11), node: NodeID(1), till: "1",
            cashier: "Mei", reason: "broken", occurredAtMilliseconds: desk.now, businessDate: HubDesk.day,
            lines: [line], tenders: [Tender(kind: .cash, amountMinor: 10_000, reference: "")], restored: [],
            renewed: [], clawedBack: [], debts: [], coupons: [use.coupon])
        #expect(try desk.arrive(.refund(refund), from: 1) == .ok)
        let one = try cases("coupon.over_limit")
        #expect(both.count == 1 && one.count == 1 && both != one)
        let rows = try desk.ask("cases.show", one[0]).filter { $0["valid"] != nil }
        #expect(rows.count == 3)
    }

    @Test func doublesThatCostMoreThanTheCampaignBearsAreOneCaseMore() throws {
        let coupon = try issue(0xC1)
        try redeem(coupon, sale: 1, at: 1)
        try redeem(coupon, sale: 2, at: 2, 1_000)
        #expect(try cases("coupon.over_limit").isEmpty)
        try redeem(coupon, sale: 3, at: 3, 1)
        let item = try #require(try cases("coupon.over_limit").first)
        let rows = try desk.ask("cases.show", item).filter { $0["valid"] != nil }
        #expect(rows.map { $0["loss_minor"] } == ["1000", "1"])
        #expect(try resolve(item, "accept-loss", "dry").map { $0["loss_minor"] } == ["1000", "1", nil])
        #expect(desk.refusal("cases.resolve", "do", "boss", "why", item, "charge-member")?.code == "usage")
        _ = try resolve(item, "acknowledge")
        #expect(try cases("coupon.over_limit").isEmpty)
        #expect(try cases("coupon.double_redemption").count == 1)
    }

    // MARK: Taken back

    @Test(arguments: [true, false])
    func aCouponUsedAfterItWasTakenBackIsALossAndWhoWasToldIsSaid(wasTold: Bool) throws {
        let coupon = try issue(0xC1)
        _ = try desk.ask("coupons.void", "do", "boss", "misprint", coupon.hexadecimal)
        #expect(try desk.store.lot(coupon)?.remaining == 0)
        let told = try #require(
            UInt64(
                try desk.ask("query", "select position from operations where kind = 'coupon_void'")[0]["position"] ?? ""
            ))
        let verdict = try redeem(coupon, sale: 1, at: 2, 700, observing: wasTold ? told : told - 1)
        #expect(verdict == .flagged(.couponVoid))
        let item = try #require(try cases("coupon.redeemed_void").first)
        #expect(try desk.ask("cases.list").count == 1)
        let rows = try desk.ask("cases.show", item)
        let use = try #require(rows.first { $0["valid"] != nil })
        #expect(use["valid"] == "no" && use["loss_minor"] == "700" && use["branch"] == "002")
        #expect(use["could_have_known"] == (wasTold ? "yes" : "no"))
        #expect(rows.contains { $0["account"] == "chain_loss" && $0["loss_minor"] == "700" && $0["cashier"] == "Mei" })
        #expect(desk.refusal("cases.resolve", "do", "boss", "why", item, "void")?.code == "usage")
        let dry = try resolve(item, "charge-branch", "dry")
        #expect(dry[0]["account"] == "002" && (dry[0]["amount_minor"] ?? dry[0]["loss_minor"]) == "700")
        _ = try resolve(item, "charge-member")
        #expect(try cases("coupon.redeemed_void").isEmpty)
        #expect(try desk.isSound())
    }

    @Test func whatWasUsedBeforeItWasTakenBackIsNoCase() throws {
        let coupon = try issue(0xC1)
        #expect(try redeem(coupon, sale: 1, at: 2) == .ok)
        _ = try desk.ask("coupons.void", "do", "boss", "misprint", coupon.hexadecimal)
        #expect(try desk.ask("cases.list").isEmpty)
    }

    // MARK: Points

    @Test func aSettledSaleIsCountedAgainByItsRule() throws {
        #expect(try desk.arrive(.sale(desk.sale(1, 0xA11, points: 100)), from: 1) == .ok)
        let sale = desk.sale(2, 0xA11, points: 150)
        #expect(try desk.arrive(.sale(sale), from: 2) == .flagged(.ruleMismatch))
        let item = try #require(try cases("earn.rule_mismatch").first)
        let rows = try desk.ask("cases.show", item)
        #expect(
            rows.contains { $0["points"] == "150" && $0["points_by_rule"] == "100" && $0["branch"] == "002" })
        #expect(try desk.store.account(of: RecordID(0xA11)).lots.count == 2)
        _ = try resolve(item, "charge-branch")
        #expect(try cases("earn.rule_mismatch").isEmpty)
        #expect(try desk.isSound())
    }

    /// The rule of before holds for whoever has not heard of the next.
    @Test func aBranchIsHeldToTheRuleThatItKnew() throws {
        let before = desk.store.head
        try declare(
            .wallet(
                WalletType(kind: .points, earning: EarningRate(points: 2, perMinor: 100), allowance: .standardPoints)),
            "points")
        #expect(
            try desk.arrive(.sale(desk.sale(1, 0xA11, points: 100)), from: 1, observing: before) == .ok)
        let plain = desk.sale(2, 0xA11, points: 100)
        #expect(try desk.arrive(.sale(plain), from: 1, observing: desk.store.head) == .ok)
        let none = desk.sale(3, 0xA11, points: 0)
        #expect(try desk.arrive(.sale(none), from: 1, observing: desk.store.head) == .ok)
        let newer = [4, 5].map { desk.sale($0, 0xA11, points: 200, revision: 2) }
        #expect(try desk.arrive(.sale(newer[0]), from: 1, observing: before) == .flagged(.ruleUnknown))
        #expect(try desk.arrive(.sale(newer[1]), from: 1, observing: desk.store.head) == .ok)
    }

    /// A branch's log has another order than the hub's: where the rules stood then, it cannot say.
    @Test func onlyTheHubCountsAgain() throws {
        let chain = try SmallChain()
        try chain.connect(0)
        let member = RecordID(0xA11)
        try chain.command(["members.create", "do", "boss", "", member.hexadecimal, "name=Ann"])
        let checkout = Checkout(
            id: RecordID(1), member: member, till: "till", cashier: "lin", reference: "R1",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 900)])
        _ = try chain.ask(0, .checkout(checkout))
        let branch = chain.shops[0].store
        let dots = (1...4).map { Dot(branch.identity.actor, $0) }
        #expect(try dots.compactMap(chain.hub.store.earningOpinion).contains(EarningOpinion.agrees))
        #expect(try dots.compactMap(branch.earningOpinion).isEmpty)
    }

    @Test func aRuleThatTheHubDoesNotKnowIsSaidAndNoCase() throws {
        let sale = desk.sale(1, 0xA11, points: 100, revision: 9)
        #expect(try desk.arrive(.sale(sale), from: 1) == .flagged(.ruleUnknown))
        #expect(try desk.ask("cases.list").isEmpty)
        #expect(try desk.ask("query", "select verdict from sales") == [["verdict": "flagged:rule_unknown"]])
        #expect(try desk.isSound())
    }

    // MARK: Tiers

    private func gold() throws {
        try declare(.tier(Tier(name: "Gold", rank: 2, threshold: 20_000)), "gold")
    }

    private func claim(_ sale: UInt128, from node: UInt32) throws -> Verdict? {
        let until = CivilDate("2026-06-30")
        return try desk.arrive(
            .tier(
                TierChange(
                    member: RecordID(0xA11), tier: "gold", until: until, isProvisional: true, cause: RecordID(sale))),
            from: node)
    }

    private func disputed() throws -> String {
        try gold()
        try desk.arrive(.sale(desk.sale(1, 0xA11, points: 100)), from: 1)
        #expect(try claim(1, from: 1) == .flagged(.tierDisputed))
        return try #require(try cases("tier.disputed").first)
    }

    @Test func aTierThatThePurchasesDoNotBringIsToldWithWhatTheyCameTo() throws {
        let item = try disputed()
        let rows = try desk.ask("cases.explain", item)
        #expect(rows.contains { $0["branch"] == "001" && $0["tier"] == "gold" && $0["word"] == "provisional" })
        #expect(
            rows.contains { $0["reached"] == "none" && $0["spent_minor"] == "10000" && $0["threshold"] == "20000" })
        #expect(rows.contains { $0["vector"] != nil })
        #expect(desk.refusal("cases.resolve", "do", "boss", "why", item, "charge-member")?.code == "usage")
    }

    @Test func purchasesThatComeLaterSettleItByThemselves() throws {
        let item = try disputed()
        try desk.arrive(.sale(desk.sale(2, 0xA11, points: 100)), from: 2)
        #expect(try cases("tier.disputed").isEmpty)
        #expect(desk.refusal("cases.show", item)?.code == "not_found")
        #expect(try claim(2, from: 2) == .ok)
    }

    @Test func aTierIsHonouredByTheHubsOwnWord() throws {
        let item = try disputed()
        #expect(try resolve(item, "accept-loss", "dry").first?["entry"] == "tier")
        #expect(try desk.store.tiers(of: RecordID(0xA11), on: HubDesk.day).map(\.isProvisional) == [true])
        _ = try resolve(item, "accept-loss")
        #expect(try desk.store.tiers(of: RecordID(0xA11), on: HubDesk.day).map(\.isProvisional) == [true, false])
        #expect(try cases("tier.disputed").isEmpty)
    }

    @Test(arguments: ["void", "fraud"])
    func aTierIsTakenBackAndAnotherStays(verb: String) throws {
        try declare(.tier(Tier(name: "Silver", rank: 1, threshold: 90_000)), "silver")
        try say(
            .tier(
                TierChange(
                    member: RecordID(0xA11), tier: "silver", until: CivilDate("2025-12-31"), isProvisional: false,
                    cause: nil)), for: .chain)
        let item = try disputed()
        let rows = try resolve(item, verb)
        #expect(rows.map { $0["tier"] } == ["gold", "silver", nil])
        let held = try desk.store.tiers(of: RecordID(0xA11), on: HubDesk.day.adding(days: -TierChange.graceDays))
        #expect(Set(held.map(\.tier)) == ["silver"] && held.last?.until == CivilDate("2025-12-31"))
        #expect(try desk.store.endedTiers(before: HubDesk.day, atMost: 9).isEmpty)
        #expect(try cases("tier.disputed").isEmpty)
        #expect(try desk.isSound())
    }

    /// 200.00 bring gold, and come back within the week.
    @Test(arguments: [(7, true), (8, false)])
    func goodsThatBroughtATierComeBack(days: Int, isCase: Bool) throws {
        try gold()
        let sale = desk.sale(1, 0xA11, points: 200, netMinor: 20_000)
        try desk.arrive(.sale(sale), from: 1)
        #expect(try claim(1, from: 1) == .ok)
        let line = Refund.Line(
            line: 1, quantityMilli: 1_000, netMinor: 20_000, pointsSpent: 0, shares: .plain(pointsEarned: 200))
        let refund = Refund(
            id: RecordID(0xF1), sale: RecordID(1), member: RecordID(0xA11), node: NodeID(1), till: "1",
            cashier: "Mei", reason: "broken", occurredAtMilliseconds: desk.now,
            businessDate: HubDesk.day.adding(days: days), lines: [line],
            tenders: [Tender(kind: .cash, amountMinor: 20_000, reference: "")], restored: [], renewed: [],
            clawedBack: [LotSpend(lot: desk.lot(of: 1, at: 1), amount: 200)], debts: [], coupons: [])
        #expect(try desk.arrive(.refund(refund), from: 1) == (isCase ? .flagged(.tierDisputed) : .ok))
        guard isCase else { return #expect(try cases("tier.disputed").isEmpty) }
        let item = try #require(try cases("tier.disputed").first)
        #expect(try desk.ask("cases.show", item).contains { $0["cashier"] == "Mei" && $0["reason"] == "broken" })
        _ = try resolve(item, "void")
        #expect(try desk.store.tiers(of: RecordID(0xA11), on: HubDesk.day).map(\.tier).filter { !$0.isEmpty }.isEmpty)
        #expect(try desk.isSound())
    }
}
