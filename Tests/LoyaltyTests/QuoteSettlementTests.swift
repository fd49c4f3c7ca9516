import Loyalty
import Replication
import TestSupport
import Testing

/// A quote becomes a sale that passes its checks, and the sale comes back in pieces.
@Suite struct QuoteSettlementTests {
    private func quoted(_ seed: UInt64) throws -> (Cart, Quote) {
        var random = SplitMix64(seed: seed)
        let programme = random.programme()
        let cart = random.cart(of: programme)
        return (cart, try programme.quote(cart))
    }

    private func sale(_ cart: Cart, _ quote: Quote) -> Sale {
        let tenders = [
            Tender(kind: .points, amountMinor: quote.points.valueMinor, reference: ""),
            Tender(kind: .storedValue, amountMinor: quote.storedValue.totalMinor, reference: ""),
            Tender(kind: .cash, amountMinor: quote.dueMinor, reference: ""),
        ]
        let settlement = Settlement(
            cashier: "1", tier: quote.tier?.code, lines: quote.lines.map(LineSettlement.of), tenders: tenders,
            accruals: quote.earned.map {
                Accrual(
                    kind: $0.kind == .growth ? .growth : .points, wallet: $0.wallet, amount: $0.amount, keptHere: 0,
                    availableOn: $0.availableOn, expiresOn: $0.expiresOn)
            }, spends: [], coupons: [], grants: [])
        return Sale(
            id: RecordID(9), member: cart.isMember ? RecordID(7) : nil, till: "1", reference: "",
            occurredAtMilliseconds: 1, businessDate: cart.businessDate, netMinor: quote.netMinor,
            points: quote.earned(.points), ruleRevision: 1,
            lines: quote.lines.map {
                SaleLine(
                    product: $0.product, quantityMilli: $0.quantityMilli, netMinor: $0.netMinor,
                    discountMinor: $0.discountMinor)
            }, settlement: settlement)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func aQuoteMakesASaleThatPassesItsChecks(seed: UInt64) throws {
        let (cart, quote) = try quoted(seed)
        let sale = sale(cart, quote)
        try sale.check()
        #expect(try Sale(publicBody: sale.publicBody()) == sale)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func whatWasSoldComesBackInPieces(seed: UInt64) throws {
        let (_, quote) = try quoted(seed)
        let spent = Allocation.split(quote.points.amount, by: quote.lines.map(\.pointsMinor))
        for (line, spent) in zip(quote.lines, spent) where line.netMinor >= 0 && line.quantityMilli > 0 {
            let line = RefundableLine(
                quantityMilli: line.quantityMilli, netMinor: line.netMinor, pointsMinor: line.pointsMinor,
                principalMinor: line.principalMinor, bonusMinor: line.bonusMinor, pointsSpent: spent,
                pointsEarned: line.pointsEarned, growthEarned: line.growthEarned)
            let first = try line.refund(.quantity(milli: line.quantityMilli / 3))
            let rest = try line.refund(.quantity(milli: line.quantityMilli - line.quantityMilli / 3), after: first)
            #expect(first + rest == line.whole)
        }
    }
}

extension LineSettlement {
    fileprivate static func of(_ line: QuoteLine) -> LineSettlement {
        LineSettlement(
            couponMinor: line.couponMinor, pointsMinor: line.pointsMinor, principalMinor: line.principalMinor,
            bonusMinor: line.bonusMinor, pointsEarned: line.pointsEarned, growthEarned: line.growthEarned)
    }
}
