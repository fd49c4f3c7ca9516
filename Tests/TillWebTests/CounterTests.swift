import Localization
import Loyalty
import NodeService
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import TillWeb

/// What members use and earn at a till whose line to headquarters is down.
@Suite(.timeLimit(.minutes(2))) struct CounterTests {
    static let member: JSON = "019a9e3c5f4070008000000000000001"

    static func id(_ number: Int) -> JSON {
        let digits = String(number)
        return .text(String(repeating: "0", count: 32 - digits.count) + digits)
    }

    static func line(_ priceMinor: Int64, quantity: JSON = "1") -> JSON {
        ["product": "tea", "quantity": quantity, "unit_price_minor": .integer(priceMinor)]
    }

    static func sale(_ number: Int, _ lines: [JSON], _ more: [JSON.Member] = []) -> JSON {
        .object(
            [
                JSON.Member(name: "id", value: id(number)), JSON.Member(name: "member", value: member),
                JSON.Member(name: "lines", value: .list(lines)),
            ] + more)
    }

    static func using(_ name: String, _ value: JSON) -> [JSON.Member] { [JSON.Member(name: name, value: value)] }

    /// Somebody with 1,000 points, all of them earned here.
    static func withPoints(_ body: (Shop) async throws -> Void) async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            let earned = try await shop.till.post("/v1/sales", sale(1, [line(100_000)]))
            #expect(earned.status == 201 && earned.json["points"] == .integer(1_000), "\(earned.json)")
            try await body(shop)
        }
    }

    @Test func pointsEarnedHereAreSpentHereWithTheLineDown() async throws {
        try await Self.withPoints { shop in
            let quote = try await shop.till.post(
                "/v1/quotes", ["member": Self.member, "lines": [Self.line(10_000)], "points": .integer(500)])
            #expect(quote.status == 200)
            #expect(quote.json["due_minor"] == .integer(9_500) && quote.json["net_minor"] == .integer(10_000))
            let points = try #require(quote.json["points"])
            #expect(points["usable_here"] == .integer(1_000) && points["usable_for_this_sale"] == .integer(1_000))
            #expect(points["note"] == "1000 points, all usable here." && points["refusal"] == .null)
            #expect(quote.json["warnings"]?.items.compactMap { $0["code"]?.text } == ["offline"])
            let sold = try await shop.till.post(
                "/v1/sales",
                Self.sale(
                    2, [Self.line(10_000)],
                    Self.using("points", .integer(500))
                        + Self.using("tenders", [["kind": "wechat", "amount_minor": .integer(9_500)]])))
            #expect(sold.status == 201 && sold.json["repeated"] == false)
            let settlement = try #require(sold.json["settlement"])
            #expect(settlement["points_spent"] == .integer(500))
            #expect(settlement["tenders"]?.items.compactMap { $0["kind"]?.text } == ["points", "wechat"])
            let wallets = try await shop.till.get("\(MemberTests.path)/wallets")
            let wallet = try #require(wallets.json["wallets"]?.items.first { $0["wallet"] == "points" })
            let earned = try #require(sold.json["points"]?.integer)
            #expect(wallet["usable_here"] == .integer(500 + earned) && wallet["owed"] == .integer(0))
            #expect(wallets.json["as_of"] == .null)
        }
    }

    @Test func moreThanLiesHereIsRefusedWithTheAmounts() async throws {
        try await Self.withPoints { shop in
            let wanted = Self.sale(2, [Self.line(1_000_000)], Self.using("points", .integer(5_000)))
            let refused = try await shop.till.post("/v1/sales", wanted)
            #expect(refused.status == 409 && refused.code == "insufficient_rights")
            #expect(refused.json["usable_here"] == .integer(1_000) && refused.json["wanted"] == .integer(5_000))
            #expect(refused.json["reason"] == "offline" && refused.json["elsewhere"] == [])
            #expect(
                refused.json["detail"]?.text?.hasPrefix("Wanted are 5000 points, usable here now are 1000.") == true)
            #expect(try shop.node.reader.count(.sales) == 1)
            let chinese = TillClient(port: shop.till.port, token: shop.till.token, language: "zh-CN")
            let said = try await chinese.post("/v1/sales", wanted).json["detail"]?.text
            #expect(said?.contains("本店现在可用 1000") == true)
        }
    }

    @Test func aSaleSentAgainIsSoldOnce() async throws {
        try await Self.withPoints { shop in
            let sale = Self.sale(2, [Self.line(10_000)], Self.using("points", "max"))
            let first = try await shop.till.post("/v1/sales", sale)
            // Nothing is left to pay with, and time goes by; the answer is the sale as it was.
            shop.now.move(byMilliseconds: 90_000)
            let second = try await shop.till.post("/v1/sales", sale)
            #expect(first.status == 201 && second.status == 200)
            #expect(first.json["repeated"] == false && second.json["repeated"] == true)
            #expect(first.json["settlement"] == second.json["settlement"])
            let other = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(9_000)], Self.using("points", "max")))
            #expect(other.status == 409 && other.code == "duplicate_sale")
            #expect(other.json["sale"]?["total_minor"] == .integer(10_000))
            let reported = try await shop.till.post("/v1/sales", ["id": Self.id(2), "lines": SaleTests.lines])
            #expect(reported.status == 409 && reported.code == "duplicate_sale")
            #expect(try shop.node.reader.count(.sales) == 2)
        }
    }

    @Test func goodsComeBackInPieces() async throws {
        try await Self.withPoints { shop in
            let sold = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(10_000, quantity: "3")], Self.using("points", .integer(300))))
            #expect(sold.status == 201)
            let path = "/v1/sales/\(Self.id(2).text ?? "")/refunds"
            let piece: JSON = [
                "id": Self.id(10), "reason": "damaged", "lines": [["line": .integer(1), "quantity": "1"]],
            ]
            let first = try await shop.till.post(path, piece)
            #expect(first.status == 201 && first.json["total_minor"] == .integer(10_000))
            #expect(first.json["points_back"] == .integer(100), "\(first.json)")
            let again = try await shop.till.post(path, piece)
            #expect(again.status == 200 && again.json["repeated"] == true)
            let more = try await shop.till.post(
                path, ["id": Self.id(11), "lines": [["line": .integer(1), "quantity": "2.5"]]])
            #expect(more.status == 409 && more.code == "refund_exceeds_sale")
            let changed = try await shop.till.post(
                path, ["id": Self.id(10), "reason": "damaged", "lines": [["line": .integer(1), "quantity": "2"]]])
            #expect(changed.status == 409 && changed.code == "duplicate_id")
            let rest = try await shop.till.post(
                path, ["id": Self.id(12), "everything": true, "payout": "cash", "reason": "changed mind"])
            #expect(rest.status == 201 && rest.json["total_minor"] == .integer(20_000))
            #expect(rest.json["points_back"] == .integer(200))
            let nothing = try await shop.till.post(path, ["id": Self.id(13), "everything": true])
            #expect(nothing.status == 409 && nothing.code == "refund_exceeds_sale")
            let wallets = try await shop.till.get("\(MemberTests.path)/wallets")
            let wallet = try #require(wallets.json["wallets"]?.items.first { $0["wallet"] == "points" })
            #expect(wallet["usable_here"] == .integer(1_000) && wallet["owed"] == .integer(0))
        }
    }

    @Test func aRefundOfAnotherBranchsSaleMustWaitForTheLine() async throws {
        try await Shop.offline { shop in
            let path = "/v1/sales/\(Self.id(99).text ?? "")/refunds"
            let answer = try await shop.till.post(path, ["id": Self.id(10), "everything": true])
            #expect(answer.status == 404 && answer.code == "unknown_sale" && answer.json["reason"] == "offline")
            let nonsense = try await shop.till.post("/v1/sales/x/refunds", ["id": Self.id(10), "everything": true])
            #expect(nonsense.status == 404 && nonsense.code == "unknown_sale")
        }
    }

    // MARK: Looking up

    @Test func lotsAndMovementsExplainABalance() async throws {
        try await Self.withPoints { shop in
            _ = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(10_000)], Self.using("points", .integer(500))))
            let lots = try await shop.till.get("\(MemberTests.path)/lots")
            let points = try #require(lots.json["lots"]?.items.filter { $0["wallet"] == "points" })
            let left = points.compactMap { $0["left_here"]?.integer }.reduce(0, +)
            let ledger = try await shop.till.get("\(MemberTests.path)/ledger")
            let entries = try #require(ledger.json["entries"]?.items.filter { $0["wallet"] == "points" })
            let moved = entries.reduce(Int64(0)) { sum, entry in
                let amount = entry["amount"]?.integer ?? 0
                return sum + (entry["to"] == "here" ? amount : 0) - (entry["from"] == "here" ? amount : 0)
            }
            #expect(left == moved && left > 500)
            #expect(entries.contains { $0["kind"] == "spend" && $0["reference"] == Self.id(2) })
            let newest = try #require(entries.first?["entry"]?.text)
            let older = try await shop.till.get("\(MemberTests.path)/ledger?before=\(newest)")
            #expect(older.json["entries"]?.items.contains { $0["entry"]?.text == newest } == false)
            #expect(try await shop.till.get("\(MemberTests.path)/ledger?before=x").status == 422)
            #expect(try await shop.till.get("\(MemberTests.path)/ledger?after=1.1").status == 400)
        }
    }

    @Test func nobodyHasNoWallets() async throws {
        try await Shop.offline { shop in
            for name in ["wallets", "lots", "ledger", "coupons"] {
                for id in ["019a9e3c5f40700080000000000000ff", "x"] {
                    let answer = try await shop.till.get("/v1/members/\(id)/\(name)")
                    #expect(answer.status == 404 && answer.code == "not_found")
                }
            }
            let load = try await shop.till.post(
                "/v1/members/019a9e3c5f40700080000000000000ff/top-ups",
                ["id": Self.id(1), "amount_minor": .integer(100)])
            #expect(load.status == 404 && load.code == "not_found")
        }
    }

    // MARK: Reservations

    @Test func whatOneTillReservesAnotherCannotPromise() async throws {
        try await Self.withPoints { shop in
            let wish: JSON = [
                "id": Self.id(50), "member": Self.member, "lines": [Self.line(200_000)], "points": .integer(800),
            ]
            let hold = try await shop.till.post("/v1/holds", wish)
            #expect(hold.status == 201 && hold.json["id"] == Self.id(50))
            let quote = try await shop.till.post(
                "/v1/quotes", ["member": Self.member, "lines": [Self.line(200_000)], "points": "max"])
            #expect(quote.json["points"]?["usable_here"] == .integer(200))
            #expect(quote.json["points"]?["amount"] == .integer(200))
            let other = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(200_000)], Self.using("points", .integer(800))))
            #expect(other.status == 409 && other.code == "held" && other.json["usable_here"] == .integer(200))
            let own = try await shop.till.post(
                "/v1/sales",
                Self.sale(
                    3, [Self.line(200_000)], Self.using("points", .integer(800)) + Self.using("hold", Self.id(50))))
            #expect(own.status == 201)
            // It went with the sale.
            #expect(try await shop.till.send("DELETE", "/v1/holds/\(Self.id(50).text ?? "")").status == 404)
        }
    }

    @Test func aReservationEndsByWordOrByTime() async throws {
        try await Self.withPoints { shop in
            let wish: JSON = [
                "id": Self.id(50), "member": Self.member, "lines": [Self.line(200_000)], "points": "max",
            ]
            #expect(try await shop.till.post("/v1/holds", wish).status == 201)
            #expect(try await shop.till.post("/v1/holds", wish).status == 200)
            let path = "/v1/holds/\(Self.id(50).text ?? "")"
            #expect(try await shop.till.send("DELETE", path).json["released"] == true)
            #expect(try await shop.till.send("DELETE", path).code == "unknown_hold")
            #expect(try await shop.till.post("/v1/holds", wish).status == 201)
            shop.now.move(byMilliseconds: HoldBook.holdMilliseconds)
            let late = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(200_000)], Self.using("hold", Self.id(50))))
            #expect(late.status == 404 && late.code == "unknown_hold")
            let sold = try await shop.till.post(
                "/v1/sales", Self.sale(2, [Self.line(200_000)], Self.using("points", .integer(1_000))))
            #expect(sold.status == 201)
        }
    }

    /// Or a till would hear nothing of what its node still decides.
    @Test func tillsAreAnsweredAfterTheHubHasBeenWaitedFor() {
        #expect(TillServer.answerMillisecondsMax > Int64(Limits.authorizationWaitMilliseconds) + 1_000)
    }
}
