import Digests
import Localization
import Loyalty
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct CouponTests {
    private static let wang = RecordID(0x019a_9e3c_5f40_7000_8000_0000_0000_0001)
    private static let li = RecordID(0x2)

    /// One to use here, one whose right lies elsewhere, one of somebody else, one that was taken back.
    private struct Issued {
        let here: IssuedCoupon
        let elsewhere: IssuedCoupon
        let others: IssuedCoupon
        let void: IssuedCoupon
        /// Never heard of at this branch.
        let strange: IssuedCoupon

        init() throws {
            here = try #require(Headquarters.coupon(0x100, member: wang))
            elsewhere = try #require(Headquarters.coupon(0x101, member: wang))
            others = try #require(Headquarters.coupon(0x102, member: li))
            void = try #require(Headquarters.coupon(0x103, member: wang))
            strange = try #require(Headquarters.coupon(0x104, member: wang))
        }

        func arrive(from headquarters: Headquarters) throws {
            try headquarters.declare(.coupon(Headquarters.twentyOff), "tea20")
            try headquarters.issue(
                [here, elsewhere, others, void], of: "tea20", rightsHere: [here.id, others.id, void.id])
            try headquarters.say(
                .couponVoid(CouponVoid(coupons: [void.id], author: "hq", reason: "a mistake")))
            try headquarters.node.noteSealKey(try #require(Headquarters.seal).publicKey)
        }

        func sealed(_ coupon: IssuedCoupon, by seal: CouponSeal? = Headquarters.seal) throws -> String {
            let token = CouponToken(of: coupon, in: Headquarters.issue([coupon], of: "tea20"))
            let signer = try #require(seal)
            return try #require(token.sealed(by: signer))
        }
    }

    private static func shop(_ body: (Shop, Issued) async throws -> Void) async throws {
        let issued = try Issued()
        try await Shop.offline(headquarters: issued.arrive) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            try await body(shop, issued)
        }
    }

    private static func sale(_ number: Int, with coupon: String, priceMinor: Int64 = 15_000) -> JSON {
        CounterTests.sale(
            number, [CounterTests.line(priceMinor)], CounterTests.using("coupons", [.text(coupon)]))
    }

    @Test func aCouponIsUsedOnceAndComesBackWithTheGoods() async throws {
        try await Self.shop { shop, issued in
            let code = issued.here.code.text.lowercased()
            let sold = try await shop.till.post("/v1/sales", Self.sale(1, with: code))
            #expect(sold.status == 201 && sold.json["total_minor"] == .integer(13_000), "\(sold.json)")
            #expect(sold.json["settlement"]?["coupons"]?.items.compactMap { $0["mode"]?.text } == ["right"])
            let again = try await shop.till.post("/v1/sales", Self.sale(2, with: code))
            #expect(again.status == 409 && again.code == "coupon_used")
            #expect(try await shop.till.post("/v1/sales", Self.sale(1, with: code)).status == 200)
            let back = try await shop.till.post(
                "/v1/sales/\(CounterTests.id(1).text ?? "")/refunds",
                ["id": CounterTests.id(10), "everything": true])
            #expect(back.status == 201 && back.json["coupons_back"]?.texts == [issued.here.id.hexadecimal])
            let third = try await shop.till.post("/v1/sales", Self.sale(3, with: issued.here.id.hexadecimal))
            #expect(third.status == 201, "\(third.json)")
        }
    }

    @Test func whatIsWrongWithACouponIsTold() async throws {
        try await Self.shop { shop, issued in
            var mistyped = Array(issued.here.code.letters)
            mistyped[3] = mistyped[3] == "7" ? "8" : "7"
            let forger = CouponSeal(seed: [UInt8](repeating: 4, count: 32))
            let torn = String(try issued.sealed(issued.here).dropLast(9))
            let never = try #require(Headquarters.coupon(0x900, member: nil))
            for (text, status, code) in [
                (String(mistyped), 422, "coupon_mistyped"), ("ABC", 422, "coupon_mistyped"),
                ("", 422, "coupon_mistyped"),
                (torn, 422, "coupon_mistyped"), (try issued.sealed(issued.here, by: forger), 422, "coupon_forged"),
                (issued.others.code.text, 422, "coupon_of_another"), (issued.void.code.text, 409, "coupon_void"),
                (issued.elsewhere.code.text, 409, "coupon_not_here"),
                (try issued.sealed(issued.strange), 409, "coupon_not_here"),
                (never.code.text, 404, "coupon_unknown"), (never.id.hexadecimal, 404, "coupon_unknown"),
            ] {
                let answer = try await shop.till.post("/v1/sales", Self.sale(1, with: text))
                #expect(answer.status == status && answer.code == code, "\(text): \(answer.json)")
            }
            let elsewhere = try await shop.till.post("/v1/sales", Self.sale(1, with: issued.elsewhere.code.text))
            #expect(elsewhere.json["reason"] == "offline")
            let small = try await shop.till.post(
                "/v1/sales", Self.sale(1, with: issued.here.code.text, priceMinor: 9_999))
            #expect(small.status == 422 && small.code == "below_minimum")
            #expect(try shop.node.reader.count(.sales) == 0)
        }
    }

    @Test func aQuoteNamesTheReasonForEachCoupon() async throws {
        try await Self.shop { shop, issued in
            let quote = try await shop.till.post(
                "/v1/quotes",
                [
                    "member": CounterTests.member, "lines": [CounterTests.line(15_000)],
                    "coupons": [.text(issued.elsewhere.code.text), .text(issued.here.code.text)],
                ])
            let coupons = try #require(quote.json["coupons"]?.items)
            #expect(coupons.map { $0["refusal"]?["code"]?.text } == ["coupon_not_here", nil])
            #expect(coupons.map { $0["discount_minor"] } == [.integer(0), .integer(2_000)])
            let applied = quote.json["lines"]?.items.first?["applied"]?.items ?? []
            #expect(applied.map { $0["code"]?.text } == [issued.here.id.hexadecimal])
        }
    }

    @Test func aCouponIsLookedAtBeforeItIsUsed() async throws {
        try await Self.shop { shop, issued in
            let numeric = NumericCouponCode(of: issued.here.code).text
            for text in [issued.here.code.text, numeric, "\(try issued.sealed(issued.here))\r\n"] {
                let answer = try await shop.till.post(
                    "/v1/coupons:validate", ["coupon": .text(text), "member": CounterTests.member])
                #expect(answer.status == 200 && answer.json["id"]?.text == issued.here.id.hexadecimal)
                #expect(answer.json["usable_here"] == true && answer.json["right"] == "here")
                #expect(answer.json["code"]?.text == issued.here.code.text && answer.json["name"] == "Twenty off")
                #expect(answer.json["valid_to"] == "2026-11-30" && answer.json["home_branch"] == "017")
            }
            for (coupon, code) in [
                (issued.elsewhere, "coupon_not_here"), (issued.others, "coupon_of_another"),
                (issued.void, "coupon_void"),
            ] {
                let answer = try await shop.till.post(
                    "/v1/coupons:validate",
                    ["coupon": .text(coupon.id.hexadecimal), "member": CounterTests.member])
                #expect(answer.status == 200 && answer.json["usable_here"] == false)
                #expect(answer.json["refusal"]?["code"]?.text == code)
            }
            let list = try await shop.till.get("\(MemberTests.path)/coupons")
            #expect(list.json["coupons"]?.items.count { $0["usable_here"] == true } == 1)
            #expect(list.json["coupons"]?.items.count == 3)
        }
    }

    @Test func aCouponOutOfItsDaysIsRefused() async throws {
        try await Self.shop { shop, issued in
            shop.now.move(byMilliseconds: 10 * 86_400_000)
            let answer = try await shop.till.post("/v1/sales", Self.sale(1, with: issued.here.code.text))
            #expect(answer.status == 422 && answer.code == "expired")
        }
    }

    @Test func aReservedCouponIsForOneTillOnly() async throws {
        try await Self.shop { shop, issued in
            let basket = Self.sale(50, with: issued.here.code.text)
            #expect(try await shop.till.post("/v1/holds", basket).status == 201)
            let other = try await shop.till.post("/v1/sales", Self.sale(1, with: issued.here.code.text))
            #expect(other.status == 409 && other.code == "held")
            let seen = try await shop.till.post(
                "/v1/coupons:validate", ["coupon": .text(issued.here.code.text), "member": CounterTests.member])
            #expect(seen.json["refusal"]?["code"]?.text == "held")
        }
    }
}
