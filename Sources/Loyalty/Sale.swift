package import LineCodec
package import Replication

/// A basket that was paid for. Money is in the chain's currency, in minor units.
package struct Sale: Equatable, Sendable {
    /// Minted by the till before it is sent; a repeat of the same sale under the same id adds nothing.
    package let id: RecordID
    package let member: RecordID?
    package let till: String
    /// The receipt's number at that till, or empty.
    package let reference: String
    /// Milliseconds since 1970.
    package let occurredAtMilliseconds: UInt64
    /// In the chain's zone, computed at the door.
    package let businessDate: CivilDate
    package let netMinor: Int64
    /// What the receipt promised; the receipt stands even where the hub would count otherwise.
    package let points: Int64
    package let ruleRevision: UInt32
    package let lines: [SaleLine]
    /// How it was paid for, and what it moved in the member's accounts; nil where a till only reports the basket. Such
    /// a sale earns its points and nothing else.
    package let settlement: Settlement?

    package init(
        id: RecordID, member: RecordID?, till: String, reference: String, occurredAtMilliseconds: UInt64,
        businessDate: CivilDate, netMinor: Int64, points: Int64, ruleRevision: UInt32, lines: [SaleLine],
        settlement: Settlement? = nil
    ) {
        self.id = id
        self.member = member
        self.till = till
        self.reference = reference
        self.occurredAtMilliseconds = occurredAtMilliseconds
        self.businessDate = businessDate
        self.netMinor = netMinor
        self.points = points
        self.ruleRevision = ruleRevision
        self.lines = lines
        self.settlement = settlement
    }

    package static let kind = OperationKind(rawValue: "sale")
    package static let linesMax = 2_000
    package static let textCharactersMax = 64
}

package struct SaleLine: Equatable, Sendable {
    package let product: String
    /// Thousandths of the unit of sale; zero occurs (a deposit, a correction).
    package let quantityMilli: Int64
    /// What the shop received for the line.
    package let netMinor: Int64
    /// What was taken off before.
    package let discountMinor: Int64

    package init(product: String, quantityMilli: Int64, netMinor: Int64, discountMinor: Int64) {
        self.product = product
        self.quantityMilli = quantityMilli
        self.netMinor = netMinor
        self.discountMinor = discountMinor
    }
}

/// Two spellings: a basket without settlement as in the first version, and one that begins with `2`.
extension Sale {
    private static let settled = "2"

    /// Whether a body is in the second spelling, without reading it.
    package static func isSettled(_ publicBody: [UInt8]) -> Bool { publicBody.starts(with: Array("\(settled)\t".utf8)) }

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128 + 32 * lines.count)
        if settlement != nil { writer.text(Self.settled) }
        writer.identifier(id.value)
        writer.optional(member?.value) { $0.identifier($1) }
        writer.text(till)
        writer.text(reference)
        writer.integer(occurredAtMilliseconds)
        writer.text(businessDate.text)
        writer.integer(netMinor)
        writer.integer(points)
        writer.integer(ruleRevision)
        settlement?.write(to: &writer)
        for line in lines {
            writer.text(line.product)
            writer.integer(line.quantityMilli)
            writer.integer(line.netMinor)
            writer.integer(line.discountMinor)
        }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        let isSettled = Self.isSettled(publicBody)
        if isSettled { _ = try reader.text() }
        id = RecordID(try reader.identifier())
        member = try reader.optionalRecord()
        till = try reader.text()
        reference = try reader.text()
        occurredAtMilliseconds = try reader.integer()
        businessDate = try reader.date()
        netMinor = try reader.integer()
        points = try reader.integer()
        ruleRevision = try reader.integer()
        settlement = isSettled ? try Settlement(from: &reader) : nil
        var lines: [SaleLine] = []
        while !reader.isAtEnd {
            guard lines.count < Self.linesMax else { throw .tooMany(limit: Self.linesMax) }
            lines.append(
                SaleLine(
                    product: try reader.text(), quantityMilli: try reader.integer(), netMinor: try reader.integer(),
                    discountMinor: try reader.integer()))
        }
        self.lines = lines
    }
}

/// What is wrong with a sale, for whoever sent it.
package enum SaleFault: Error, Equatable, Sendable {
    case noLines
    case tooManyLines(limit: Int)
    case textTooLong(field: String)
    case amountOutOfRange
    case timeOutOfRange
    /// The lines add up to this, not to the sale's total.
    case totalIsNotSum(ofLines: Int64)
    case negativeTotal
    /// Not one settlement for each line, or one that is not the line's.
    case settlementDoesNotFit
    /// The tenders add up to this, not to the sale's total.
    case tendersAreNotTotal(tendersMinor: Int64)
    /// Points or stored value without a member.
    case memberMissing
    /// A lot, a coupon or a wallet more than once.
    case namedTwice
    /// This branch may not spend so much of a lot: it holds less, or nothing.
    case insufficientRights(lot: RecordID, held: Int64)
    /// The lot has expired, is not to be spent yet, or is another member's.
    case notSpendable(lot: RecordID)
}

extension Sale {
    /// Amounts beyond this are a mistake; it keeps every sum of a chain's lifetime inside 64 bits.
    package static let amountMinorMax: Int64 = 1_000_000_000_000

    package func check() throws(SaleFault) {
        guard !lines.isEmpty else { throw .noLines }
        guard lines.count <= Self.linesMax else { throw .tooManyLines(limit: Self.linesMax) }
        guard till.unicodeScalars.count <= Self.textCharactersMax else { throw .textTooLong(field: "till") }
        guard reference.unicodeScalars.count <= Self.textCharactersMax else { throw .textTooLong(field: "reference") }
        guard occurredAtMilliseconds <= HybridTime.millisecondsMax else { throw .timeOutOfRange }
        for line in lines {
            guard line.product.unicodeScalars.count <= Self.textCharactersMax else {
                throw .textTooLong(field: "product")
            }
            guard [line.quantityMilli, line.netMinor, line.discountMinor].allSatisfy(Self.isInRange) else {
                throw .amountOutOfRange
            }
        }
        guard Self.isInRange(netMinor), Self.isInRange(points), points >= 0 else { throw .amountOutOfRange }
        guard netMinor >= 0 else { throw .negativeTotal }
        let sum = lines.reduce(0) { $0 + $1.netMinor }
        guard sum == netMinor else { throw .totalIsNotSum(ofLines: sum) }
        guard let settlement else { return }
        try settlement.check(lines: lines.count, netMinor: netMinor, hasMember: member != nil)
        guard settlement.pointsEarned == points else { throw .settlementDoesNotFit }
    }

    private static func isInRange(_ amount: Int64) -> Bool { (-amountMinorMax...amountMinorMax).contains(amount) }
}

/// How many points a sale earns: a rate as a fraction, rounded down once for the whole sale.
package struct EarningRule: Equatable, Sendable {
    package let revision: UInt32
    package let points: Int64
    package let perMinor: Int64

    /// One point for every 100 minor units.
    package static let standard = EarningRule(revision: 1, points: 1, perMinor: 100)

    /// - Parameter netMinor: not negative, at most `Sale.amountMinorMax`.
    package func points(forNetMinor netMinor: Int64) -> Int64 { netMinor * points / perMinor }

    package static func revision(_ revision: UInt32) -> EarningRule? {
        revision == standard.revision ? standard : nil
    }
}

extension Sale {
    /// A sale as a till reports it, with the total of its lines and the points that the rule in force gives a member.
    package static func earning(
        id: RecordID, member: RecordID?, till: String, reference: String, occurredAtMilliseconds: UInt64,
        businessDate: CivilDate, lines: [SaleLine], rule: EarningRule = .standard
    ) -> Sale {
        let net = lines.reduce(Int64(0)) { sum, line in
            let (next, overflowed) = sum.addingReportingOverflow(line.netMinor)
            return overflowed ? .max : next
        }
        let points = member == nil || !(0...amountMinorMax).contains(net) ? 0 : rule.points(forNetMinor: net)
        return Sale(
            id: id, member: member, till: till, reference: reference, occurredAtMilliseconds: occurredAtMilliseconds,
            businessDate: businessDate, netMinor: net, points: points, ruleRevision: rule.revision, lines: lines)
    }
}
