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
        /// The sale is in the books already, from another node.
        var isAgain = false
    }

    func seller(of sale: RecordID) throws -> SoldBy? {
        try statements.first(.sellerOfSale, .identifier(sale.value)) { row in
            SoldBy(
                position: row.integer(0), node: NodeID(UInt32(truncatingIfNeeded: row.integer(1))),
                isReleased: row.integer(2) != 0)
        }
    }

    /// The sale as far as a node may take it back: its own recording of it, or the first where the hub asks. What is
    /// recorded at two nodes was sold twice, and each takes back what it has sold itself.
    func seller(of sale: RecordID, for node: NodeID) throws -> SoldBy? {
        guard let first = try seller(of: sale), first.node != node, node != .hub else { return try seller(of: sale) }
        guard let position = try position(of: Self.recordedAgain(sale, at: node)) else { return first }
        return SoldBy(position: position, node: node, isReleased: false, isAgain: true)
    }

    func noteAgain(_ sale: RecordID, at position: Int64, by node: NodeID) throws {
        guard try seller(of: sale, for: node)?.node != node else { return }
        try note(Self.recordedAgain(sale, at: node), at: position)
    }

    private static func recordedAgain(_ sale: RecordID, at node: NodeID) -> RecordID {
        .derived("recorded again", sale.value, UInt128(node.value), "")
    }

    func release(_ sale: RecordID) throws { try statements[.releaseSale].run(.identifier(sale.value)) }

    /// The sale and what came back of it to its seller, or to the hub in the first seller's place.
    func refundable(from seller: SoldBy) throws -> RefundableSale? {
        guard let sold = try transaction.operation(at: seller.position), case .sale(let sale)? = Fact(sold) else {
            return nil
        }
        var positions: [Int64] = []
        try statements.each(.refundsOfSale, [.identifier(sale.id.value)]) { positions.append($0.integer(0)) }
        let refunds = try positions.compactMap { position -> Refund? in
            guard let operation = try transaction.operation(at: position), case .refund(let refund)? = Fact(operation)
            else { return nil }
            let author = transaction.actors[operation.dot.actor]?.node
            return author == seller.node || !seller.isAgain && author == .hub ? refund : nil
        }
        return RefundableSale(
            sale: sale, node: seller.node, author: sold.dot.actor, isReleased: seller.isReleased, refunds: refunds)
    }

    // MARK: Branches that were written off

    /// Whether a person has taken from an actor what it held, and it has not said yet that it knows.
    func isSealed(_ actor: ActorID) throws -> Bool {
        #if DEBUG
            if transaction.bug == .sealedBranchIsGivenRights { return false }
        #endif
        var number: UInt128 = 0
        while let position = try position(of: Self.seal(actor, number)) {
            guard let writeOff = try transfer(at: position),
                try self.position(of: Transfer.id(surrenderingTo: writeOff.id)) != nil
            else { return true }
            number += 1
        }
        return false
    }

    func seal(_ actor: ActorID, at position: Int64) throws {
        var number: UInt128 = 0
        while try self.position(of: Self.seal(actor, number)) != nil { number += 1 }
        try note(Self.seal(actor, number), at: position)
    }

    /// Whether the transfer answers a write-off of its author.
    func isDue(_ surrender: Transfer) throws -> Bool {
        guard let reference = surrender.reference, let position = try position(of: reference),
            let writeOff = try transfer(at: position)
        else { return false }
        return writeOff.cause == .writeoff && writeOff.from == surrender.from
    }

    private static func seal(_ actor: ActorID, _ number: UInt128) -> RecordID {
        .derived("seal", actor.value, number, "")
    }

    private func transfer(at position: Int64) throws -> Transfer? {
        guard case .transfer(let transfer)? = try transaction.operation(at: position).flatMap(Fact.init) else {
            return nil
        }
        return transfer
    }

    /// All that a holder has, by lot.
    func rights(of holder: RightsHolder) throws -> [LotSpend] {
        var rights: [LotSpend] = []
        try statements.each(.rightsOfHolder, [.identifier(holder.value)]) { row in
            rights.append(LotSpend(lot: RecordID(row.identifier(0)), amount: row.integer(1)))
        }
        return rights
    }

    /// A lost branch's sales may come back anywhere, and nowhere by itself.
    func releaseAll(of node: NodeID) throws {
        try statements[.releaseSalesOfNode].run(.integer(Int64(node.value)))
    }
}
