import Loyalty
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct TopUpTests {
    private static let path = "\(MemberTests.path)/top-ups"

    /// Pay 100, get 20 more, once; and no more than 500 in one account.
    private static func shop(_ body: (Shop) async throws -> Void) async throws {
        try await Shop.offline(
            headquarters: { headquarters in
                try headquarters.declare(
                    .plan(TopUpPlan(payMinor: 10_000, bonusMinor: 2_000, bonusExpiryDays: 30, oncePerMember: true)),
                    "welcome")
                try headquarters.declare(
                    .wallet(
                        WalletType(
                            kind: .storedValue, redemption: .storedValue, balanceMax: 50_000, allowance: .none)),
                    Programme.storedValueCode, revision: 2)
            }
        ) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            try await body(shop)
        }
    }

    @Test func whatIsLoadedIsSpentAtOnce() async throws {
        try await Self.shop { shop in
            let load: JSON = ["id": CounterTests.id(1), "plan": "welcome", "tender": "wechat"]
            let loaded = try await shop.till.post(Self.path, load)
            #expect(loaded.status == 201 && loaded.json["paid_minor"] == .integer(10_000))
            #expect(loaded.json["bonus_minor"] == .integer(2_000) && loaded.json["bonus_expires_on"] == "2026-12-21")
            #expect(loaded.json["usable_here_minor"] == .integer(12_000))
            shop.now.move(byMilliseconds: 5_000)
            let again = try await shop.till.post(Self.path, load)
            #expect(again.status == 200 && again.json["repeated"] == true)
            let sold = try await shop.till.post(
                "/v1/sales",
                CounterTests.sale(2, [CounterTests.line(6_000)], CounterTests.using("stored_value", "max")))
            #expect(sold.status == 201, "\(sold.json)")
            #expect(sold.json["settlement"]?["tenders"]?.items.compactMap { $0["kind"]?.text } == ["stored_value"])
            let more = try await shop.till.post(
                "/v1/sales",
                CounterTests.sale(3, [CounterTests.line(60_000)], CounterTests.using("stored_value", .integer(6_001))))
            #expect(more.status == 409 && more.code == "insufficient_rights")
            #expect(more.json["wallet"] == "stored" && more.json["usable_here"] == .integer(6_000))
            let back = try await shop.till.post(
                "/v1/sales/\(CounterTests.id(2).text ?? "")/refunds", ["id": CounterTests.id(4), "everything": true])
            #expect(back.json["tenders"]?.items.compactMap { $0["kind"]?.text } == ["stored_value"])
            let wallets = try await shop.till.get("\(MemberTests.path)/wallets").json["wallets"]?.items ?? []
            let stored = try #require(wallets.first { $0["wallet"] == "stored" })
            #expect(stored["usable_here"] == .integer(12_000))
            #expect(stored["expiring"]?["amount"] == .integer(2_000))
        }
    }

    @Test func offersAndLimitsHold() async throws {
        try await Self.shop { shop in
            let first = try await shop.till.post(Self.path, ["id": CounterTests.id(1), "plan": "welcome"])
            #expect(first.status == 201)
            for (body, status, code) in [
                (["id": CounterTests.id(2), "plan": "welcome"], 409, "once_per_member"),
                (["id": CounterTests.id(2), "plan": "golden"], 422, "unknown_plan"),
                (["id": CounterTests.id(2), "amount_minor": .integer(38_001)], 409, "balance_limit"),
                (["id": CounterTests.id(1), "amount_minor": .integer(10_000)], 409, "duplicate_id"),
                (["id": CounterTests.id(1), "plan": "welcome", "tender": "card"], 409, "duplicate_id"),
            ] as [(JSON, Int, String)] {
                let answer = try await shop.till.post(Self.path, body)
                #expect(answer.status == status && answer.code == code, "\(answer.json)")
            }
            let full = try await shop.till.post(
                Self.path, ["id": CounterTests.id(3), "amount_minor": .integer(38_000)])
            #expect(full.status == 201 && full.json["usable_here_minor"] == .integer(50_000))
        }
    }
}
