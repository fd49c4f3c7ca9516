import Digests
import Localization
import Loyalty
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

/// Coupons of tills that price and sell by themselves.
@Suite(.timeLimit(.minutes(2))) struct RedemptionTests {
    private static let wang = RecordID(0x019a_9e3c_5f40_7000_8000_0000_0000_0001)

    /// The member's coupon, a bearer's, and one of somebody else; a promotion that must not be looked at.
    private struct Issued {
        let own: IssuedCoupon
        let bearers: IssuedCoupon
        let others: IssuedCoupon
        let elsewhere: IssuedCoupon

        init() throws {
            own = try #require(Headquarters.coupon(0x100, member: wang))
            bearers = try #require(Headquarters.coupon(0x101, member: nil))
            others = try #require(Headquarters.coupon(0x102, member: RecordID(2)))
            elsewhere = try #require(Headquarters.coupon(0x103, member: wang))
        }

        func arrive(from headquarters: Headquarters) throws {
            try headquarters.declare(.coupon(Headquarters.twentyOff), "tea20")
            let half = Promotion(name: "Half price", offer: .item(.pay(basisPoints: 5_000)))
            try headquarters.declare(.promotion(half), "half")
            let here: Set<RecordID> = [own.id, bearers.id, others.id]
            try headquarters.issue([own, bearers, others, elsewhere], of: "tea20", rightsHere: here)
            try headquarters.node.noteSealKey(try #require(Headquarters.seal).publicKey)
        }
    }

    private static func shop(_ body: (Shop, Issued) async throws -> Void) async throws {
        let issued = try Issued()
        try await Shop.offline(headquarters: issued.arrive) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            try await body(shop, issued)
        }
    }

    private static func bill(_ number: Int, _ prices: Int64..., more: [JSON.Member] = []) -> JSON {
        .object(
            [
                JSON.Member(name: "id", value: CounterTests.id(number)),
                JSON.Member(name: "member", value: CounterTests.member),
                JSON.Member(name: "lines", value: .list(prices.map { CounterTests.line($0) })),
            ] + more)
    }

    private static func rollback(_ number: Int) -> JSON {
        ["redemption": CounterTests.id(number), "reason": "paid in another way"]
    }

    @Test func aCouponIsUsedAloneAndNothingElseIsSoldOrEarned() async throws {
        try await Self.shop { shop, issued in
            let path = "/v1/coupons/\(issued.own.code.text)"
            let seen = try await shop.till.post("\(path)/validate", ["member": CounterTests.member])
            #expect(seen.status == 200 && seen.json["usable_here"] == true)
            let used = try await shop.till.post("\(path)/redeem", Self.bill(1, 10_000, 2_500))
            #expect(used.status == 201 && used.json["discount_minor"] == .integer(2_000), "\(used.json)")
            #expect(used.json["bill_minor"] == .integer(12_500) && used.json["due_minor"] == .integer(10_500))
            let shares = used.json["lines"]?.items.compactMap { $0["discount_minor"] }
            #expect(shares == [.integer(1_600), .integer(400)])
            let id = try #require(RecordID(hexadecimal: CounterTests.id(1).text ?? ""))
            let sale = try #require(try shop.node.reader.sale(id))
            #expect(sale.netMinor == 0 && sale.points == 0 && sale.lines.map(\.product) == ["tea20"])
            #expect(sale.settlement?.coupons.map(\.mode) == [.right] && sale.settlement?.accruals == [])
            let again = try await shop.till.post("\(path)/redeem", Self.bill(2, 12_500))
            #expect(again.status == 409 && again.code == "coupon_used")
            let inSale = CounterTests.sale(
                3, [CounterTests.line(90_000)], CounterTests.using("coupons", [.text(issued.own.code.text)]))
            #expect(try await shop.till.post("/v1/sales", inSale).code == "coupon_used")
        }
    }

    @Test func aRepeatAddsNothingAndAnotherBillIsRefused() async throws {
        try await Self.shop { shop, issued in
            let path = "/v1/coupons/\(issued.own.code.text)"
            #expect(try await shop.till.post("\(path)/redeem", Self.bill(1, 12_500)).status == 201)
            let again = try await shop.till.post("\(path)/redeem", Self.bill(1, 12_500))
            #expect(again.status == 200 && again.json["repeated"] == true)
            #expect(again.json["lines"]?.items.map { $0["discount_minor"] } == [.integer(2_000)])
            let other = "/v1/coupons/\(issued.bearers.code.text)/redeem"
            #expect(try await shop.till.post(other, Self.bill(1, 12_500)).code == "duplicate_id")
            let sale = try await shop.till.post("/v1/sales", CounterTests.sale(1, [CounterTests.line(12_500)]))
            #expect(sale.status == 409 && sale.code == "duplicate_sale")
            #expect(try shop.node.reader.count(.sales) == 1)
        }
    }

    /// A percentage takes another sum off another bill.
    @Test func theSameIdForABillWithAnotherDiscountIsRefused() async throws {
        let coupon = try #require(Headquarters.coupon(0x200, member: nil))
        let tenth = CouponDefinition(
            name: "A tenth off", campaign: "autumn", kind: .percent(payBasisPoints: 9_000, maxOffMinor: nil),
            validity: .fixed(from: Headquarters.day("2026-11-01"), to: Headquarters.day("2026-11-30")))
        try await Shop.offline(
            headquarters: { headquarters in
                try headquarters.declare(.coupon(tenth), "tenth")
                try headquarters.issue([coupon], of: "tenth", rightsHere: [coupon.id])
            }
        ) { shop in
            let path = "/v1/coupons/\(coupon.id.hexadecimal)/redeem"
            let first = try await shop.till.post(path, ["id": CounterTests.id(1), "amount_minor": .integer(5_000)])
            #expect(first.status == 201 && first.json["discount_minor"] == .integer(500), "\(first.json)")
            let other = try await shop.till.post(path, ["id": CounterTests.id(1), "amount_minor": .integer(6_000)])
            #expect(other.status == 409 && other.code == "duplicate_id")
            let same = try await shop.till.post(path, ["id": CounterTests.id(1), "amount_minor": .integer(5_000)])
            #expect(same.status == 200 && same.json["due_minor"] == .integer(4_500))
        }
    }

    @Test func aRollbackGivesTheCouponBackOnce() async throws {
        try await Self.shop { shop, issued in
            let path = "/v1/coupons/\(issued.own.code.text)"
            #expect(try await shop.till.post("\(path)/redeem", Self.bill(1, 12_500)).json["rolled_back"] == false)
            let back = try await shop.till.post("\(path)/rollback", Self.rollback(1))
            #expect(back.status == 201 && back.json["coupon_back"] == true, "\(back.json)")
            #expect(back.json["discount_minor"] == .integer(2_000))
            let again = try await shop.till.post("\(path)/rollback", Self.rollback(1))
            #expect(again.status == 200 && again.json["repeated"] == true)
            let late = try await shop.till.post("\(path)/redeem", Self.bill(1, 12_500))
            #expect(late.status == 200 && late.json["rolled_back"] == true)
            #expect(try await shop.till.post("\(path)/redeem", Self.bill(2, 12_500)).status == 201)
            #expect(try await shop.till.post("\(path)/redeem", Self.bill(3, 12_500)).code == "coupon_used")
        }
    }

    /// Whoever shows it; also when it comes back as a part of goods that do.
    @Test func aBearersCouponComesBackWithoutAMember() async throws {
        try await Self.shop { shop, issued in
            let path = "/v1/coupons/\(issued.bearers.code.text)"
            let bill: JSON = ["id": CounterTests.id(1), "amount_minor": .integer(12_500)]
            let used = try await shop.till.post("\(path)/redeem", bill)
            #expect(used.status == 201)
            #expect(try await shop.till.post("\(path)/rollback", Self.rollback(1)).json["coupon_back"] == true)
            let sale = CounterTests.sale(
                2, [CounterTests.line(30_000)], CounterTests.using("coupons", [.text(issued.bearers.code.text)]))
            #expect(try await shop.till.post("/v1/sales", sale).status == 201)
            let goods = try await shop.till.post(
                "/v1/sales/\(CounterTests.id(2).text ?? "")/refunds", ["id": CounterTests.id(10), "everything": true])
            #expect(goods.json["coupons_back"]?.texts == [issued.bearers.id.hexadecimal])
        }
    }

    @Test func onlyARedemptionOfThisCouponIsRolledBack() async throws {
        try await Self.shop { shop, issued in
            let sale = CounterTests.sale(
                1, [CounterTests.line(30_000)], CounterTests.using("coupons", [.text(issued.own.code.text)]))
            #expect(try await shop.till.post("/v1/sales", sale).status == 201)
            let path = "/v1/coupons/\(issued.own.code.text)/rollback"
            for number in [1, 77] {
                let answer = try await shop.till.post(path, Self.rollback(number))
                #expect(answer.status == 404 && answer.code == "unknown_redemption")
            }
            let redeemed = "/v1/coupons/\(issued.bearers.code.text)/redeem"
            #expect(try await shop.till.post(redeemed, Self.bill(2, 12_500)).status == 201)
            #expect(try await shop.till.post(path, Self.rollback(2)).code == "unknown_redemption")
            var chinese = shop.till
            chinese.language = "zh-CN"
            #expect(try await chinese.post(path, Self.rollback(2)).json["title"] == "本店没有这次用券记录")
        }
    }

    @Test func whatIsWrongIsToldAndNothingIsUsed() async throws {
        try await Self.shop { shop, issued in
            let (own, tooMuch) = (issued.own.code.text, JSON.Member(name: "points", value: .integer(100)))
            for (coupon, body, status, code) in [
                (own, Self.bill(1, 9_999), 422, "below_minimum"),
                (own, Self.bill(1, 12_500, more: [tooMuch]), 400, "unknown_field"),
                (own, ["member": CounterTests.member, "amount_minor": .integer(12_500)], 400, "missing_field"),
                (own, ["id": CounterTests.id(1), "member": CounterTests.member], 400, "missing_field"),
                (
                    own, Self.bill(1, 12_500, more: CounterTests.using("amount_minor", .integer(5))), 400,
                    "missing_field"
                ),
                (own, ["id": CounterTests.id(1), "amount_minor": .integer(-5)], 422, "invalid_value"),
                (own, ["id": CounterTests.id(1), "amount_minor": .integer(12_500)], 422, "coupon_of_another"),
                (issued.others.code.text, Self.bill(1, 12_500), 422, "coupon_of_another"),
                (issued.elsewhere.code.text, Self.bill(1, 12_500), 409, "coupon_not_here"),
                ("ABC", Self.bill(1, 12_500), 422, "coupon_mistyped"),
                ("%zz", Self.bill(1, 12_500), 422, "coupon_mistyped"),
                ("BL1%3Aforged", Self.bill(1, 12_500), 422, "coupon_mistyped"),
                (RecordID(0x900).hexadecimal, Self.bill(1, 12_500), 404, "coupon_unknown"),
            ] {
                let answer = try await shop.till.post("/v1/coupons/\(coupon)/redeem", body)
                #expect(answer.status == status && answer.code == code, "\(coupon): \(answer.json)")
            }
            #expect(try shop.node.reader.count(.sales) == 0)
        }
    }

    @Test func theSquareCodeStandsInThePathAsItIs() async throws {
        try await Self.shop { shop, issued in
            let token = CouponToken(of: issued.own, in: Headquarters.issue([issued.own], of: "tea20"))
            let seal = try #require(Headquarters.seal)
            let text = try #require(token.sealed(by: seal))
            let used = try await shop.till.post("/v1/coupons/\(text)/redeem", Self.bill(1, 12_500))
            #expect(used.status == 201 && used.json["coupon"]?.text == issued.own.id.hexadecimal, "\(used.json)")
        }
    }

    @Test func aReservedCouponIsRedeemedByItsHoldOnly() async throws {
        try await Self.shop { shop, issued in
            let basket = CounterTests.sale(
                50, [CounterTests.line(30_000)], CounterTests.using("coupons", [.text(issued.own.code.text)]))
            let hold = try await shop.till.post("/v1/holds", basket)
            #expect(hold.status == 201)
            let path = "/v1/coupons/\(issued.own.code.text)/redeem"
            #expect(try await shop.till.post(path, Self.bill(1, 12_500)).code == "held")
            let named = Self.bill(1, 12_500, more: CounterTests.using("hold", CounterTests.id(50)))
            #expect(try await shop.till.post(path, named).status == 201)
        }
    }
}
