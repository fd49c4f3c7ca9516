import Loyalty
import Replication

/// What an operation does to the books, decided before it is logged and written with it.
struct BookDraft {
    let fact: Fact?
    let ledger: LedgerTable.Draft
    /// Why the hub objects; its effect stands nevertheless where `fact` is not nil.
    let objection: VerdictReason?
    /// False where its sale or top-up is in the books under another operation: only the ledger counts it, for its
    /// author may have spent of it already.
    let isFirst: Bool
}

extension WriteTransaction {
    /// - Parameter view: nil at the hub, the own rights at a node.
    func draft(
        _ fact: Fact?, by author: ActorID, of node: NodeID, view: RightsHolder?
    ) throws -> BookDraft {
        let books = BookTable(transaction: self)
        guard let fact else { return BookDraft(fact: nil, ledger: LedgerTable.Draft(), objection: nil, isFirst: true) }
        var isFirst = true
        var objection: VerdictReason?
        switch fact {
        case .sale(let sale):
            isFirst = try SaleTable(transaction: self).position(of: sale.id) == nil
            if !isFirst { objection = .duplicateSale }
        case .refund(let refund):
            guard try !isKnown(fact, books) else { return refused(.duplicateEntry) }
            guard try isAllowed(refund, by: node, books) else { return refused(.refundExceedsSale) }
        case .release(let release):
            guard try books.seller(of: release.sale)?.node == node else { return refused(.authority) }
        case .topUp:
            isFirst = try !isKnown(fact, books)
            if !isFirst { objection = .duplicateEntry }
        case .transfer, .booking:
            guard try !isKnown(fact, books) else { return refused(.duplicateEntry) }
        case .couponIssue(let issue):
            guard try issue.coupons.allSatisfy({ try CouponTable(transaction: self).read($0.id) == nil }) else {
                return refused(.duplicateEntry)
            }
        case .member, .decision, .couponVoid, .couponSpent, .programme, .tier, .unknown: break
        }
        let table = LedgerTable(transaction: self, view: view)
        let ledger = try table.draft(fact.postings(by: author, of: node), on: fact.spendingDate)
        // A branch takes nothing of a grant that is flagged, so that it must not leave the hub either.
        if ledger.isOverdrawn, case .transfer(let transfer) = fact, transfer.from == .hub { return refused(.overdrawn) }
        if ledger.isOverdrawn { objection = objection ?? .overdrawn }
        if ledger.isOutOfTime { objection = objection ?? .expired }
        return BookDraft(fact: fact, ledger: ledger, objection: objection, isFirst: isFirst)
    }

    private func refused(_ reason: VerdictReason) -> BookDraft {
        BookDraft(fact: nil, ledger: LedgerTable.Draft(), objection: reason, isFirst: true)
    }

    private func isKnown(_ fact: Fact, _ books: BookTable) throws -> Bool {
        guard let id = fact.businessID else { return false }
        return try books.position(of: id) != nil
    }

    /// The branch that sold takes back, until it has handed the right to the hub.
    private func isAllowed(_ refund: Refund, by node: NodeID, _ books: BookTable) throws -> Bool {
        guard let sold = try books.refundable(refund.sale) else { return false }
        #if DEBUG
            if bug == .refundedTwice || bug == .refundWithoutRelease { return true }
        #endif
        let isHolder = sold.isReleased ? node == .hub : sold.node == node
        return isHolder && sold.accepts(refund)
    }

    /// Folds what was drafted.
    func write(
        _ draft: BookDraft, of operation: Operation, at position: Int64, by node: NodeID, time: HybridTime,
        holding: Bool = false, view: RightsHolder?
    ) throws {
        let books = BookTable(transaction: self)
        switch draft.fact {
        case .member(let edit)?:
            enqueue(.write(edit.delta(dot: operation.dot, time: time), holding: holding), for: edit.member)
        case .sale(let sale)?:
            if draft.isFirst { try SaleTable(transaction: self).insert(sale, at: position, by: node) }
        case .decision(let decision)?:
            try statements[.insertDecision].run(
                .identifier(decision.caseID.value), .text(decision.outcome.rawValue), .text(decision.author),
                .text(decision.reason), .integer(position))
        case .refund(let refund)?: try books.insert(refund, at: position)
        case .topUp(let topUp)?: if draft.isFirst { try books.insert(topUp, at: position, by: node) }
        case .release(let release)?: try books.release(release.sale)
        case .booking(let booking)?: try books.insert(booking, at: position)
        case .couponIssue(let issue)?: try CouponTable(transaction: self).insert(issue, at: position)
        case .couponVoid(let void)?: try CouponTable(transaction: self).void(void.coupons)
        case .couponSpent(let spent)?: try CouponTable(transaction: self).close(spent.coupons)
        case .programme(let edit)?:
            try statements[.insertProgramme].run(
                .text(edit.item.category.rawValue), .text(edit.item.code), .integer(Int64(edit.item.revision)),
                .integer(position))
            changesProgramme = true
        case .tier(let change)?:
            try statements[.insertTierChange].run(
                .integer(position), .identifier(change.member.value), .text(change.tier),
                .optional(change.until?.text) { .text($0) }, .integer(change.isProvisional ? 1 : 0))
        case .transfer(let transfer)?: if view == nil { try note(transfer, to: operation.audience) }
        case .unknown?, nil: break
        }
        if case .sale? = draft.fact {
        } else if draft.isFirst, let id = draft.fact?.businessID {
            try books.note(id, at: position)
        }
        try LedgerTable(transaction: self, view: view).write(draft.ledger, at: position)
    }
}

extension WriteTransaction {
    /// A branch may hold rights before it has written anything: the hub learns here whose actor that is. What a lost
    /// branch has sold may come back elsewhere.
    private func note(_ transfer: Transfer, to audience: Audience) throws {
        if transfer.cause == .writeoff, case .actor(let lost) = transfer.from, let node = actors[lost]?.node {
            try BookTable(transaction: self).releaseAll(of: node)
        }
        guard case .nodes(let nodes) = audience, let node = nodes.first, case .actor(let actor) = transfer.to else {
            return
        }
        _ = try self.actor(actor, of: node)
    }
}

extension Fact {
    /// The business day by which lots that are spent must be spendable.
    fileprivate var spendingDate: CivilDate? {
        switch self {
        case .sale(let sale): sale.businessDate
        case .member, .decision, .transfer, .topUp, .refund, .release, .booking, .couponIssue, .couponVoid,
            .couponSpent, .programme, .tier, .unknown:
            nil
        }
    }
}
