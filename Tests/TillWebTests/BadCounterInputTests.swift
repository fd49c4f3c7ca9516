import Loyalty
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

/// Whatever a till may send: a clear code, and nothing written.
@Suite(.timeLimit(.minutes(2))) struct BadCounterInputTests {
    private struct Bad {
        let path: String
        let body: JSON
        let status: Int
        let code: String
        let field: String?

        init(_ path: String, _ body: JSON, _ status: Int, _ code: String, _ field: String? = nil) {
            self.path = path
            self.body = body
            self.status = status
            self.code = code
            self.field = field
        }
    }

    private static func sale(_ lines: [JSON], _ more: [JSON.Member] = []) -> JSON { CounterTests.sale(9, lines, more) }

    private static func using(_ name: String, _ value: JSON) -> JSON {
        CounterTests.sale(9, [CounterTests.line(10_000)], CounterTests.using(name, value))
    }

    private static func tender(_ kind: JSON, _ amount: JSON) -> JSON {
        using("tenders", [["kind": kind, "amount_minor": amount]])
    }

    private static let tooMuch = JSON.number("9223372036854775808")
    private static let sales = "/v1/sales"
    private static let topUps = "\(MemberTests.path)/top-ups"
    private static let refunds = "/v1/sales/\(CounterTests.id(1).text ?? "")/refunds"

    private static let baskets: [Bad] = [
        Bad(sales, using("points", .integer(-1)), 422, "invalid_value", "points"),
        Bad(sales, using("points", .integer(Int64.max)), 422, "invalid_value", "points"),
        Bad(sales, using("points", tooMuch), 422, "invalid_value", "points"),
        Bad(sales, using("points", .number("1.5")), 422, "invalid_value", "points"),
        Bad(sales, using("points", "all"), 422, "invalid_value", "points"),
        Bad(sales, using("points", .integer(150)), 422, "not_a_multiple"),
        Bad(sales, using("points", .integer(50)), 422, "below_minimum"),
        Bad(sales, using("points", .integer(20_000)), 409, "insufficient_rights"),
        Bad(sales, using("stored_value", .integer(-5)), 422, "invalid_value", "stored_value"),
        Bad(sales, using("stored_value", .integer(1)), 409, "insufficient_rights"),
        Bad(sales, tender("cash", .integer(0)), 422, "invalid_value", "tenders[0].amount_minor"),
        Bad(sales, tender("cash", .integer(-10_000)), 422, "invalid_value", "tenders[0].amount_minor"),
        Bad(sales, tender("cash", tooMuch), 422, "invalid_value", "tenders[0].amount_minor"),
        Bad(sales, tender("cash", .integer(9_999)), 422, "tenders_do_not_match"),
        Bad(sales, tender("points", .integer(10_000)), 422, "invalid_value", "tenders[0].kind"),
        Bad(sales, tender(.null, .integer(10_000)), 400, "missing_field", "tenders[0].kind"),
        Bad(sales, using("tender", "cash"), 400, "unknown_field", "tender"),
        Bad(sales, using("coupons", "ABC"), 422, "invalid_value", "coupons"),
        Bad(sales, using("coupons", .list(.init(repeating: "x", count: 17))), 422, "invalid_value", "coupons"),
        Bad(sales, using("hold", CounterTests.id(77)), 404, "unknown_hold", "hold"),
        Bad(sales, using("cashier", .text(String(repeating: "x", count: 65))), 422, "invalid_value", "cashier"),
        Bad(
            sales, using("occurred_at", "2026-11-23T09:30:00+08:00"), 422, "invalid_value", "occurred_at"),
        Bad(sales, sale([], CounterTests.using("points", "max")), 422, "invalid_sale"),
        Bad(sales, sale([CounterTests.line(-1)]), 422, "invalid_sale"),
        Bad(sales, sale([CounterTests.line(Int64.max)]), 422, "invalid_value", "lines[0].unit_price_minor"),
        Bad(sales, sale([CounterTests.line(1_000_000_000_000, quantity: "9999")]), 422, "invalid_sale"),
        Bad(
            sales,
            sale([["product": "x", "quantity": "1", "unit_price_minor": .integer(1), "gross_minor": .integer(1)]]),
            400, "missing_field"),
        Bad(
            sales,
            sale([["product": "x", "quantity": "1", "unit_price_minor": .integer(1), "net_minor": .integer(1)]]),
            400, "unknown_field", "lines[0].net_minor"),
        Bad("/v1/quotes", ["lines": [CounterTests.line(1)], "total": .integer(1)], 400, "unknown_field", "total"),
        Bad("/v1/quotes", ["member": "x", "lines": [CounterTests.line(1)]], 422, "invalid_value", "member"),
        Bad("/v1/quotes", ["lines": []], 422, "invalid_sale"),
        Bad("/v1/holds", ["lines": [CounterTests.line(1)]], 400, "missing_field", "id"),
        Bad(
            sales, ["id": CounterTests.id(9), "lines": [CounterTests.line(10_000)], "points": .integer(100)], 422,
            "member_missing"),
    ]

    private static let others: [Bad] = [
        Bad(topUps, ["id": CounterTests.id(9)], 400, "missing_field"),
        Bad(topUps, ["id": CounterTests.id(9), "amount_minor": .integer(0)], 422, "invalid_value", "amount_minor"),
        Bad(topUps, ["id": CounterTests.id(9), "amount_minor": .integer(-1)], 422, "invalid_value", "amount_minor"),
        Bad(topUps, ["id": CounterTests.id(9), "amount_minor": tooMuch], 422, "invalid_value", "amount_minor"),
        Bad(
            topUps, ["id": CounterTests.id(9), "amount_minor": .integer(Int64.max)], 422, "invalid_value",
            "amount_minor"),
        Bad(
            topUps, ["id": CounterTests.id(9), "amount_minor": .integer(1), "tender": "stored_value"], 422,
            "invalid_value", "tender"),
        Bad(topUps, ["amount_minor": .integer(1)], 400, "missing_field", "id"),
        Bad(refunds, ["id": CounterTests.id(9)], 400, "missing_field"),
        Bad(refunds, ["id": CounterTests.id(9), "lines": []], 400, "missing_field"),
        Bad(
            refunds, ["id": CounterTests.id(9), "lines": [["line": .integer(1), "quantity": "0"]]], 422,
            "invalid_value", "lines[0].quantity"),
        Bad(
            refunds, ["id": CounterTests.id(9), "lines": [["line": .integer(1), "amount_minor": .integer(-1)]]], 422,
            "invalid_value", "lines[0].amount_minor"),
        Bad(
            refunds, ["id": CounterTests.id(9), "lines": [["line": .integer(0), "quantity": "1"]]], 422,
            "invalid_value", "lines[0].line"),
        Bad(
            refunds, ["id": CounterTests.id(9), "lines": [["line": .integer(7), "quantity": "1"]]], 409,
            "refund_exceeds_sale", "lines"),
        Bad(
            refunds, ["id": CounterTests.id(9), "lines": [["line": .integer(1), "quantity": "1000"]]], 409,
            "refund_exceeds_sale", "lines"),
        Bad(
            refunds,
            [
                "id": CounterTests.id(9),
                "lines": [["line": .integer(1), "quantity": "0.1"], ["line": .integer(1), "quantity": "0.1"]],
            ], 422, "invalid_value", "lines"),
        Bad(
            refunds, ["id": CounterTests.id(9), "everything": true, "payout": "points"], 422, "invalid_value",
            "payout"),
        Bad(refunds, ["id": CounterTests.id(1), "everything": true], 409, "duplicate_id", "id"),
        Bad("/v1/coupons:validate", [:], 400, "missing_field", "coupon"),
        Bad("/v1/coupons:validate", ["coupon": "BL1:x"], 404, "coupon_unknown", "coupon"),
        Bad("/v1/coupons:validate", ["coupon": "x", "branch": "1"], 400, "unknown_field", "branch"),
    ]

    @Test func nothingIsWrittenAndTheReasonIsClear() async throws {
        try await CounterTests.withPoints { shop in
            let before = try shop.node.reader.count(.operations)
            for bad in Self.baskets + Self.others {
                let answer = try await shop.till.post(bad.path, bad.body)
                #expect(
                    answer.status == bad.status && answer.code == bad.code && answer.json["field"]?.text == bad.field,
                    "\(bad.body): \(answer.json)")
            }
            #expect(try shop.node.reader.count(.operations) == before)
        }
    }
}
