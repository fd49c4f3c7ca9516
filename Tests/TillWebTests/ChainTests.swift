import Foundation
import HubService
import LineTransport
import Loyalty
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct ChainTests {
    /// Hub, invitation, certificates, TLS: as in a real chain.
    @Test func whatIsRecordedAtATillReachesHeadquarters() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (hub, directory) = try await Self.chain(in: folder)
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": SaleTests.lines])
            let status = try await Self.firstSafeStatus(of: shop)
            #expect(status["branch"]?["connected"] == true && status["waiting"] == .integer(0))
            #expect(status["refused_because"] == .null && status["incidents"] == .integer(0))
            let sentences = try #require(status["sentences"]?.texts)
            #expect(sentences.first?.hasPrefix("Connected to headquarters since ") == true)
            #expect(sentences.contains("Everything has been sent."))
            let shown = try await shop.till.get(MemberTests.path)
            #expect(shown.json["branch"]?["last_heard_at"]?.text != nil)
        }
    }

    /// A branch keeps an allowance of what is earned; the rest lies at headquarters and is fetched for a sale.
    @Test func whatLiesAtHeadquartersIsFetchedForASale() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (hub, directory) = try await Self.chain(in: folder)
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await Self.firstSafeStatus(of: shop)
            let earned = try await shop.till.post("/v1/sales", CounterTests.sale(1, [CounterTests.line(200_000)]))
            #expect(earned.json["points"] == .integer(2_000))
            _ = try await Self.firstSafeStatus(of: shop)
            let wallets = try await shop.till.get("\(MemberTests.path)/wallets").json["wallets"]?.items ?? []
            let points = try #require(wallets.first { $0["wallet"] == "points" })
            #expect(points["total"] == .integer(2_000) && points["usable_here"] == .integer(500))
            #expect(points["note"] == "2000 points, 500 of them usable here at once.")
            let wish = CounterTests.using("points", .integer(1_500))
            let sold = try await shop.till.post("/v1/sales", CounterTests.sale(2, [CounterTests.line(300_000)], wish))
            #expect(sold.status == 201 && sold.json["settlement"]?["points_spent"] == .integer(1_500), "\(sold.json)")
            let tooMuch = CounterTests.using("points", .integer(90_000))
            let denied = try await shop.till.post(
                "/v1/sales", CounterTests.sale(3, [CounterTests.line(900_000)], tooMuch))
            #expect(denied.status == 409 && denied.code == "insufficient_points" && denied.json["reason"] == "denied")
            let strange = try await shop.till.post(
                "/v1/sales/\(CounterTests.id(77).text ?? "")/refunds", ["id": CounterTests.id(4), "everything": true])
            #expect(strange.status == 404 && strange.code == "unknown_sale")
        }
    }

    /// Typed from paper, at a branch to which nobody has ever sent the coupon.
    @Test func aCouponNeverHeardOfIsLookedUpAndItsRightFetched() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let coupon = try #require(Headquarters.coupon(0x500, member: nil))
        let (hub, directory) = try await Self.chain(in: folder) { try Self.issue(coupon, at: $0) }
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await Self.firstSafeStatus(of: shop)
            let code = coupon.code.text
            let seen = try await shop.till.post("/v1/coupons:validate", ["coupon": .text(code)])
            #expect(seen.status == 200 && seen.json["id"]?.text == coupon.id.hexadecimal, "\(seen.json)")
            #expect(seen.json["right"] == "elsewhere" && seen.json["refusal"]?["code"] == "coupon_not_here")
            let basket = CounterTests.using("coupons", [.text(code)])
            let sold = try await shop.till.post(
                "/v1/sales", CounterTests.sale(1, [CounterTests.line(15_000)], basket))
            #expect(sold.status == 201 && sold.json["total_minor"] == .integer(13_000), "\(sold.json)")
            let again = try await shop.till.post(
                "/v1/sales", CounterTests.sale(2, [CounterTests.line(15_000)], basket))
            #expect(again.status == 409 && again.code == "coupon_used", "\(again.json)")
        }
    }

    /// A POS with a basket of its own: the right comes, and what was used goes back.
    @Test func aRedemptionFetchesItsRightAndIsRolledBack() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let coupon = try #require(Headquarters.coupon(0x500, member: nil))
        let (hub, directory) = try await Self.chain(in: folder) { try Self.issue(coupon, at: $0) }
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await Self.firstSafeStatus(of: shop)
            let path = "/v1/coupons/\(coupon.code.text)"
            let bill: JSON = ["id": CounterTests.id(1), "amount_minor": .integer(15_000)]
            for status in [201, 200] {
                let used = try await shop.till.post("\(path)/redeem", bill)
                #expect(used.status == status && used.json["discount_minor"] == .integer(2_000), "\(used.json)")
            }
            let back = try await shop.till.post("\(path)/rollback", ["redemption": CounterTests.id(1)])
            #expect(back.status == 201 && back.json["coupon_back"] == true, "\(back.json)")
        }
    }

    /// What a hold has fetched is there when the line is not.
    @Test func aHoldFetchesWhatTheSaleWillUse() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (hub, directory) = try await Self.chain(in: folder)
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await Self.firstSafeStatus(of: shop)
            _ = try await shop.till.post("/v1/sales", CounterTests.sale(1, [CounterTests.line(200_000)]))
            _ = try await Self.firstSafeStatus(of: shop)
            let basket = CounterTests.sale(
                50, [CounterTests.line(300_000)], CounterTests.using("points", .integer(1_500)))
            let held = try await shop.till.post("/v1/holds", basket)
            #expect(held.status == 201 && held.json["points"]?["usable_here"] == .integer(1_500), "\(held.json)")
            let tooMuch = CounterTests.sale(
                51, [CounterTests.line(900_000)], CounterTests.using("points", .integer(90_000)))
            #expect(try await shop.till.post("/v1/holds", tooMuch).code == "insufficient_rights")
            hub.stop()
            let more = CounterTests.using("points", .integer(1_500)) + CounterTests.using("hold", CounterTests.id(50))
            let sold = try await shop.till.post("/v1/sales", CounterTests.sale(2, [CounterTests.line(300_000)], more))
            #expect(sold.status == 201 && sold.json["settlement"]?["points_spent"] == .integer(1_500), "\(sold.json)")
        }
    }

    @Test func aReleasedHoldHandsBackWhatItHasFetched() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let coupon = try #require(Headquarters.coupon(0x500, member: nil))
        let (hub, directory) = try await Self.chain(in: folder) { try Self.issue(coupon, at: $0) }
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await Self.firstSafeStatus(of: shop)
            let basket: JSON = [
                "id": CounterTests.id(50), "lines": [CounterTests.line(15_000)], "coupons": [.text(coupon.code.text)],
            ]
            // A machine that is busy with other tests may let the question to headquarters run out of time.
            var held = try await shop.till.post("/v1/holds", basket)
            for _ in 0..<5 where held.status != 201 { held = try await shop.till.post("/v1/holds", basket) }
            #expect(held.status == 201, "\(held.json)")
            let path = "/v1/holds/\(CounterTests.id(50).text ?? "")"
            #expect(try await shop.till.send("DELETE", path).status == 200)
            let seen = try await shop.till.post("/v1/coupons:validate", ["coupon": .text(coupon.code.text)])
            #expect(seen.json["right"] == "elsewhere" && seen.json["uses_left"] == .integer(1), "\(seen.json)")
        }
    }

    private static func issue(_ coupon: IssuedCoupon, at store: ReplicaStore) throws {
        let (from, to) = (Headquarters.day("2020-01-01"), Headquarters.day("2099-12-31"))
        let definition = CouponDefinition(
            name: "Twenty off", campaign: "autumn", kind: .amountOff(minor: 2_000, thresholdMinor: 10_000),
            validity: .fixed(from: from, to: to), policy: .deny)
        let item = ProgrammeItem(.coupon(definition), code: "tea20")
        try Headquarters.say(
            .programme(ProgrammeEdit(item: item, author: "hq", reason: "")), to: .chain, at: store,
            nowMilliseconds: now())
        let issue = CouponIssue(
            definitionCode: "tea20", definitionRevision: 1, validFrom: from, validTo: to, uses: 1, author: "hq",
            reason: "test", coupons: [coupon])
        try Headquarters.say(.couponIssue(issue), to: .hub, at: store, nowMilliseconds: now())
    }

    /// The line comes up by itself, some time; there is no event for it on the till's side.
    private static func firstSafeStatus(of shop: Shop) async throws -> JSON {
        while true {
            let status = try await shop.till.get("/v1/status").json
            if status["safe"] == true, status["branch"]?["connected"] == true { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func chain(
        in folder: TemporaryFolder, saying: (ReplicaStore) throws -> Void = { _ in }
    ) async throws -> (HubService, NodeDirectory) {
        var random = SystemRandomNumberGenerator()
        let headquarters = HubDirectory(path: folder.path + "/hub")
        try headquarters.create(
            HubDirectory.Founding(
                chainName: "Tea & Co", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: "127.0.0.1", port: 1)),
            nowSeconds: Int64(now() / 1_000), random: &random)
        let store = try headquarters.store()
        let token = [UInt8](repeating: 5, count: Invitation.tokenBytes)
        try store.invite(
            token: token, branchCode: "017", branchName: "Nanjing Road", expiresAtMilliseconds: now() + 3_600_000)
        try saying(store)
        store.close()
        let hub = try HubService(
            HubService.Configuration(
                directory: headquarters, host: "127.0.0.1", port: 0, software: "test",
                group: MultiThreadedEventLoopGroup.singleton, nowMilliseconds: { now() },
                makeRandom: { SystemRandomNumberGenerator() }, logger: LogBook().logger))
        try hub.start()
        let invitation = Invitation(
            host: "127.0.0.1", port: hub.port, authorityFingerprint: try headquarters.authority().fingerprint,
            token: token, branchCode: "017", branchName: "Nanjing Road", expiresSeconds: Int64(now() / 1_000) + 3_600)
        let directory = NodeDirectory(path: folder.path + "/node")
        let newcomer = try directory.newcomer(nowSeconds: Int64(now() / 1_000), random: &random)
        let enrolment = Enrolment(group: MultiThreadedEventLoopGroup.singleton, nowSeconds: { Int64(now() / 1_000) })
        let joined = try await enrolment.join(invitation, as: newcomer, software: "test")
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        return (hub, directory)
    }

    @Sendable private static func now() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000) }
}
