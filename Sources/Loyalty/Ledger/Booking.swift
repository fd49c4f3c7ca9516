package import LineCodec
package import Replication

/// What only headquarters may enter into the accounts of members and branches, whole or not at all: corrections,
/// expiry, debts paid, losses charged.
package struct Booking: Equatable, Sendable {
    package enum Cause: String, CaseIterable, Sendable {
        case adjust, move, expire, repayment, decision
    }

    package enum Line: Equatable, Sendable {
        /// A new lot, its rights at the hub.
        case credit(LotTerms, amount: Int64)
        /// From hub-held rights.
        case debit(LotSpend)
        case debt(member: RecordID, wallet: String, amount: Int64)
        /// From hub-held rights, against the debt in the lot's wallet.
        case repay(LotSpend, member: RecordID, wallet: String)
        /// No member's affair: it stands in the branch's account.
        case charge(BranchCharge)
    }

    package let id: RecordID
    package let cause: Cause
    /// A case, a ticket, a command.
    package let reference: RecordID?
    package let author: String
    package let reason: String
    package let businessDate: CivilDate
    package let lines: [Line]

    package init(
        id: RecordID, cause: Cause, reference: RecordID?, author: String, reason: String, businessDate: CivilDate,
        lines: [Line]
    ) {
        self.id = id
        self.cause = cause
        self.reference = reference
        self.author = author
        self.reason = reason
        self.businessDate = businessDate
        self.lines = lines
    }

    package static let kind = OperationKind(rawValue: "booking")
    package static let linesMax = 256

    package var isWellFormed: Bool {
        !lines.isEmpty && BookingText.fits(author, reason) && lines.allSatisfy(\.isWellFormed)
            && Set(lots).count == lots.count
    }

    private var lots: [RecordID] {
        lines.compactMap {
            switch $0 {
            case .credit(let terms, _): terms.id
            case .debit(let spend), .repay(let spend, _, _): spend.lot
            case .debt, .charge: nil
            }
        }
    }

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128 + 96 * lines.count)
        writer.identifier(id.value)
        writer.text(cause.rawValue)
        writer.optional(reference?.value) { $0.identifier($1) }
        writer.text(author)
        writer.text(reason)
        writer.text(businessDate.text)
        writer.list(lines) { $1.write(to: &$0) }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        id = try reader.record()
        cause = try reader.code(Cause.self)
        reference = try reader.optionalRecord()
        author = try reader.text()
        reason = try reader.text()
        businessDate = try reader.date()
        lines = try reader.list(atMost: Self.linesMax) { reader throws(LineError) in try Line(from: &reader) }
        try reader.end()
    }
}

extension Booking.Line {
    fileprivate var isWellFormed: Bool {
        switch self {
        case .credit(let terms, let amount): (1...Lot.amountMax).contains(amount) && terms.isWellFormed
        case .debit(let spend), .repay(let spend, _, _): (1...Lot.amountMax).contains(spend.amount)
        case .debt(_, let wallet, let amount): (1...Lot.amountMax).contains(amount) && !wallet.isEmpty
        case .charge(let charge): charge.isWellFormed
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .credit(let terms, let amount):
            writer.text("credit")
            writer.terms(terms)
            writer.integer(amount)
        case .debit(let spend):
            writer.text("debit")
            writer.spend(spend)
        case .debt(let member, let wallet, let amount):
            writer.text("debt")
            writer.identifier(member.value)
            writer.text(wallet)
            writer.integer(amount)
        case .repay(let spend, let member, let wallet):
            writer.text("repay")
            writer.spend(spend)
            writer.identifier(member.value)
            writer.text(wallet)
        case .charge(let charge):
            writer.text("charge")
            writer.charge(charge)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        switch try reader.text() {
        case "credit": self = .credit(try reader.terms(), amount: try reader.integer())
        case "debit": self = .debit(try reader.spend())
        case "debt":
            self = .debt(member: try reader.record(), wallet: try reader.text(), amount: try reader.integer())
        case "repay":
            self = .repay(try reader.spend(), member: try reader.record(), wallet: try reader.text())
        case "charge": self = .charge(try reader.charge())
        case let code: throw .unknownCode(LineError.excerpt(code))
        }
    }
}
