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
    /// Where the sale stands that a refund is of.
    var soldAt: Int64?
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
        var soldAt: Int64?
        switch fact {
        case .sale(let sale):
            isFirst = try SaleTable(transaction: self).position(of: sale.id) == nil
            if !isFirst { objection = .duplicateSale }
        case .refund(let refund):
            guard try !isKnown(fact, books) else { return refused(.duplicateEntry) }
            guard let seller = try seller(allowing: refund, by: node, books) else { return refused(.refundExceedsSale) }
            soldAt = seller.position
            if seller.isAgain { objection = .duplicateSale }
        case .release(let release):
            guard try books.seller(of: release.sale)?.node == node else { return refused(.authority) }
        case .topUp:
            isFirst = try !isKnown(fact, books)
            if !isFirst { objection = .duplicateEntry }
        case .transfer(let transfer):
            guard try !isKnown(fact, books) else { return refused(.duplicateEntry) }
            if view == nil, try !isOpen(transfer, books) { return refused(.authority) }
        case .booking: guard try !isKnown(fact, books) else { return refused(.duplicateEntry) }
        case .couponIssue(let issue):
            guard try issue.coupons.allSatisfy({ try CouponTable(transaction: self).read($0.id) == nil }) else {
                return refused(.duplicateEntry)
            }
        case .member, .decision, .couponVoid, .couponSpent, .programme, .tier, .unknown: break
        }
        let table = LedgerTable(transaction: self, view: view)
        let postings = try fact.postings(by: author, of: node) + surrendered(by: fact, books)
        let ledger = try table.draft(postings, on: fact.spendingDate)
        // A branch takes nothing of a grant that is flagged, so that it must not leave the hub either.
        if ledger.isOverdrawn, case .transfer(let transfer) = fact, transfer.from == .hub { return refused(.overdrawn) }
        if ledger.isOverdrawn { objection = objection ?? .overdrawn }
        if ledger.isOutOfTime { objection = objection ?? .expired }
        if objection == nil, try takesOthers(fact, ledger, table) { objection = .foreignLot }
        return BookDraft(fact: fact, ledger: ledger, objection: objection, isFirst: isFirst, soldAt: soldAt)
    }

    private func takesOthers(_ fact: Fact, _ ledger: LedgerTable.Draft, _ table: LedgerTable) throws -> Bool {
        #if DEBUG
            if bug == .foreignLotsPass { return false }
        #endif
        guard let taken = fact.takenFromMember else { return false }
        return try taken.lots.contains { id in
            guard let lot = ledger.lots[id] else { return false }
            return try !table.isOwn(lot.terms, of: taken.member)
        }
    }

    /// Nothing is given to a branch that was written off and does not know it yet; and only such a one surrenders.
    private func isOpen(_ transfer: Transfer, _ books: BookTable) throws -> Bool {
        switch (transfer.cause, transfer.to) {
        case (.grant, .actor(let actor)), (.allowance, .actor(let actor)): try !books.isSealed(actor)
        case (.surrender, _): try books.isDue(transfer)
        case (.grant, .hub), (.allowance, .hub), (.recall, _), (.giveBack, _), (.writeoff, _): true
        }
    }

    /// What a holder has at this place of the log: here as at the other side, whatever has happened between.
    private func surrendered(by fact: Fact, _ books: BookTable) throws -> [Posting] {
        guard case .transfer(let transfer) = fact, transfer.cause == .surrender else { return [] }
        return try books.rights(of: transfer.from).map {
            .entry(LedgerEntry(.transfer, lot: $0.lot, from: transfer.from, to: .hub, amount: $0.amount))
        }
    }

    private func refused(_ reason: VerdictReason) -> BookDraft {
        BookDraft(fact: nil, ledger: LedgerTable.Draft(), objection: reason, isFirst: true)
    }

    private func isKnown(_ fact: Fact, _ books: BookTable) throws -> Bool {
        guard let id = fact.businessID else { return false }
        return try books.position(of: id) != nil
    }

    /// The branch that sold takes back, until it has handed the right to the hub.
    private func seller(allowing refund: Refund, by node: NodeID, _ books: BookTable) throws -> BookTable.SoldBy? {
        #if DEBUG
            let recording = bug == .secondSellerForgotten ? NodeID.hub : node
        #else
            let recording = node
        #endif
        guard let seller = try books.seller(of: refund.sale, for: recording),
            let sold = try books.refundable(from: seller)
        else { return nil }
        #if DEBUG
            if bug == .refundedTwice || bug == .refundWithoutRelease { return seller }
        #endif
        let isHolder = sold.isReleased ? node == .hub : sold.node == node
        return isHolder && sold.accepts(refund) ? seller : nil
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
            if draft.isFirst {
                try SaleTable(transaction: self).insert(sale, at: position, by: node)
            } else {
                try books.noteAgain(sale.id, at: position, by: node)
            }
        case .decision(let decision)?:
            try statements[.insertDecision].run(
                .identifier(decision.caseID.value), .text(decision.outcome.rawValue), .text(decision.author),
                .text(decision.reason), .integer(position))
        case .refund(let refund)?: try books.insert(refund, at: position)
        case .topUp(let topUp)?: if draft.isFirst { try books.insert(topUp, at: position, by: node) }
        case .release(let release)?: try books.release(release.sale)
        case .booking(let booking)?: try books.insert(booking, at: position)
        case .couponIssue(let issue)?: try CouponTable(transaction: self).insert(issue, at: position)
        case .couponVoid(let void)?: try CouponTable(transaction: self).void(void.coupons, at: position)
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
        case .transfer(let transfer)?:
            if view == nil { try note(transfer, to: operation.audience, at: position) }
            if transfer.cause == .surrender { try books.releaseAll(of: node) }
        case .unknown?, nil: break
        }
        if case .sale? = draft.fact {
        } else if draft.isFirst, let id = draft.fact?.businessID {
            try books.note(id, at: position)
        }
        try LedgerTable(transaction: self, view: view).write(draft.ledger, at: position, soldAt: draft.soldAt)
    }
}

extension WriteTransaction {
    /// A branch may hold rights before it has written anything: the hub learns here whose actor that is. What a lost
    /// branch has sold may come back elsewhere.
    private func note(_ transfer: Transfer, to audience: Audience, at position: Int64) throws {
        if transfer.cause == .writeoff, case .actor(let lost) = transfer.from {
            let books = BookTable(transaction: self)
            try books.seal(lost, at: position)
            if let node = actors[lost]?.node { try books.releaseAll(of: node) }
        }
        guard case .nodes(let nodes) = audience, let node = nodes.first, case .actor(let actor) = transfer.to else {
            return
        }
        _ = try self.actor(actor, of: node)
    }
}

extension Fact {
    /// The lots that have to be the member's; nil where nothing of a member's is taken.
    fileprivate var takenFromMember: (member: RecordID?, lots: [RecordID])? {
        switch self {
        case .sale(let sale): sale.settlement.map { (sale.member, $0.spends.map(\.lot) + $0.coupons.map(\.coupon)) }
        case .refund(let refund): (refund.member, refund.clawedBack.map(\.lot))
        case .member, .decision, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .tier, .unknown:
            nil
        }
    }

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
