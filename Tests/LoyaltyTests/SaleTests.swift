import Replication
import Testing

@testable import Loyalty

@Suite struct SaleTests {
    @Test(
        arguments: [
            (0, 0), (1, 0), (99, 0), (100, 1), (101, 1), (199, 1), (200, 2), (12_999, 129),
            (Sale.amountMinorMax - 1, 9_999_999_999), (Sale.amountMinorMax, 10_000_000_000),
        ] as [(Int64, Int64)])
    func pointsAreRoundedDownOnceForTheWholeSale(netMinor: Int64, points: Int64) {
        #expect(EarningRule.standard.points(forNetMinor: netMinor) == points)
    }

    @Test func aRateIsAFraction() {
        #expect(EarningRule(revision: 2, points: 3, perMinor: 200).points(forNetMinor: 199) == 2)
    }

    @Test func onlyTheStandardRuleIsKnown() {
        #expect(EarningRule.revision(1) == .standard)
        #expect(EarningRule.revision(0) == nil)
        #expect(EarningRule.revision(2) == nil)
    }

    @Test(
        arguments: [
            .of(lines: [.of(1_290)]),
            .of(lines: [.of(0)]),
            .of(lines: [SaleLine(product: "", quantityMilli: 0, netMinor: 0, discountMinor: 0)]),
            .of(lines: [.of(1_290), .of(-290)]),
            .of(lines: [.of(Sale.amountMinorMax)]),
            .of(lines: [.of(Sale.amountMinorMax), .of(-Sale.amountMinorMax)]),
            .of(lines: [.of(1)], till: String(repeating: "柜", count: 64), reference: String(repeating: "9", count: 64)),
            .of(lines: [.of(1, product: String(repeating: "茅", count: 64))]),
            .of(lines: Array(repeating: .of(1), count: Sale.linesMax)),
            .of(lines: [.of(1)], occurredAtMilliseconds: HybridTime.millisecondsMax),
        ] as [Sale])
    func soundSales(sale: Sale) { #expect(throws: Never.self) { try sale.check() } }

    @Test(
        arguments: [
            (.of(lines: []), .noLines),
            (.of(lines: Array(repeating: .of(1), count: Sale.linesMax + 1)), .tooManyLines(limit: Sale.linesMax)),
            (.of(lines: [.of(1)], till: String(repeating: "柜", count: 65)), .textTooLong(field: "till")),
            (.of(lines: [.of(1)], reference: String(repeating: "9", count: 65)), .textTooLong(field: "reference")),
            (.of(lines: [.of(1, product: String(repeating: "p", count: 65))]), .textTooLong(field: "product")),
            (.of(lines: [.of(Sale.amountMinorMax + 1)]), .amountOutOfRange),
            (.of(lines: [.of(.min)]), .amountOutOfRange),
            (
                .of(lines: [SaleLine(product: "p", quantityMilli: .max, netMinor: 1, discountMinor: 0)]),
                .amountOutOfRange
            ),
            (
                .of(lines: [SaleLine(product: "p", quantityMilli: 1, netMinor: 1, discountMinor: .min)]),
                .amountOutOfRange
            ),
            (.of(lines: [.of(1)], netMinor: .max), .amountOutOfRange),
            (.of(lines: [.of(1)], points: -1), .amountOutOfRange),
            (.of(lines: [.of(1)], points: .max), .amountOutOfRange),
            (.of(lines: [.of(1)], occurredAtMilliseconds: HybridTime.millisecondsMax + 1), .timeOutOfRange),
            (.of(lines: [.of(-1)], points: 0), .negativeTotal),
            (.of(lines: [.of(1), .of(2)], netMinor: 4), .totalIsNotSum(ofLines: 3)),
            (
                .of(lines: Array(repeating: .of(Sale.amountMinorMax), count: 2), netMinor: 1, points: 0),
                .totalIsNotSum(ofLines: 2 * Sale.amountMinorMax)
            ),
        ] as [(Sale, SaleFault)])
    func faultySales(sale: Sale, fault: SaleFault) { #expect(throws: fault) { try sale.check() } }

    @Test(
        arguments: [
            ([], RecordID(7), 0, 0), ([.of(1_299), .of(-200)], RecordID(7), 1_099, 10), ([.of(1_299)], nil, 1_299, 0),
            ([.of(-100)], RecordID(7), -100, 0), ([.of(.max), .of(1)], RecordID(7), .max, 0),
        ] as [([SaleLine], RecordID?, Int64, Int64)])
    func aSaleEarnsByItsTotal(lines: [SaleLine], member: RecordID?, netMinor: Int64, points: Int64) {
        let sale = Sale.earning(
            id: RecordID(9), member: member, till: "1", reference: "", occurredAtMilliseconds: 0,
            businessDate: Sale.of(lines: []).businessDate, lines: lines)
        #expect(sale.netMinor == netMinor)
        #expect(sale.points == points)
        #expect(sale.ruleRevision == 1)
    }
}
