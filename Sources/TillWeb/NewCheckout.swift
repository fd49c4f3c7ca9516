import Localization
import Loyalty
import Replication

/// A basket with all that is to be used for it, as a till sends it for a quote, a hold or a sale; or a bill that the
/// till has priced, with the one coupon that is to be used for it.
struct NewCheckout {
    /// Nil in a quote.
    let id: RecordID?
    let member: RecordID?
    let reference: String
    let cashier: String
    /// Nil where the till leaves it to us.
    let occurredAtMilliseconds: UInt64?
    let lines: [CartLine]
    /// As they were typed or scanned.
    let coupons: [String]
    let points: Wish
    let storedValue: Wish
    let tenders: [Tender]
    let hold: RecordID?
    let isCouponAlone: Bool

    enum Purpose: Equatable {
        case quote, hold, sale
        case redemption(coupon: String)
    }

    init(_ body: JSON, for purpose: Purpose, calendar: ChainCalendar) throws(RequestFault) {
        var fields = try RequestFields(body)
        switch purpose {
        case .quote: id = try fields.optionalRecord("id")
        case .hold, .sale, .redemption: id = try fields.record("id")
        }
        member = try fields.optionalRecord("member")
        cashier = try fields.shortText("cashier")
        occurredAtMilliseconds = try fields.time("occurred_at", calendar)
        hold = try fields.optionalRecord("hold")
        switch purpose {
        case .quote, .hold, .sale:
            reference = try fields.shortText("reference")
            lines = try Self.lines(&fields)
            coupons = try fields.texts("coupons")
            points = try fields.wish("points")
            storedValue = try fields.wish("stored_value")
            tenders = try Self.tenders(&fields)
            isCouponAlone = false
        case .redemption(let coupon):
            (reference, coupons, points, storedValue, tenders) = ("", [coupon], .none, .none, [])
            lines = try Self.bill(&fields)
            isCouponAlone = true
        }
        guard coupons.count <= Cart.couponsMax else { throw .tooMany("coupons", limit: Cart.couponsMax) }
        try fields.end()
    }

    private static func lines(_ fields: inout RequestFields) throws(RequestFault) -> [CartLine] {
        var lines: [CartLine] = []
        for var line in try fields.objects("lines") { lines.append(try Self.line(&line)) }
        return lines
    }

    /// A sum stands for a bill of one line, of no product that a coupon could ask for.
    private static func bill(_ fields: inout RequestFields) throws(RequestFault) -> [CartLine] {
        let lines = try lines(&fields)
        guard let amount = try fields.optionalAmount("amount_minor", least: 1) else {
            guard !lines.isEmpty else { throw .oneOf(["amount_minor", "lines"]) }
            return lines
        }
        guard lines.isEmpty else { throw .oneOf(["amount_minor", "lines"]) }
        return [CartLine(product: "", quantityMilli: CartLine.unitMilli, grossMinor: amount)]
    }

    /// Told by what only a whole sale has; a body without it is a basket that is merely reported.
    static func isOne(_ body: JSON) -> Bool {
        let names = ["coupons", "points", "stored_value", "tenders", "cashier", "hold"]
        guard !names.contains(where: { body[$0] != nil }) else { return true }
        guard case .list(let lines)? = body["lines"] else { return false }
        return lines.contains { line in ["unit_price_minor", "gross_minor"].contains { line[$0] != nil } }
    }

    private static func line(_ fields: inout RequestFields) throws(RequestFault) -> CartLine {
        let product = try fields.text("product")
        let quantity = try fields.quantityMilli()
        let limit = Sale.amountMinorMax
        guard (-limit...limit).contains(quantity) else {
            throw .outOfRange(fields.path("quantity"), least: -limit, most: limit)
        }
        let price = try fields.optionalAmount("unit_price_minor", least: -limit)
        let gross = try fields.optionalAmount("gross_minor", least: -limit)
        let isRestricted = try fields.flag("restricted")
        try fields.end()
        switch (price, gross) {
        case (let price?, nil):
            return CartLine(
                product: product, quantityMilli: quantity, unitPriceMinor: price, isRestricted: isRestricted)
        case (nil, let gross?):
            return CartLine(product: product, quantityMilli: quantity, grossMinor: gross, isRestricted: isRestricted)
        case (nil, nil), (.some, .some):
            throw .oneOf([fields.path("unit_price_minor"), fields.path("gross_minor")])
        }
    }

    private static func tenders(_ fields: inout RequestFields) throws(RequestFault) -> [Tender] {
        var tenders: [Tender] = []
        for var tender in try fields.objects("tenders") {
            guard let kind = try tender.moneyKind("kind") else { throw .missing(tender.path("kind")) }
            tenders.append(
                Tender(
                    kind: kind, amountMinor: try tender.amount("amount_minor", least: 1),
                    reference: try tender.shortText("reference")))
            try tender.end()
        }
        let limit = Settlement.tendersMax - 2
        guard tenders.count <= limit else { throw .tooMany("tenders", limit: limit) }
        return tenders
    }
}
