import Loyalty
import Replication

/// Lots, the rights to them, and every movement: the ledger's fold on the disk.
struct LedgerTable {
    let transaction: WriteTransaction
    /// Nil at the hub, which looks into all holders; a node looks into its own rights.
    let view: RightsHolder?

    /// What an operation would do to the ledger, counted before anything is written.
    struct Draft {
        struct Line {
            let posting: Posting
            let lacking: Int64
        }

        fileprivate(set) var lots: [RecordID: Lot] = [:]
        fileprivate(set) var lines: [Line] = []
        /// Somebody spent or handed on what they had not.
        fileprivate(set) var isOverdrawn = false
        /// Something was spent on a day on which it may not be.
        fileprivate(set) var isOutOfTime = false
    }

    private var statements: HotStatements { transaction.statements }

    /// - Parameter date: the business day of the operation, where it spends.
    func draft(_ postings: [Posting], on date: CivilDate?) throws -> Draft {
        var draft = Draft()
        for posting in postings {
            switch posting {
            case .open(let terms):
                if try lot(terms.id, in: &draft) == nil { draft.lots[terms.id] = Lot(terms: terms) }
            case .entry(let entry):
                guard let entry = view.map(entry.seen(by:)) ?? entry else { continue }
                if try apply(entry, on: date, to: &draft) { draft.isOverdrawn = true }
            case .attempt(let entry):
                guard let entry = view.map(entry.seen(by:)) ?? entry else { continue }
                _ = try apply(entry, on: date, to: &draft)
            case .owe, .settle, .charge, .redeem, .unredeem:
                draft.lines.append(Draft.Line(posting: posting, lacking: 0))
            }
        }
        return draft
    }

    /// True where something was lacking.
    private func apply(_ entry: LedgerEntry, on date: CivilDate?, to draft: inout Draft) throws -> Bool {
        var lacking = entry.amount
        if var lot = try lot(entry.lot, in: &draft) {
            if let date, entry.kind == .spend, !lot.terms.isSpendable(on: date) { draft.isOutOfTime = true }
            #if DEBUG
                lacking = transaction.apply(entry, to: &lot, isAtHub: view == nil)
                guard entry.amount > 0 else {
                    draft.lots[entry.lot] = lot
                    return false
                }
            #else
                lacking = lot.apply(entry)
            #endif
            draft.lots[entry.lot] = lot
        }
        draft.lines.append(Draft.Line(posting: .entry(entry), lacking: lacking))
        return lacking > 0
    }

    /// From the draft, or else from the disk.
    private func lot(_ id: RecordID, in draft: inout Draft) throws -> Lot? {
        if let lot = draft.lots[id] { return lot }
        let lot = try read(id)
        draft.lots[id] = lot
        return lot
    }

    func read(_ id: RecordID) throws -> Lot? {
        guard let row = try statements.first(.readLot, .identifier(id.value), read: LotRow.init) else { return nil }
        return row.lot(rights: try rights(of: id))
    }

    /// Whether a member may spend of a lot: a bearer's, their own, or that of whoever is the same person.
    func isOwn(_ lot: LotTerms, of member: RecordID?) throws -> Bool {
        guard let owner = lot.member, owner != member else { return true }
        guard let member else { return false }
        let linked = try statements[.linkedMembers]
        return try Person.members(with: member) { try Person.linked(to: $0, by: linked) }.contains(owner)
    }

    private func rights(of lot: RecordID) throws -> [RightsHolder: Int64] {
        var rights: [RightsHolder: Int64] = [:]
        try statements.each(.readRights, [.identifier(lot.value)]) { row in
            rights[RightsHolder(value: row.identifier(0))] = row.integer(1)
        }
        return rights
    }

    /// - Parameter soldAt: where the sale stands that came back.
    func write(_ draft: Draft, at position: Int64, soldAt: Int64?) throws {
        for (id, lot) in draft.lots.sorted(by: { $0.key < $1.key }) { try write(lot, id) }
        for (index, line) in draft.lines.enumerated() {
            if case .unredeem(let coupon, _) = line.posting, let soldAt {
                try statements[.undoRedemption].run(.identifier(coupon.value), .integer(soldAt))
            } else {
                try write(line, at: position, index + 1)
            }
        }
    }

    func write(_ lot: Lot, _ id: RecordID) throws {
        let held = try rights(of: id)
        try statements.run(.writeLot, LotRow.values(lot))
        for holder in Set(held.keys).union(lot.rights.keys).sorted() where held[holder] != lot.rights[holder] {
            if let amount = lot.rights[holder] {
                try statements[.writeRight].run(.identifier(id.value), .identifier(holder.value), .integer(amount))
            } else {
                try statements[.deleteRight].run(.identifier(id.value), .identifier(holder.value))
            }
        }
    }

    private func write(_ line: Draft.Line, at position: Int64, _ number: Int) throws {
        switch line.posting {
        case .open, .unredeem: break
        case .entry(let entry), .attempt(let entry):
            try statements[.insertLedger].run(
                .integer(position), .integer(Int64(number)), .text(entry.kind.rawValue), .identifier(entry.lot.value),
                .optional(entry.from?.value, SQLValue.identifier), .optional(entry.to?.value, SQLValue.identifier),
                .null, .null, .integer(entry.amount), .integer(line.lacking))
        case .owe(let member, let wallet, let amount):
            try writeDebt("debt", member, wallet, amount, at: position, number)
            try statements[.addDebt].run(.identifier(member.value), .text(wallet), .integer(amount))
        case .settle(let member, let wallet, let amount): try settle(member, wallet, amount)
        case .charge(let charge): try write(charge, at: position, number)
        case .redeem(let redemption):
            try statements[.insertRedemption].run(
                .identifier(redemption.coupon.value), .identifier(redemption.sale.value), .integer(position),
                .text(redemption.mode.rawValue), .integer(redemption.discountMinor))
        }
    }

    private func write(_ charge: BranchCharge, at position: Int64, _ number: Int) throws {
        try statements[.insertCharge].run(
            .integer(position), .integer(Int64(number)), .integer(Int64(charge.node.value)),
            .text(charge.item.rawValue), .text(charge.code), .integer(charge.amount),
            .optional(charge.sale?.value, SQLValue.identifier))
        try statements[.addToBranch].run(
            .integer(Int64(charge.node.value)), .text(charge.item.rawValue), .text(charge.code),
            .integer(charge.amount))
    }

    private func writeDebt(
        _ kind: String, _ member: RecordID, _ wallet: String, _ amount: Int64, at position: Int64, _ number: Int
    ) throws {
        try statements[.insertLedger].run(
            .integer(position), .integer(Int64(number)), .text(kind), .null, .null, .null,
            .identifier(member.value), .text(wallet), .integer(amount), .integer(0))
    }

    /// What is paid beyond the debt has still been taken from the lot; `repayment` entries never ask for more.
    private func settle(_ member: RecordID, _ wallet: String, _ amount: Int64) throws {
        let owed = try statements.first(.readDebt, .identifier(member.value), .text(wallet)) { $0.integer(0) } ?? 0
        if owed > amount {
            try statements[.setDebt].run(.identifier(member.value), .text(wallet), .integer(owed - amount))
        } else {
            try statements[.deleteDebt].run(.identifier(member.value), .text(wallet))
        }
    }
}

/// How a lot stands in its row.
struct LotRow {
    static let select = """
        SELECT id, member, kind, wallet, issuer, opened_on, available_on, expires_on, earned, received, sent, refunded,
          spent, expired, clawed_back, overdrawn FROM lot
        """

    /// The same with a row for each holder, or one without.
    static let selectWithRights = "\(columnsWithRights) FROM lot LEFT JOIN lot_right ON lot_right.lot = lot.id"
    /// Without the lots that nobody holds any more: most of those of a member of many years.
    static let selectLive = "\(columnsWithRights) FROM lot CROSS JOIN lot_right ON lot_right.lot = lot.id"

    private static let columnsWithRights = """
        SELECT lot.id, member, kind, wallet, issuer, opened_on, available_on, expires_on, earned, received, sent,
          refunded, spent, expired, clawed_back, overdrawn, holder, amount
        """
    static let holder: Int32 = 16

    private let terms: LotTerms
    private let totals: [Int64]

    init?(_ row: SQLStatement) throws {
        guard let kind = LotKind(rawValue: row.text(2)), let openedOn = CivilDate(row.text(5)) else {
            throw StoreError.damaged("a lot's kind or date")
        }
        terms = LotTerms(
            id: RecordID(row.identifier(0)), member: row.isNull(1) ? nil : RecordID(row.identifier(1)), kind: kind,
            wallet: row.text(3), issuer: NodeID(UInt32(truncatingIfNeeded: row.integer(4))), openedOn: openedOn,
            availableOn: row.isNull(6) ? nil : CivilDate(row.text(6)),
            expiresOn: row.isNull(7) ? nil : CivilDate(row.text(7)))
        totals = (8..<16).map { row.integer(Int32($0)) }
    }

    func lot(rights: [RightsHolder: Int64]) -> Lot {
        Lot(
            terms: terms, earned: totals[0], received: totals[1], sent: totals[2], refunded: totals[3],
            spent: totals[4], expired: totals[5], clawedBack: totals[6], overdrawn: totals[7], rights: rights)
    }

    var id: RecordID { terms.id }

    static func values(_ lot: Lot) -> [SQLValue] {
        let terms = lot.terms
        return [
            .identifier(terms.id.value), .optional(terms.member?.value, SQLValue.identifier),
            .text(terms.kind.rawValue), .text(terms.wallet), .integer(Int64(terms.issuer.value)),
            .text(terms.openedOn.text), .optional(terms.availableOn?.text) { .text($0) },
            .optional(terms.expiresOn?.text) { .text($0) }, .integer(lot.earned), .integer(lot.received),
            .integer(lot.sent), .integer(lot.refunded), .integer(lot.spent), .integer(lot.expired),
            .integer(lot.clawedBack), .integer(lot.overdrawn),
        ]
    }
}
