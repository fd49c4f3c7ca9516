import Localization
import Loyalty
import Replication

/// A sale as a till reports it; the node adds total, points and business date.
struct ReportedSale {
    let id: RecordID
    let member: RecordID?
    let reference: String
    /// Nil where the till leaves it to us.
    let occurredAtMilliseconds: UInt64?
    let lines: [SaleLine]

    init(_ body: JSON, calendar: ChainCalendar) throws(RequestFault) {
        var fields = try RequestFields(body)
        id = try fields.record("id")
        member = try fields.optionalRecord("member")
        reference = try fields.optionalText("reference") ?? ""
        occurredAtMilliseconds = try fields.time("occurred_at", calendar)
        var lines: [SaleLine] = []
        for var line in try fields.objects("lines") { lines.append(try Self.line(&line)) }
        self.lines = lines
        try fields.end()
    }

    /// Nil where the day is beyond what a calendar holds.
    func sale(till: String, occurredAtMilliseconds: UInt64, calendar: ChainCalendar) -> Sale? {
        guard let date = calendar.businessDate(ofMilliseconds: occurredAtMilliseconds) else { return nil }
        return Sale.earning(
            id: id, member: member, till: till, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: date, lines: lines)
    }

    private static func line(_ fields: inout RequestFields) throws(RequestFault) -> SaleLine {
        let line = SaleLine(
            product: try fields.text("product"), quantityMilli: try fields.quantityMilli(),
            netMinor: try fields.integer("net_minor"), discountMinor: try fields.optionalInteger("discount_minor") ?? 0)
        try fields.end()
        return line
    }
}
