import Loyalty
import ReplicaStore
import Replication
import Testing

/// Cases of the ledger: derived once from what happened, attributed, and settled by a person.
@Suite struct LedgerCaseTests {
    let desk: HubDesk
    let ann: String

    init() throws {
        desk = try HubDesk(branches: 3)
        ann = try desk.member(0xA11)
    }

    private func say(_ fact: Fact, for audience: Audience) throws {
        _ = try desk.store.accept(
            [.init(operation: desk.store.draft(fact, for: audience, at: desk.now), node: .hub)],
            nowMilliseconds: desk.now, toleranceMilliseconds: 300_000)
    }

    private func issueCoupon(_ id: UInt128, home: UInt32 = 0) throws -> RecordID {
        let code = try #require(CouponCode.derived(campaign: 1, intent: id, secret: [1]))
        let last = try #require(CivilDate("2025-12-31"))
        let issue = CouponIssue(
            definitionCode: "summer", definitionRevision: 1, validFrom: HubDesk.day, validTo: last, uses: 1,
            author: "boss", reason: "",
            coupons: [IssuedCoupon(id: RecordID(id), member: RecordID(0xA11), homeNode: NodeID(home), code: code)])
        try say(.couponIssue(issue), for: .chain)
        return RecordID(id)
    }

    private func use(_ coupon: RecordID, _ discount: Int64, _ mode: CouponUse.Mode = .optimistic) -> CouponUse {
        CouponUse(
            coupon: coupon, definition: "summer", definitionRevision: 1, mode: mode, discountMinor: discount)
    }

    private func redeem(
        _ coupon: RecordID, sale: UInt128, at node: UInt32, _ discount: Int64, observing: UInt64 = 0,
        cashier: String = "Mei"
    ) throws {
        try desk.arrive(
            .sale(desk.sale(sale, 0xA11, coupons: [use(coupon, discount)], cashier: cashier)), from: node,
            observing: observing)
    }

    private func cases(_ kind: String) throws -> [String] {
        try desk.ask("cases.list").filter { $0["kind"] == kind }.compactMap { $0["case"] }
    }

    @Test func aCouponUsedTwiceNamesBranchTillCashierAndLoss() throws {
        let coupon = try issueCoupon(0xC0)
        try redeem(coupon, sale: 1, at: 1, 500)
        #expect(try cases("coupon.double_redemption").isEmpty)
        try redeem(coupon, sale: 2, at: 2, 700, cashier: "Bo")
        let open = try cases("coupon.double_redemption")
        let rows = try desk.ask("cases.show", try #require(open.first)).filter { $0["valid"] != nil }
        #expect(rows.map { $0["branch"] } == ["001", "002"])
        #expect(rows.map { $0["valid"] } == ["yes", "no"])
        #expect(rows.map { $0["loss_minor"] } == [nil, "700"])
        #expect(rows.map { [$0["till"], $0["cashier"]] } == [["1", "Mei"], ["1", "Bo"]])
        #expect(rows[1]["could_have_known"] == "no")
        #expect(try desk.isSound())
    }

    @Test func whoHadBeenToldCouldHaveKnownAndAThirdUseIsAnotherCase() throws {
        let coupon = try issueCoupon(0xC0)
        try redeem(coupon, sale: 1, at: 1, 500)
        try say(.couponSpent(CouponSpent(coupons: [coupon])), for: .chain)
        let told = desk.store.head
        try redeem(coupon, sale: 2, at: 2, 700, observing: told)
        let first = try cases("coupon.double_redemption")
        try redeem(coupon, sale: 3, at: 3, 900, observing: told - 1)
        let second = try cases("coupon.double_redemption")
        #expect(first.count == 1 && second.count == 1 && first != second)
        let rows = try desk.ask("cases.explain", second[0]).filter { $0["valid"] != nil }
        #expect(rows.map { $0["could_have_known"] } == [nil, "yes", "no"])
        #expect(try cases("coupon.double_redemption") == second)
    }

    @Test func theMemberIsChargedOnceAndTheCaseIsClosed() throws {
        let coupon = try issueCoupon(0xC0)
        try redeem(coupon, sale: 1, at: 1, 500)
        try redeem(coupon, sale: 2, at: 2, 700)
        let item = try #require(try cases("coupon.double_redemption").first)
        let order = ["boss", "used twice", item, "charge-member"]
        let before = desk.store.head
        let dry = try desk.ask(["cases.resolve", "dry"] + order)
        #expect(dry.map { $0["entry"] } == ["debt", nil])
        #expect(dry[0]["amount_minor"] == "700" && dry[0]["wallet"] == "stored" && dry[0]["member"] == ann)
        #expect(dry[1]["written"] == "charge_member")
        #expect(desk.store.head == before)
        _ = try desk.ask(["cases.resolve", "do"] + order)
        #expect(try cases("coupon.double_redemption").isEmpty)
        #expect(try cases("points.debt").isEmpty)
        let sums = try #require(try desk.ask("wallets.show", ann, HubDesk.today).first { $0["balance_minor"] != nil })
        #expect(sums["debt_minor"] == "700")
        #expect(throws: HubDesk.Refusal.self) { try desk.ask(["cases.resolve", "do"] + order) }
        #expect(try desk.isSound())
    }

    @Test(arguments: [
        ("accept-loss", "chain_loss"), ("charge-branch", "002"), ("fraud", "chain_loss"), ("void", nil),
    ])
    func everyOtherVerbSaysWhoBearsIt(verb: String, account: String?) throws {
        let coupon = try issueCoupon(0xC0)
        try redeem(coupon, sale: 1, at: 1, 500)
        try redeem(coupon, sale: 2, at: 2, 700)
        let item = try #require(try cases("coupon.double_redemption").first)
        let rows = try desk.ask("cases.resolve", "do", "boss", "looked into it", item, verb)
        #expect(rows.first { $0["account"] != nil }?["account"] == account)
        #expect(try desk.store.coupon(coupon)?.isVoid == ["fraud", "void"].contains(verb))
        #expect(try cases("coupon.double_redemption").isEmpty)
        #expect(
            try desk.ask("query", "select outcome, reason from decisions")
                == [["outcome": verb.replacing("-", with: "_"), "reason": "looked into it"]])
    }

    @Test func theBranchIsChargedOnceInItsAccount() throws {
        let coupon = try issueCoupon(0xC0)
        try redeem(coupon, sale: 1, at: 1, 500)
        try redeem(coupon, sale: 2, at: 2, 700)
        let item = try #require(try cases("coupon.double_redemption").first)
        let order = ["boss", "not looked at", item, "charge-branch"]
        let dry = try desk.ask(["cases.resolve", "dry"] + order)
        #expect(dry.map { $0["written"] } == ["nothing yet", "charge_branch"])
        #expect([dry[0]["account"], dry[0]["code"], dry[0]["amount_minor"]] == ["002", "summer", "700"])
        #expect(try desk.ask("query", "select * from branch_charges").isEmpty)
        _ = try desk.ask(["cases.resolve", "do"] + order)
        #expect(
            try desk.ask("query", "select branch, code, amount_minor, \"case\", sale, reason from branch_charges") == [
                [
                    "branch": "002", "code": "summer", "amount_minor": "700", "case": item,
                    "sale": RecordID(2).hexadecimal, "reason": "not looked at",
                ]
            ])
        #expect(desk.refusal("cases.resolve", "do", "boss", "again", item, "charge-branch")?.code == "not_found")
        #expect(try desk.isSound())
    }

    @Test func whereNothingIsLostNoBranchIsCharged() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11, reference: "R7")), from: 1)
        try desk.arrive(.sale(desk.sale(3, nil, reference: "R7")), from: 1)
        let item = try #require(try cases("sale.duplicate_reference").first)
        #expect(desk.refusal("cases.resolve", "do", "boss", "why", item, "charge-branch")?.code == "refused")
        #expect(try cases("sale.duplicate_reference") == [item])
    }

    @Test func pointsSpentBeyondAreChargedAsPointsAndWhatWasPaidOutAsMoney() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11, points: 80)), from: 1)
        let lot = desk.lot(of: 1, at: 1)
        _ = try desk.ask("nodes.declare-lost", "do", "boss", "fire", "001")
        try desk.arrive(.sale(desk.sale(2, 0xA11, spending: [LotSpend(lot: lot, amount: 30)])), from: 1)
        let item = try #require(try cases("points.overdraft").first)
        _ = try desk.ask("cases.resolve", "do", "boss", "why", item, "charge-branch")
        #expect(
            try desk.ask("query", "select branch, item, code, points, amount_minor from branch_charges") == [
                ["branch": "001", "item": "points", "code": "points", "points": "30", "amount_minor": "0"]
            ])
        #expect(try desk.isSound())
    }

    @Test func whatALostBranchSpentIsTheBranchesLoss() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11, points: 80)), from: 1)
        let lot = desk.lot(of: 1, at: 1)
        _ = try desk.ask("nodes.declare-lost", "do", "boss", "fire", "001")
        let verdict = try desk.arrive(
            .sale(desk.sale(2, 0xA11, spending: [LotSpend(lot: lot, amount: 30)])), from: 1)
        #expect(verdict == .flagged(.overdrawn))
        let item = try #require(try cases("points.overdraft").first)
        let rows = try desk.ask("cases.show", item)
        let loss = try #require(rows.first { $0["loss"] != nil })
        #expect(
            [loss["account"], loss["branch"], loss["loss"], loss["wallet"]] == ["branch_loss", "001", "30", "points"])
        #expect(desk.refusal("cases.resolve", "do", "boss", "why", item, "void")?.code == "usage")
        let dry = try desk.ask("cases.resolve", "dry", "boss", "why", item, "charge-member")
        #expect(dry.map { $0["amount"] } == ["30", nil])
        _ = try desk.ask("cases.resolve", "do", "boss", "why", item, "accept-loss")
        #expect(try cases("points.overdraft").isEmpty)
        #expect(try desk.isSound())
    }

    /// 80 points are earned, spent, and the goods come back: 80 points are owed.
    private func owe() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11, points: 80)), from: 1)
        let line = Refund.Line(
            line: 1, quantityMilli: 1_000, netMinor: 10_000, pointsSpent: 0, shares: .plain(pointsEarned: 80))
        let refund = Refund(
            id: RecordID(0xF1), sale: RecordID(1), member: RecordID(0xA11), node: NodeID(1), till: "1",
            cashier: "Mei", reason: "broken", occurredAtMilliseconds: desk.now, businessDate: HubDesk.day,
            lines: [line], tenders: [Tender(kind: .cash, amountMinor: 10_000, reference: "")], restored: [],
            renewed: [], clawedBack: [], debts: [.init(wallet: "points", amount: 80)], coupons: [])
        #expect(try desk.arrive(.refund(refund), from: 1) == .ok)
    }

    @Test func aDebtIsRemittedWithTwoEntries() throws {
        try owe()
        let item = try #require(try cases("points.debt").first)
        let order = ["boss", "good customer", item, "accept-loss"]
        let dry = try desk.ask(["cases.resolve", "dry"] + order)
        #expect(dry.map { $0["entry"] } == ["credit", "repay", nil])
        let rows = try desk.ask(["cases.resolve", "do"] + order)
        #expect(rows.map { $0["amount"] } == ["80", "80", nil])
        #expect(try desk.store.account(of: RecordID(0xA11)).owed("points") == 0)
        #expect(try cases("points.debt").isEmpty)
        #expect(try desk.isSound())
    }

    @Test func aDebtThatIsLeftToTheMemberIsNoLongerACaseUntilThereIsAnother() throws {
        try owe()
        let item = try #require(try cases("points.debt").first)
        _ = try desk.ask("cases.resolve", "do", "boss", "theirs", item, "charge-member")
        #expect(try cases("points.debt").isEmpty)
        #expect(try desk.store.account(of: RecordID(0xA11)).owed("points") == 80)
    }

    @Test func tooMuchComeBackIsACase() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11)), from: 1)
        let line = Refund.Line(
            line: 1, quantityMilli: 2_000, netMinor: 10_000, pointsSpent: 0, shares: .plain(pointsEarned: 0))
        let refund = Refund(
            id: RecordID(0xF1), sale: RecordID(1), member: RecordID(0xA11), node: NodeID(1), till: "1",
            cashier: "Mei", reason: "broken", occurredAtMilliseconds: desk.now, businessDate: HubDesk.day,
            lines: [line], tenders: [Tender(kind: .cash, amountMinor: 10_000, reference: "")], restored: [],
            renewed: [], clawedBack: [], debts: [], coupons: [])
        #expect(try desk.arrive(.refund(refund), from: 1) == .flagged(.refundExceedsSale))
        let item = try #require(try cases("refund.exceeds_sale").first)
        let rows = try desk.ask("cases.show", item)
        #expect(rows.contains { $0["cashier"] == "Mei" && $0["net_minor"] == "10000" })
        #expect(try desk.ask("cases.resolve", "do", "boss", "why", item, "charge-branch").first?["account"] == "001")
    }

    @Test func oneReceiptNumberForTwoSalesIsACase() throws {
        try desk.arrive(.sale(desk.sale(1, 0xA11, reference: "R7")), from: 1)
        try desk.arrive(.sale(desk.sale(2, nil, reference: "R7")), from: 2)
        #expect(try cases("sale.duplicate_reference").isEmpty)
        try desk.arrive(.sale(desk.sale(3, nil, reference: "R7")), from: 1)
        let item = try #require(try cases("sale.duplicate_reference").first)
        let rows = try desk.ask("cases.show", item).filter { $0["reference"] != nil }
        #expect(rows.map { $0["sale"] } == [1, 3].map { RecordID($0).hexadecimal })
        try desk.arrive(.sale(desk.sale(4, nil, reference: "R7")), from: 1)
        #expect(try cases("sale.duplicate_reference").count == 1)
        #expect(try cases("sale.duplicate_reference") != [item])
        #expect(try desk.isSound())
    }

    @Test func aCashierWhoCountsOtherwiseThanTheRuleIsACase() throws {
        var words = ["sales.record", "do", RecordID(9).hexadecimal, ann, "1", "R1", String(desk.now), HubDesk.today]
        words += ["p", "1000", "10000", "0"]
        _ = try desk.ask(words)
        let wrong = Sale(
            id: RecordID(10), member: RecordID(0xA11), till: "1", reference: "", occurredAtMilliseconds: desk.now,
            businessDate: HubDesk.day, netMinor: 10_000, points: 7, ruleRevision: 1,
            lines: [SaleLine(product: "p", quantityMilli: 1_000, netMinor: 10_000, discountMinor: 0)])
        try desk.arrive(.sale(wrong), from: 1)
        let item = try #require(try cases("earn.rule_mismatch").first)
        #expect(try desk.ask("cases.show", item).contains { $0["points"] == "7" && $0["branch"] == "001" })
        _ = try desk.ask("cases.resolve", "do", "boss", "seen", item, "acknowledge")
        #expect(try cases("earn.rule_mismatch").isEmpty)
    }
}
