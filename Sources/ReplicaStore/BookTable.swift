import Loyalty
import Replication

/// Sales, refunds, top-ups and corrections, line by line, as people and refunds look for them.
struct BookTable {
    let transaction: WriteTransaction

    private var statements: HotStatements { transaction.statements }

    /// Where something with this business id stands.
    func position(of id: RecordID) throws -> Int64? {
        try statements.first(.businessByID, .identifier(id.value)) { $0.integer(0) }
    }

    func note(_ id: RecordID, at position: Int64) throws {
        try statements[.insertBusiness].run(.identifier(id.value), .integer(position))
    }

    func insert(_ refund: Refund, at position: Int64) throws {
        try statements[.insertRefund].run(
            .integer(position), .identifier(refund.id.value), .identifier(refund.sale.value),
            .optional(refund.member?.value, SQLValue.identifier), .integer(Int64(refund.node.value)),
            .text(refund.till), .text(refund.cashier), .text(refund.reason), .unsigned(refund.occurredAtMilliseconds),
            .text(refund.businessDate.text), .integer(refund.netMinor))
        for line in refund.lines {
            let shares = line.shares
            try statements[.insertRefundLine].run(
                .identifier(refund.sale.value), .integer(Int64(line.line)), .integer(position),
                .integer(line.quantityMilli), .integer(line.netMinor), .integer(shares.couponMinor),
                .integer(shares.pointsMinor), .integer(shares.principalMinor), .integer(shares.bonusMinor),
                .integer(shares.pointsEarned), .integer(shares.growthEarned))
        }
        try insert(refund.tenders, at: position)
    }

    func insert(_ topUp: TopUp, at position: Int64, by node: NodeID) throws {
        try statements[.insertTopUp].run(
            .integer(position), .identifier(topUp.id.value), .integer(Int64(node.value)),
            .identifier(topUp.member.value), .text(topUp.wallet), .text(topUp.plan),
            .integer(Int64(topUp.planRevision)), .text(topUp.till), .text(topUp.cashier),
            .unsigned(topUp.occurredAtMilliseconds), .text(topUp.businessDate.text), .integer(topUp.principalMinor),
            .integer(topUp.bonusMinor))
        try insert([Tender(kind: topUp.tender, amountMinor: topUp.principalMinor, reference: "")], at: position)
    }

    func insert(_ booking: Booking, at position: Int64) throws {
        try statements[.insertBooking].run(
            .integer(position), .identifier(booking.id.value), .text(booking.cause.rawValue),
            .optional(booking.reference?.value, SQLValue.identifier), .text(booking.author), .text(booking.reason),
            .text(booking.businessDate.text))
    }

    func insert(_ tenders: [Tender], at position: Int64) throws {
        for (index, tender) in tenders.enumerated() {
            try statements[.insertTender].run(
                .integer(position), .integer(Int64(index + 1)), .text(tender.kind.rawValue),
                .integer(tender.amountMinor), .text(tender.reference))
        }
    }

    // MARK: Refunds

    struct SoldBy: Equatable {
        let position: Int64
        let node: NodeID
        let isReleased: Bool
    }

    func seller(of sale: RecordID) throws -> SoldBy? {
        try statements.first(.sellerOfSale, .identifier(sale.value)) { row in
            SoldBy(
                position: row.integer(0), node: NodeID(UInt32(truncatingIfNeeded: row.integer(1))),
                isReleased: row.integer(2) != 0)
        }
    }

    func release(_ sale: RecordID) throws { try statements[.releaseSale].run(.identifier(sale.value)) }

    func refunds(of sale: RecordID) throws -> [Refund] {
        var positions: [Int64] = []
        try statements.each(.refundsOfSale, [.identifier(sale.value)]) { positions.append($0.integer(0)) }
        return try positions.compactMap { position in
            guard case .refund(let refund)? = try transaction.operation(at: position).flatMap(Fact.init) else {
                return nil
            }
            return refund
        }
    }

    /// Whether no line of the sale would come back more than whole.
    func holds(_ refund: Refund) throws -> Bool {
        try refund.lines.allSatisfy { line in
            try statements.first(
                .refundLeft, .identifier(refund.sale.value), .integer(Int64(line.line))
            ) { row in row.integer(0) >= line.quantityMilli && row.integer(1) >= line.netMinor } ?? false
        }
    }
}
