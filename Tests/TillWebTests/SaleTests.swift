import Loyalty
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct SaleTests {
    static let id = "019a9e3c5f4070008000000000000002"
    static let lines: JSON = [
        ["product": "6901234567892", "quantity": "2", "net_minor": .integer(1_990), "discount_minor": .integer(10)],
        ["product": "tea-loose", "quantity_milli": .integer(250), "net_minor": .integer(5_060)],
    ]

    @Test func aSaleIsRecordedWithTotalPointsAndDay() async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            let answer = try await shop.till.post(
                "/v1/sales",
                [
                    "id": .text(Self.id), "member": "019a9e3c5f4070008000000000000001", "reference": "R-1",
                    "occurred_at": "2026-11-20T16:00:00Z", "lines": Self.lines,
                ])
            #expect(answer.status == 201)
            #expect(answer.json["total_minor"] == .integer(7_050) && answer.json["points"] == .integer(70))
            #expect(answer.json["business_date"] == "2026-11-21" && answer.json["currency"] == "CNY")
            #expect(answer.json["till"] == "till-1" && answer.json["warnings"]?.items == [])
            let member = try await shop.till.get(MemberTests.path)
            #expect(member.json["points"]?["earned_here"] == .integer(70))
            #expect(member.json["points"]?["sales_here"] == .integer(1))
        }
    }

    @Test func theSameSaleTwiceIsOneSale() async throws {
        try await Shop.offline { shop in
            let sale: JSON = ["id": .text(Self.id), "lines": Self.lines]
            let first = try await shop.till.post("/v1/sales", sale)
            // The till leaves the time to us, and time goes by before it asks again.
            shop.now.move(byMilliseconds: 90_000)
            let second = try await shop.till.post("/v1/sales", sale)
            #expect(first.status == 201 && second.status == 200)
            #expect(first.body == second.body)
            #expect(try shop.node.reader.count(.sales) == 1)
        }
    }

    @Test func anotherSaleUnderTheSameIdIsRefused() async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/sales", ["id": .text(Self.id), "lines": Self.lines])
            for other: JSON in [
                ["id": .text(Self.id), "lines": Self.lines, "reference": "R-2"],
                ["id": .text(Self.id), "lines": Self.lines, "occurred_at": .integer(1)],
                ["id": .text(Self.id), "lines": [["product": "x", "quantity": "1", "net_minor": .integer(1)]]],
            ] {
                let answer = try await shop.till.post("/v1/sales", other)
                #expect(answer.status == 409 && answer.code == "duplicate_sale")
                #expect(answer.json["sale"]?["total_minor"] == .integer(7_050))
            }
            #expect(try shop.node.reader.count(.sales) == 1)
        }
    }

    @Test func aSaleToAStrangerIsRecordedAndWarnedOf() async throws {
        try await Shop.offline { shop in
            let answer = try await shop.till.post(
                "/v1/sales",
                ["id": .text(Self.id), "member": "019a9e3c5f40700080000000000000ff", "lines": Self.lines])
            #expect(answer.status == 201 && answer.json["points"] == .integer(70))
            #expect(answer.json["warnings"]?.items.compactMap { $0["code"]?.text } == ["unknown_member"])
        }
    }

    @Test(
        arguments: [
            (["lines": lines], 400, "missing_field", "id"),
            (["id": "abc", "lines": lines], 422, "invalid_value", "id"),
            (["id": .text(id)], 422, "invalid_sale", nil), (["id": .text(id), "lines": []], 422, "invalid_sale", nil),
            (["id": .text(id), "lines": lines, "total": .integer(1)], 400, "unknown_field", "total"),
            (["id": .text(id), "lines": lines, "occurred_at": "today"], 422, "invalid_value", "occurred_at"),
            (["id": .text(id), "lines": lines, "occurred_at": .number("1.5")], 422, "invalid_value", "occurred_at"),
            (
                ["id": .text(id), "lines": lines, "occurred_at": "2026-11-22T09:30:01+08:00"], 422, "invalid_value",
                "occurred_at"
            ),
            (
                ["id": .text(id), "lines": lines, "occurred_at": .number("18446744073709551615")], 422, "invalid_value",
                "occurred_at"
            ),
        ] as [(JSON, Int, String, String?)])
    func whatIsWrongWithASaleIsNamed(body: JSON, status: Int, code: String, field: String?) async throws {
        try await Self.refuses(body, status, code, field)
    }

    @Test(
        arguments: [
            (["product": "x", "quantity": "1", "net_minor": .number("1.5")], "invalid_value", "lines[0].net_minor"),
            (["product": "x", "quantity": "1", "net_minor": .number("1.0")], "invalid_value", "lines[0].net_minor"),
            (["product": "x", "quantity": "1", "net_minor": .number("1e2")], "invalid_value", "lines[0].net_minor"),
            (["product": "x", "quantity": "1", "net_minor": "1"], "invalid_value", "lines[0].net_minor"),
            (
                ["product": "x", "quantity": "1", "net_minor": .number("9223372036854775808")], "invalid_value",
                "lines[0].net_minor"
            ),
            (["product": "x", "quantity": "1", "net_minor": .integer(Int64.max)], "invalid_sale", nil),
            (["product": "x", "quantity": "1", "net_minor": .integer(-1)], "invalid_sale", nil),
            (
                ["product": "x", "quantity": .integer(1), "net_minor": .integer(1)], "invalid_value",
                "lines[0].quantity"
            ),
            (["product": "x", "quantity": "1.0001", "net_minor": .integer(1)], "invalid_value", "lines[0].quantity"),
            (["product": "x", "net_minor": .integer(1)], "missing_field", "lines[0].quantity"),
            (
                ["product": "x", "quantity": "1", "quantity_milli": .integer(1), "net_minor": .integer(1)],
                "missing_field", nil
            ),
            (["product": "x", "quantity": "1"], "missing_field", "lines[0].net_minor"),
            (
                ["product": "x", "quantity": "1", "net_minor": .integer(1), "price": .integer(1)], "unknown_field",
                "lines[0].price"
            ),
        ] as [(JSON, String, String?)])
    func moneyIsCountedInWholeNumbers(line: JSON, code: String, field: String?) async throws {
        let status = ["missing_field", "unknown_field"].contains(code) ? 400 : 422
        try await Self.refuses(["id": .text(Self.id), "lines": [line]], status, code, field)
    }

    private static func refuses(_ body: JSON, _ status: Int, _ code: String, _ field: String?) async throws {
        try await Shop.offline { shop in
            let answer = try await shop.till.post("/v1/sales", body)
            #expect(answer.status == status && answer.code == code && answer.json["field"]?.text == field)
            #expect(try shop.node.reader.count(.sales) == 0)
        }
    }

    /// Fifty tills at once, each of which asks twice without waiting.
    @Test func fiftySalesAtOnceAreAllRecordedOnce() async throws {
        try await Shop.offline { shop in
            let till = shop.till
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let id = String(repeating: "0", count: 30) + String(number / 2 + 10)
                        return try await till.post("/v1/sales", ["id": .text(id), "lines": Self.lines]).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 50 && statuses.count { $0 == 200 } == 50)
            #expect(try shop.node.reader.count(.sales) == 50)
            #expect(try shop.node.reader.count(.saleLines) == 100)
        }
    }
}
