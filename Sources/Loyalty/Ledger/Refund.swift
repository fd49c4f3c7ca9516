package import LineCodec
package import Replication

/// Goods come back, all or some of a sale's lines. What was spent goes back to the same lots, what was earned is taken
/// back; what is gone by then becomes the member's debt, which later earnings pay first.
package struct Refund: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        /// From 1, as on the sale.
        package let line: UInt32
        package let quantityMilli: Int64
        package let netMinor: Int64
        /// The points that are given back for `shares.pointsMinor`.
        package let pointsSpent: Int64
        /// The shares of it that were paid in kind, and the points that it had earned.
        package let shares: LineSettlement

        package init(
            line: UInt32, quantityMilli: Int64, netMinor: Int64, pointsSpent: Int64, shares: LineSettlement
        ) {
            self.line = line
            self.quantityMilli = quantityMilli
            self.netMinor = netMinor
            self.pointsSpent = pointsSpent
            self.shares = shares
        }
    }

    package struct Debt: Equatable, Sendable {
        package let wallet: String
        package let amount: Int64

        package init(wallet: String, amount: Int64) {
            self.wallet = wallet
            self.amount = amount
        }
    }

    package let id: RecordID
    package let sale: RecordID
    package let member: RecordID?
    /// Where the goods were handed back.
    package let node: NodeID
    package let till: String
    package let cashier: String
    package let reason: String
    package let occurredAtMilliseconds: UInt64
    package let businessDate: CivilDate
    package let lines: [Line]
    package let tenders: [Tender]
    /// To the lots that the sale had spent.
    package let restored: [LotSpend]
    /// In the place of lots that have expired: new ones, a little longer valid.
    package let renewed: [Transfer.Item]
    /// From rights that the author holds.
    package let clawedBack: [LotSpend]
    package let debts: [Debt]
    /// Coupons that may be used again: only when everything came back.
    package let coupons: [RecordID]

    package init(
        id: RecordID, sale: RecordID, member: RecordID?, node: NodeID, till: String, cashier: String, reason: String,
        occurredAtMilliseconds: UInt64, businessDate: CivilDate, lines: [Line], tenders: [Tender],
        restored: [LotSpend], renewed: [Transfer.Item], clawedBack: [LotSpend], debts: [Debt], coupons: [RecordID]
    ) {
        self.id = id
        self.sale = sale
        self.member = member
        self.node = node
        self.till = till
        self.cashier = cashier
        self.reason = reason
        self.occurredAtMilliseconds = occurredAtMilliseconds
        self.businessDate = businessDate
        self.lines = lines
        self.tenders = tenders
        self.restored = restored
        self.renewed = renewed
        self.clawedBack = clawedBack
        self.debts = debts
        self.coupons = coupons
    }

    package static let kind = OperationKind(rawValue: "refund")

    package var netMinor: Int64 { lines.reduce(0) { $0 + $1.netMinor } }

    package var isWellFormed: Bool {
        !lines.isEmpty && occurredAtMilliseconds <= HybridTime.millisecondsMax && BookingText.fits(cashier, reason)
            && till.unicodeScalars.count <= Sale.textCharactersMax
            && lines.allSatisfy {
                $0.line > 0 && Settlement.isAmount($0.netMinor) && Settlement.isAmount($0.quantityMilli)
                    && Settlement.isAmount($0.pointsSpent)
            }
            && lines.allSatisfy { $0.shares.amounts.allSatisfy(Settlement.isAmount) }
            && Set(lines.map(\.line)).count == lines.count && tenders.allSatisfy { Settlement.isAmount($0.amountMinor) }
            && tenders.reduce(0) { $0 + $1.amountMinor } == netMinor
            && (restored + clawedBack).allSatisfy { (1...Lot.amountMax).contains($0.amount) }
            && debts.allSatisfy { (1...Lot.amountMax).contains($0.amount) }
            && renewed.allSatisfy { (1...Lot.amountMax).contains($0.amount) && $0.terms.isWellFormed }
            && (member != nil || (clawedBack.isEmpty && debts.isEmpty))
            && Set(restored.map(\.lot)).count == restored.count && Set(clawedBack.map(\.lot)).count == clawedBack.count
    }
}

extension Refund {
    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 256 + 64 * lines.count)
        writer.identifier(id.value)
        writer.identifier(sale.value)
        writer.optional(member?.value) { $0.identifier($1) }
        writer.integer(node.value)
        writer.text(till)
        writer.text(cashier)
        writer.text(reason)
        writer.integer(occurredAtMilliseconds)
        writer.text(businessDate.text)
        writer.list(lines) { writer, line in
            writer.integer(line.line)
            writer.integer(line.quantityMilli)
            writer.integer(line.netMinor)
            writer.integer(line.pointsSpent)
            line.shares.write(to: &writer)
        }
        writer.list(tenders) { $0.tender($1) }
        writer.list(restored) { $0.spend($1) }
        writer.list(renewed) { writer, item in
            writer.terms(item.terms)
            writer.integer(item.amount)
        }
        writer.list(clawedBack) { $0.spend($1) }
        writer.list(debts) { writer, debt in
            writer.text(debt.wallet)
            writer.integer(debt.amount)
        }
        writer.list(coupons) { $0.identifier($1.value) }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        id = try reader.record()
        sale = try reader.record()
        member = try reader.optionalRecord()
        node = NodeID(try reader.integer())
        till = try reader.text()
        cashier = try reader.text()
        reason = try reader.text()
        occurredAtMilliseconds = try reader.integer()
        businessDate = try reader.date()
        lines = try reader.list(atMost: Sale.linesMax) { reader throws(LineError) in
            Line(
                line: try reader.integer(), quantityMilli: try reader.integer(), netMinor: try reader.integer(),
                pointsSpent: try reader.integer(), shares: try LineSettlement(from: &reader))
        }
        tenders = try reader.list(atMost: Settlement.tendersMax) { reader throws(LineError) in try reader.tender() }
        restored = try reader.list(atMost: Settlement.spendsMax) { reader throws(LineError) in try reader.spend() }
        renewed = try reader.list(atMost: Settlement.spendsMax) { reader throws(LineError) in
            Transfer.Item(terms: try reader.terms(), amount: try reader.integer())
        }
        clawedBack = try reader.list(atMost: Settlement.spendsMax) { reader throws(LineError) in try reader.spend() }
        debts = try reader.list(atMost: Settlement.accrualsMax) { reader throws(LineError) in
            Debt(wallet: try reader.text(), amount: try reader.integer())
        }
        coupons = try reader.list(atMost: Settlement.couponsMax) { reader throws(LineError) in try reader.record() }
        try reader.end()
    }
}

/// A branch hands the right to refund one of its sales to the hub, for good.
package struct Release: Equatable, Sendable {
    package let sale: RecordID

    package init(sale: RecordID) { self.sale = sale }

    package static let kind = OperationKind(rawValue: "release")

    package func publicBody() -> [UInt8] {
        var writer = LineWriter()
        writer.identifier(sale.value)
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        sale = try reader.record()
        try reader.end()
    }
}
