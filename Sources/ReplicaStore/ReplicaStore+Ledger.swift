package import Loyalty
package import Replication

/// What a replica writes into the ledger of its own, and reads of it for the next decision.
extension ReplicaStore {
    package enum LedgerOutcome: Equatable, Sendable {
        case recorded
        /// The same content under the same id: whoever did not hear the answer asks again.
        case repeated
        /// The id belongs to something else.
        case different
        case refused(LedgerFault)
    }

    /// What a sale spends must be its member's, this replica's to spend, and in date.
    func check(_ sale: Sale, in transaction: WriteTransaction) throws(SaleFault) {
        guard let settlement = sale.settlement, let holder else { return }
        #if DEBUG
            if faults.bug == .spendsWithoutLooking { return }
        #endif
        let table = LedgerTable(transaction: transaction, view: holder)
        let coupons = settlement.coupons.filter { $0.mode == .right }.map { LotSpend(lot: $0.coupon, amount: 1) }
        for spend in settlement.spends + coupons {
            let lot = (try? table.read(spend.lot)) ?? nil
            guard let lot, lot.right(of: holder) >= spend.amount else {
                throw .insufficientRights(lot: spend.lot, held: lot?.right(of: holder) ?? 0)
            }
            guard lot.terms.isSpendable(on: sale.businessDate) else { throw .notSpendable(lot: spend.lot) }
            #if DEBUG
                if faults.bug == .othersLotsAreSpent { continue }
            #endif
            guard (try? table.isOwn(lot.terms, of: sale.member)) ?? false else { throw .notSpendable(lot: spend.lot) }
        }
    }

    /// At a node.
    package func record(_ topUp: TopUp, at nowMilliseconds: UInt64) throws -> LedgerOutcome {
        guard topUp.isWellFormed else { return .refused(.malformed) }
        return try record(.topUp(topUp), id: topUp.id, at: nowMilliseconds)
    }

    /// At the node that sold, as long as it has not handed the right to the hub.
    package func record(_ refund: Refund, at nowMilliseconds: UInt64) throws -> LedgerOutcome {
        guard refund.isWellFormed else { return .refused(.malformed) }
        return try record(.refund(refund), id: refund.id, at: nowMilliseconds)
    }

    /// A node hands the right to refund a sale to the hub. Nothing is written where it has none.
    package func release(_ sale: RecordID, at nowMilliseconds: UInt64) throws -> LedgerOutcome {
        let (observed, time) = (observed, tick(nowMilliseconds: nowMilliseconds))
        return try write { transaction in
            let seller = try BookTable(transaction: transaction).seller(of: sale)
            guard let seller, seller.node == identity.node else { return .refused(.unknownSale) }
            guard !seller.isReleased else { return .repeated }
            let fact = Fact.release(Release(sale: sale))
            try log(own(fact, at: time, observed, transaction), saying: fact, in: transaction)
            return .recorded
        }
    }

    /// A node hands rights back to the hub, as much as it has of what is asked for; nothing is written where that is
    /// nothing.
    package func giveBack(
        _ wanted: [LotSpend], because cause: Transfer.Cause, reference: RecordID?, id: RecordID,
        at nowMilliseconds: UInt64
    ) throws -> [LotSpend] {
        let (observed, time) = (observed, tick(nowMilliseconds: nowMilliseconds))
        guard let holder else { return [] }
        return try write { transaction in
            let table = LedgerTable(transaction: transaction, view: holder)
            let items = try wanted.prefix(Transfer.itemsMax).compactMap { spend -> Transfer.Item? in
                guard let lot = try table.read(spend.lot) else { return nil }
                let amount = min(spend.amount, lot.right(of: holder))
                return amount > 0 ? Transfer.Item(terms: lot.terms, amount: amount) : nil
            }
            guard !items.isEmpty, try BookTable(transaction: transaction).position(of: id) == nil else { return [] }
            let transfer = Transfer(
                id: id, from: holder, to: .hub, cause: cause, reference: reference, items: items)
            try log(
                own(.transfer(transfer), at: time, observed, transaction), saying: .transfer(transfer),
                in: transaction)
            return items.map { LotSpend(lot: $0.terms.id, amount: $0.amount) }
        }
    }

    private func record(_ fact: Fact, id: RecordID, at nowMilliseconds: UInt64) throws -> LedgerOutcome {
        let (observed, time) = (observed, tick(nowMilliseconds: nowMilliseconds))
        return try write { transaction in
            if let position = try BookTable(transaction: transaction).position(of: id) {
                return try transaction.operation(at: position)?.publicBody == fact.publicBody ? .repeated : .different
            }
            let draft = try transaction.draft(fact, by: identity.actor, of: identity.node, view: holder)
            if let objection = draft.objection, !isOverlooked(objection) { return .refused(LedgerFault(objection)) }
            try log(own(fact, at: time, observed, transaction), saying: fact, in: transaction)
            return .recorded
        }
    }

    private func isOverlooked(_ objection: VerdictReason) -> Bool {
        #if DEBUG
            faults.bug == .clawbackBelowZero && objection == .overdrawn
        #else
            false
        #endif
    }

    /// At the hub: a word of headquarters' on the ledger, to be put through `accept` like everybody's.
    ///
    /// - Parameter others: how many operations of the same batch stand before it.
    package func draft(
        _ fact: Fact, for audience: Audience, at nowMilliseconds: UInt64, behind others: UInt64 = 0
    ) -> Operation {
        let sequence = (actors[identity.actor]?.lastSequence ?? 0) + others + 1
        return Operation(
            dot: Dot(identity.actor, sequence), observed: observed, time: tick(nowMilliseconds: nowMilliseconds),
            audience: audience, kind: fact.kind, publicBody: fact.publicBody, personal: nil)
    }

    // MARK: Reading

    /// Every lot that this replica knows of a member and of whoever is the same person, with what they owe.
    package func account(of member: RecordID) throws -> MemberAccount {
        try read { try ReplicaReader.account(of: member, in: $0) }
    }

    /// The same without lots in which nothing is left: what decisions are made on, as quick for somebody who has come
    /// for years.
    package func liveAccount(of member: RecordID) throws -> MemberAccount {
        try read { try ReplicaReader.account(of: member, isLive: true, in: $0) }
    }

    /// All members who are the same person as this one, itself included, ascending.
    package func person(of member: RecordID) throws -> [RecordID] {
        try read { try ReplicaReader.person(of: member, in: $0) }
    }

    /// What the member, and whoever is the same person, owes.
    package func debts(of member: RecordID) throws -> [MemberAccount.Debt] {
        try read { database in
            try ReplicaReader.person(of: member, in: database).flatMap {
                try ReplicaReader.debts(under: $0, in: database)
            }
        }
    }

    /// What a refund of this sale looks at: the member's lots, and the coupons that were used, a bearer's among them.
    package func account(toRefund sold: RefundableSale) throws -> MemberAccount {
        let account = try sold.sale.member.map(account(of:)) ?? MemberAccount(members: [], lots: [], debts: [])
        let known = Set(account.lots.map(\.terms.id))
        let coupons = (sold.sale.settlement?.coupons ?? []).map(\.coupon).filter { !known.contains($0) }
        return MemberAccount(
            members: account.members, lots: try account.lots + coupons.compactMap(lot), debts: account.debts)
    }

    package func lot(_ id: RecordID) throws -> Lot? {
        try read { try ReplicaReader.lot(id, in: $0) }
    }

    package func programme() throws -> Programme {
        if let known = knownProgramme { return known }
        let programme = try read { try ReplicaReader.programme(in: $0) }
        knownProgramme = programme
        return programme
    }

    /// What a sale's lines have given back so far, and who may take the rest back.
    package func refundable(_ sale: RecordID) throws -> RefundableSale? {
        let sold = try read { try ReplicaReader.refundable(sale, in: $0) }
        #if DEBUG
            if faults.bug == .refundedTwice, let sold {
                return RefundableSale(
                    sale: sold.sale, node: sold.node, author: sold.author, isReleased: sold.isReleased, refunds: [])
            }
        #endif
        return sold
    }

    /// The operation in which this business id had its effect.
    package func operation(under id: RecordID) throws -> Operation? {
        try look { transaction in
            let position = try BookTable(transaction: transaction).position(of: id)
            return try position.flatMap(transaction.operation(at:))
        }
    }
}

/// Why a movement was not written.
package enum LedgerFault: Error, Equatable, Sendable {
    case malformed
    /// It would take more than this replica has the right to.
    case insufficientRights
    /// More than is left of the sale, or this branch has not sold it, or has handed its right to the hub.
    case notRefundable
    case unknownSale

    init(_ objection: VerdictReason) {
        switch objection {
        case .overdrawn: self = .insufficientRights
        case .refundExceedsSale: self = .notRefundable
        case _: self = .malformed
        }
    }
}
