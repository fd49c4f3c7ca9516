import Hummingbird
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Goods that come back, for one till's one request.
struct RefundDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    func refund(_ sale: String, _ body: JSON) async throws(Problem) -> Reply {
        guard let sale = RecordID(hexadecimal: sale) else { throw Problem(.unknownSale) }
        let new: NewRefund
        do throws(RequestFault) { new = try NewRefund(body, calendar: desk.calendar) } catch { throw Problem(error) }
        try await desk.refuseSale(new.id)
        let time = try desk.time(new.occurredAtMilliseconds)
        let request = RefundRequest(
            id: new.id, sale: sale, till: till, cashier: new.cashier, reason: new.reason,
            occurredAtMilliseconds: time, businessDate: try desk.date(ofMilliseconds: time), lines: new.lines,
            payout: new.payout)
        let (refund, isRepeated) = try await carryOut(request)
        guard !isRepeated || request.isRepeated(by: refund) else { throw Problem(.duplicateID, field: "id") }
        return Reply(isRepeated ? .ok : .created, json(refund, isRepeated: isRepeated))
    }

    func carryOut(_ request: RefundRequest) async throws(Problem) -> (refund: Refund, isRepeated: Bool) {
        switch try await desk.refund(request) {
        // Headquarters answers a repeat as it answered first.
        case .refunded(let refund): return (refund, refund.occurredAtMilliseconds != request.occurredAtMilliseconds)
        case .repeated(let refund): return (refund, true)
        case .different: throw Problem(.duplicateID, field: "id")
        case .elsewhere(let missing): throw try await elsewhere(request.sale, missing)
        case .deniedByHub(let code): throw Self.problem(ofHub: code)
        case .refused(let refusal): throw Problem(refusal)
        }
    }

    /// Not in this branch's books, and the hub cannot be asked.
    private func elsewhere(_ sale: RecordID, _ missing: MissingRights) async throws(Problem) -> Problem {
        let isKnown = try await desk.read { try $0.sale(sale) } != nil
        let code: CounterProblem = isKnown ? .sellerUnreachable : .unknownSale
        let advice = CounterProblem.sellerUnreachable.advice
        return Problem(code, isKnown ? nil : code.title.asSentence + advice, more: ["reason": missing.reason])
    }

    private static func problem(ofHub code: String) -> Problem {
        switch code {
        case CounterProblem.unknownSale.rawValue: Problem(.unknownSale)
        case CounterProblem.sellerUnreachable.rawValue: Problem(.sellerUnreachable)
        case CounterProblem.refundExceedsSale.rawValue: Problem(.refundExceedsSale)
        case "no_such_line": Problem(.refundExceedsSale, field: "lines")
        case "different": Problem(.duplicateID, field: "id")
        case _: Problem(.refundRefused, more: ["refusal": .text(String(code.prefix(64)))])
        }
    }

    private func json(_ refund: Refund, isRepeated: Bool) -> JSON {
        [
            "id": .text(refund.id.hexadecimal), "sale": .text(refund.sale.hexadecimal),
            "member": .optional(refund.member) { .text($0.hexadecimal) }, "till": .text(refund.till),
            "reason": .text(refund.reason),
            "occurred_at": .text(desk.calendar.text(ofMilliseconds: refund.occurredAtMilliseconds)),
            "business_date": .text(refund.businessDate.text), "total_minor": .integer(refund.netMinor),
            "currency": .text(desk.identity.currency), "lines": .list(refund.lines.map(\.json)),
            "tenders": .list(refund.tenders.map(\.json)),
            "points_back": .integer(refund.lines.reduce(0) { $0 + $1.pointsSpent }),
            "points_taken": .integer(refund.lines.reduce(0) { $0 + $1.shares.pointsEarned }),
            "debts": .list(refund.debts.map { ["wallet": .text($0.wallet), "amount": .integer($0.amount)] }),
            "coupons_back": .texts(refund.coupons.map(\.hexadecimal)), "repeated": .bool(isRepeated),
        ]
    }
}

/// What a till says of goods that come back.
private struct NewRefund {
    let id: RecordID
    let reason: String
    let cashier: String
    let occurredAtMilliseconds: UInt64?
    let payout: Tender.Kind?
    /// None for everything that is left.
    let lines: [RefundRequest.Line]

    init(_ body: JSON, calendar: ChainCalendar) throws(RequestFault) {
        var fields = try RequestFields(body)
        id = try fields.record("id")
        reason = try fields.shortText("reason", limit: TillLimits.reasonCharactersMax)
        cashier = try fields.shortText("cashier")
        occurredAtMilliseconds = try fields.time("occurred_at", calendar)
        payout = try fields.moneyKind("payout")
        let isEverything = try fields.flag("everything")
        var lines: [RefundRequest.Line] = []
        for var line in try fields.objects("lines") { lines.append(try Self.line(&line)) }
        guard lines.isEmpty == isEverything else { throw .oneOf(["lines", "everything"]) }
        guard lines.count <= Sale.linesMax else { throw .tooMany("lines", limit: Sale.linesMax) }
        self.lines = lines
        try fields.end()
    }

    private static func line(_ fields: inout RequestFields) throws(RequestFault) -> RefundRequest.Line {
        let number = try fields.amount("line", least: 1)
        let quantity = try fields.optionalQuantityMilli()
        let amount = try fields.optionalAmount("amount_minor", least: 1)
        try fields.end()
        switch (quantity, amount) {
        case (let milli?, nil):
            guard milli > 0 else {
                throw .outOfRange(fields.path("quantity"), least: 1, most: Sale.amountMinorMax)
            }
            return RefundRequest.Line(line: Int(clamping: number), piece: .quantity(milli: milli))
        case (nil, let minor?): return RefundRequest.Line(line: Int(clamping: number), piece: .amount(minor: minor))
        case (nil, nil), (.some, .some): throw .oneOf([fields.path("quantity"), fields.path("amount_minor")])
        }
    }
}

extension RefundRequest {
    /// A repeat asks for the same again.
    fileprivate func isRepeated(by refund: Refund) -> Bool {
        guard refund.sale == sale, refund.till == till, refund.reason == reason else { return false }
        return lines.isEmpty
            || lines.count == refund.lines.count
                && zip(lines, refund.lines).allSatisfy { wanted, given in
                    guard wanted.line == Int(given.line) else { return false }
                    switch wanted.piece {
                    case .quantity(let milli): return milli == given.quantityMilli
                    case .amount(let minor): return given.quantityMilli == 0 && minor == given.netMinor
                    }
                }
    }
}

extension Refund.Line {
    fileprivate var json: JSON {
        [
            "line": .integer(line), "quantity_milli": .integer(quantityMilli), "amount_minor": .integer(netMinor),
            "points_minor": .integer(shares.pointsMinor),
            "stored_value_minor": .integer(shares.principalMinor + shares.bonusMinor),
            "points_back": .integer(pointsSpent), "points_taken": .integer(shares.pointsEarned),
        ]
    }
}

extension Problem {
    init(_ refusal: RefundRefusal) {
        let field: String? =
            switch refusal {
            case .noSuchLine, .lineTwice, .line: "lines"
            case .nothingLeft, .tooLong: nil
            }
        if let code = refusal.problem {
            self.init(code, refusal.sentence, field: field)
        } else {
            self.init(.invalidValue, refusal.sentence, field: field)
        }
    }
}
