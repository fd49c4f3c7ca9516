import Digests
import Loyalty
import ReplicaStore
import Replication
import Testing

/// Headquarters declares rules, gives out coupons and takes them back.
@Suite struct CouponCommandTests {
    let desk: HubDesk

    init() throws { desk = try HubDesk() }

    private func declare(_ policy: String = "home_only", _ more: String...) throws {
        _ = try desk.ask(
            ["programme.set", "do", "boss", "summer", "coupon", "summer", HubDesk.today]
                + ["name=Summer", "campaign=c1", "off_minor=500", "threshold_minor=3000", "days=30"]
                + ["policy=\(policy)"] + more)
    }

    private func give(_ recipients: [String], mode: String = "do", number: Int = 1) throws -> [[String: String]] {
        try desk.ask(
            ["coupons.issue", mode, "boss", "birthday", HubDesk.today, "summer", String(number)] + recipients)
    }

    // MARK: Rules

    @Test func aRuleIsDeclaredShownChangedAndWithdrawn() throws {
        try declare()
        var rows = try desk.ask("programme.show", "coupon", "summer")
        #expect(rows[0]["revision"] == "1" && rows[0]["state"] == "declared")
        let values = Dictionary(
            rows.dropFirst().compactMap { row in row["key"].flatMap { key in row["value"].map { (key, $0) } } },
            uniquingKeysWith: { first, _ in first })
        #expect(values["off_minor"] == "500" && values["policy"] == "home_only" && values["days"] == "30")
        let change = ["programme.set", "do", "boss", "more", "coupon", "summer", HubDesk.today, "pay_percent=88.5"]
        rows = try desk.ask(change)
        #expect(rows.contains { $0["key"] == "pay_percent" && $0["value"] == "88.5" })
        #expect(!rows.contains { $0["key"] == "off_minor" })
        #expect(try desk.ask(change)[0]["written"] == "nothing, it was so")
        #expect(try desk.ask("programme.withdraw", "do", "boss", "over", "coupon", "summer", HubDesk.today).count == 1)
        let listed = try desk.ask("programme.list", HubDesk.today)
        #expect(listed.first { $0["code"] == "summer" }?["state"] == "withdrawn")
        #expect(Set(listed.compactMap { $0["code"] }) == ["summer", "points", "growth", "stored"])
        #expect(try desk.isSound())
    }

    @Test(arguments: [
        (["wallet", "points", "expiry=months:12", "pending_days=7"], ["expiry", "months:12"]),
        (["wallet", "vip", "kind=growth", "earn=1", "earn_per_minor=50"], ["earn_per_minor", "50"]),
        (["tier", "gold", "name=Gold", "rank=2", "threshold=100000", "pay_percent=95"], ["pay_percent", "95"]),
        (["promotion", "p1", "name=Night", "pay_percent=90", "hours=18:00-23:30"], ["hours", "18:00-23:30"]),
        (
            ["promotion", "p2", "name=100-20", "off_minor=2000", "threshold_minor=10000", "weekdays=6,7"],
            ["weekdays", "6,7"]
        ),
        (["promotion", "p3", "name=Day", "points_percent=200", "month_days=8,18"], ["month_days", "8,18"]),
        (
            ["coupon", "g", "name=Gift", "campaign=c", "gift=milk", "from=2025-06-01", "to=2025-06-30"],
            ["gift", "milk"]
        ),
        (
            [
                "coupon", "o", "name=O", "campaign=c", "pay_percent=80", "days=3", "policy=optimistic:2:1000:5000",
                "products=prefixes:A,B",
            ], ["policy", "optimistic:2:1000:5000"]
        ),
        (["plan", "100", "pay_minor=10000", "bonus_minor=2000", "once=yes"], ["once", "yes"]),
        (["campaign", "c1", "name=C", "from=2025-06-01", "to=2025-06-30"], ["to", "2025-06-30"]),
    ])
    func everyCategoryIsSpelledAsItIsShown(words: [String], expected: [String]) throws {
        let order = ["programme.set", "do", "boss", "new", words[0], words[1], HubDesk.today] + words.dropFirst(2)
        let rows = try desk.ask(order)
        #expect(rows.contains { $0["key"] == expected[0] && $0["value"] == expected[1] })
        let again = rows.dropFirst().compactMap { row in
            row["key"].flatMap { key in row["value"].map { "\(key)=\($0)" } }
        }
        let copy = ["programme.set", "dry", "boss", "copy", words[0], "copy", HubDesk.today] + again
        #expect(try desk.ask(copy).dropFirst().map { $0 } == rows.dropFirst().map { $0 })
    }

    @Test(arguments: [
        (["coupon", "x", "name=X"], "campaign"), (["coupon", "x", "name=X", "campaign=c", "days=3"], "off_minor"),
        (["coupon", "x", "name=X", "campaign=c", "off_minor=a", "days=3"], "whole number"),
        (["coupon", "x", "name=X", "campaign=c", "off_minor=1", "gift=m", "days=3"], "one of"),
        (["coupon", "x", "name=X", "campaign=c", "off_minor=1", "days=3", "policy=maybe"], "optimistic:"),
        (["tier", "x", "name=X", "rank=1", "threshold=1", "metric=luck"], "spend, growth"),
        (["tier", "x", "name=X", "rank=1", "threshold=1", "colour=red"], "there is no colour"),
        (["tier", "x", "name=X", "rank=1", "threshold=1", "pay_percent=9.555"], "percentage"),
        (["promotion", "x", "name=X", "off_minor=1", "weekdays=8"], "1 to 7"),
        (["promotion", "x", "name=X", "off_minor=1", "hours=9-17"], "09:00-17:30"),
        (["wallet", "points", "expiry=soon"], "never"), (["campaign", "c", "name=C", "from=2025-06-31"], "YYYY-MM-DD"),
        (["campaign", "c", "name=C", "from=2025-06-30", "to=2025-06-01"], "end before it starts"),
        (["shop", "x"], "wallet, tier"), (["tier", "x", "name"], "KEY=VALUE"),
        (["tier", "a b", "name=X", "rank=1", "threshold=1"], "code"),
    ])
    func aMistakeNamesTheKeyAndWhatItMayBe(words: [String], named: String) throws {
        let order = ["programme.set", "do", "boss", "new", words[0], words[1], HubDesk.today] + words.dropFirst(2)
        do {
            _ = try desk.ask(order)
            Testing.Issue.record("it was taken")
        } catch let refusal as HubDesk.Refusal {
            #expect(refusal.detail.contains(named), "\(refusal.detail)")
        }
    }

    // MARK: Coupons

    @Test func aCouponLiesAtTheMembersBranchAndARepeatAddsNothing() throws {
        try declare()
        try desk.arrive(.sale(desk.sale(1, nil)), from: 1)
        let ann = try desk.member(0xA11, "home_branch=001")
        let bob = try desk.member(0xB0B)
        let dry = try give(["member=\(ann)", "member=\(bob)"], mode: "dry")
        #expect(dry.last?["new"] == "2" && dry.last?["written"] == "nothing yet")
        let rows = try give(["member=\(ann)", "member=\(bob)", "member=\(ann)"])
        #expect(Set(rows.compactMap { $0["home"] }) == ["001", "headquarters"])
        #expect(rows.last?["new"] == "2")
        let again = try give(["member=\(ann)", "member=\(bob)"])
        #expect(again.map { [$0["new"], $0["given_before"]] } == [["0", "2"]])
        #expect(try give(["member=\(ann)"], number: 2).last?["new"] == "1")
        let code = try #require(rows.first { $0["home"] == "001" }?["code"])
        let shown = try desk.ask("coupons.show", code.lowercased(), HubDesk.today)
        #expect(shown[0]["held"] == "001 1" && shown[0]["state"] == "valid" && shown[0]["valid_to"] == "2025-07-14")
        #expect(desk.refusal("coupons.show", "AAA-BBBB-CCCC-CCC", HubDesk.today) != nil)
        #expect(throws: HubDesk.Refusal.self) { try give(["member=\(RecordID(0xDEAD).hexadecimal)"]) }
        #expect(try desk.isSound())
    }

    @Test func theTokenIsCheckedWithThePublicKeyAlone() throws {
        try declare("deny")
        let rows = try give(["key=order-7"])
        let id = try #require(rows.first?["coupon"])
        let token = try #require(try desk.ask("coupons.show", id, HubDesk.today)[0]["token"])
        let seed = try desk.store.couponSealSeed(orMadeOf: [])
        let key = try #require(CouponSeal(seed: seed)).publicKey
        #expect(try CouponToken.open(token, under: key).coupon.id.hexadecimal == id)
        #expect(try desk.ask("coupons.show", id, HubDesk.today)[0]["token"] == token)
    }

    @Test func aCouponIsTakenBackAndReplacedOnce() throws {
        try declare("optimistic:5:5000:9000", "uses=2")
        let ann = try desk.member(0xA11)
        let old = try #require(try give(["member=\(ann)"]).first?["coupon"])
        let use = CouponUse(
            coupon: try #require(RecordID(hexadecimal: old)), definition: "summer", definitionRevision: 1,
            mode: .optimistic, discountMinor: 500)
        try desk.arrive(.sale(desk.sale(1, 0xA11, coupons: [use])), from: 1)
        let order = ["coupons.reissue", "do", "boss", "card lost", HubDesk.today, old]
        let rows = try desk.ask(order)
        let new = try #require(rows.first { $0["entry"] == nil })
        #expect(new["uses"] == "1" && new["member"] == ann)
        #expect(try desk.ask("coupons.show", old, HubDesk.today)[0]["state"] == "void")
        #expect(try desk.ask("coupons.show", new["coupon"] ?? "", HubDesk.today)[0]["state"] == "valid")
        #expect(throws: HubDesk.Refusal.self) { try desk.ask(order) }
        let void = try desk.ask("coupons.void", "do", "boss", "mistake", new["code"] ?? "", old)
        #expect(void.map { $0["written"] } == ["yes", "nothing, it was there"])
        #expect(
            try desk.ask("query", "select definition, issued, redeemed, void, discount_minor from coupon_stats")
                == [["definition": "summer", "issued": "2", "redeemed": "1", "void": "2", "discount_minor": "500"]])
        #expect(try desk.isSound())
    }

    @Test func fiveHundredAtATime() throws {
        try declare("deny")
        let keys = (1...500).map { "key=order-\($0)" }
        let rows = try give(keys)
        #expect(rows.last?["new"] == "500" && Set(rows.compactMap { $0["code"] }).count == 500)
        #expect(throws: HubDesk.Refusal.self) { try give(keys + ["key=one-more"]) }
        #expect(try give(keys).last?["new"] == "0")
    }
}
