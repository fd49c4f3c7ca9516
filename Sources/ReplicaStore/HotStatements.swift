import GRDBSQLite

/// The statements of the hot path, each prepared once on the writer's connection.
enum HotQuery: Int, CaseIterable {
    case begin, beginReading, commit, rollback
    case insertOperation, insertActor, updateActor, setMeta
    case readMember, insertMember, deleteMember, addTag, removeTag, addIdentity, removeIdentity, addLink, removeLink
    case writeStretch
    case hubSequenceOfDot, positionOfDot, stampRun, stampOne, ownOperations, ownEdits, operationAtPosition
    case chainPositions, namedPositions, ownPositions
    case saleByID, insertSale, insertSaleLine, insertSaleShare, insertDecision
    case readLot, readRights, rightsOfHolder, linkedMembers, writeLot, writeRight, deleteRight, insertLedger
    case readDebt, addDebt, setDebt, deleteDebt, insertRedemption, undoRedemption
    case businessByID, insertBusiness, insertRefund, insertRefundLine, insertTopUp, insertBooking, insertTender
    case insertCharge, addToBranch
    case sellerOfSale, releaseSale, releaseSalesOfNode, refundsOfSale, couponByID, insertCoupon, voidCoupon, closeCoupon
    case insertProgramme, insertTierChange, noteReference
    case noteIntent, forgetIntent
    case branchOfNode, usesOfMember, tierChangesOfMember, purchasesOfMember

    var sql: String {
        switch self {
        case .readLot, .readRights, .rightsOfHolder, .linkedMembers, .writeLot, .writeRight, .deleteRight,
            .insertLedger, .readDebt, .addDebt, .setDebt,
            .deleteDebt, .insertRedemption, .undoRedemption, .businessByID, .insertBusiness, .insertRefund,
            .insertRefundLine, .insertTopUp, .insertBooking, .insertTender, .insertCharge, .addToBranch, .sellerOfSale,
            .releaseSale,
            .releaseSalesOfNode, .refundsOfSale,
            .couponByID, .insertCoupon, .voidCoupon, .closeCoupon, .insertProgramme, .insertTierChange,
            .noteReference, .branchOfNode, .usesOfMember, .tierChangesOfMember, .purchasesOfMember:
            ledgerSQL
        case .begin: "BEGIN IMMEDIATE"
        case .beginReading: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .insertOperation:
            """
            INSERT INTO op (position, actor, sequence, time, observed, audience, kind, public_body, salt,
              personal_body, hub_sequence, effective_time, verdict)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .insertActor: "INSERT INTO actor (key, id, node, last_sequence, chain) VALUES (?, ?, ?, ?, ?)"
        case .updateActor:
            """
            UPDATE actor SET last_sequence = ?2, chain = ?3, acknowledged_sequence = ?4, acknowledged_chain = ?5
            WHERE key = ?1
            """
        case .setMeta:
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        case .readMember: MemberColumns.select
        case .insertMember: MemberColumns.insert
        case .deleteMember: "DELETE FROM member WHERE id = ?"
        case .addTag: "INSERT OR IGNORE INTO member_tag (tag, member) VALUES (?, ?)"
        case .removeTag: "DELETE FROM member_tag WHERE tag = ? AND member = ?"
        case .addIdentity: "INSERT OR IGNORE INTO member_identity (kind, key, member) VALUES (?, ?, ?)"
        case .removeIdentity: "DELETE FROM member_identity WHERE kind = ? AND key = ? AND member = ?"
        case .addLink: "INSERT OR IGNORE INTO member_link (a, b) VALUES (?, ?)"
        case .removeLink: "DELETE FROM member_link WHERE a = ? AND b = ?"
        case .writeStretch:
            """
            INSERT INTO chain_stretch (first, last) VALUES (?, ?) ON CONFLICT (first) DO UPDATE SET last = excluded.last
            """
        case .hubSequenceOfDot: "SELECT hub_sequence FROM op WHERE actor = ? AND sequence = ?"
        case .positionOfDot: "SELECT position FROM op WHERE actor = ? AND sequence = ?"
        case .stampRun:
            """
            UPDATE op SET hub_sequence = ?3 + (sequence - ?2), effective_time = time, verdict = 'ok'
            WHERE actor = ?1 AND sequence BETWEEN ?2 AND ?4 AND hub_sequence IS NULL
            """
        case .stampOne:
            """
            UPDATE op SET hub_sequence = ?3, effective_time = ?4, verdict = ?5
            WHERE actor = ?1 AND sequence = ?2 AND hub_sequence IS NULL
            """
        case .ownOperations: "\(OperationColumns.select) WHERE actor = ? AND sequence BETWEEN ? AND ? ORDER BY sequence"
        case .ownEdits:
            """
            \(OperationColumns.select) WHERE actor = ? AND sequence BETWEEN ? AND ? AND kind = 'member'
            ORDER BY sequence
            """
        case .chainPositions:
            "SELECT op.position FROM \(ChainStretches.operationsAfter) \(ChainStretches.order) LIMIT ?2"
        case .namedPositions:
            """
            SELECT position FROM op INDEXED BY op_to_named
            WHERE audience NOT IN ('chain', 'hub') AND position > ?1 AND (',' || audience || ',') LIKE ?3
            ORDER BY position LIMIT ?2
            """
        case .ownPositions:
            "SELECT position FROM op WHERE actor = ?1 AND sequence >= ?2 ORDER BY sequence LIMIT ?3"
        case .operationAtPosition: "\(OperationColumns.select) WHERE position = ?"
        case .saleByID: "SELECT position FROM sale WHERE id = ?"
        case .insertSale:
            """
            INSERT INTO sale (position, id, node, member, till, reference, occurred_at, business_date, net_minor,
              rule_revision, points, cashier, tier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .insertSaleLine:
            """
            INSERT INTO sale_line (sale, line, product, quantity_milli, net_minor, discount_minor)
            VALUES (?, ?, ?, ?, ?, ?)
            """
        case .insertSaleShare: "INSERT INTO sale_share VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        case .noteIntent: "INSERT OR REPLACE INTO intent VALUES (?, ?, ?)"
        case .forgetIntent: "DELETE FROM intent WHERE authorization = ?"
        case .insertDecision:
            """
            INSERT INTO decision (case_id, outcome, author, reason, position) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (case_id) DO UPDATE SET outcome = excluded.outcome, author = excluded.author,
              reason = excluded.reason, position = excluded.position
            """
        }
    }
}

/// Lives as long as the writer's connection, and is touched only on its queue.
final class HotStatements {
    private let connection: OpaquePointer
    private var prepared: [SQLStatement?]
    /// For the fields that edits write together; there are few such sets.
    private var memberUpdates: [FieldSet: SQLStatement] = [:]

    private static let memberUpdatesMax = 64

    init(on connection: OpaquePointer) {
        self.connection = connection
        prepared = Array(repeating: nil, count: HotQuery.allCases.count)
    }

    subscript(query: HotQuery) -> SQLStatement {
        get throws {
            if let statement = prepared[query.rawValue] { return statement }
            let statement = try SQLStatement(query.sql, on: connection)
            prepared[query.rawValue] = statement
            return statement
        }
    }

    /// Committed as a whole, or taken back where the body or the disk fails.
    func transaction<Result>(_ body: (HotStatements) throws -> Result) throws -> Result {
        try run(.begin, [])
        do {
            let result = try body(self)
            try run(.commit, [])
            return result
        } catch {
            if sqlite3_get_autocommit(connection) == 0 { try? run(.rollback, []) }
            throw error
        }
    }

    /// For reading alone: whatever the body does is taken back.
    func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try run(.beginReading, [])
        defer { try? run(.rollback, []) }
        return try body()
    }

    /// Calls for every row. The statement is free again afterwards, whatever happens.
    func each(_ query: HotQuery, _ values: [SQLValue], _ row: (SQLStatement) throws -> Void) throws {
        let statement = try self[query]
        defer { statement.reset() }
        try statement.bind(all: values)
        while try statement.step() { try row(statement) }
    }

    /// What is read from the first row; nil where there is none.
    func first<Value>(
        _ query: HotQuery, _ values: SQLValue..., read: (SQLStatement) throws -> Value?
    ) throws -> Value? {
        let statement = try self[query]
        defer { statement.reset() }
        try statement.bind(all: values)
        return try statement.step() ? try read(statement) : nil
    }

    func run(_ query: HotQuery, _ values: [SQLValue]) throws { try run(try self[query], values) }

    /// Its parameters: the columns of these fields, `contested` where one can be, `clocks`, and the member's id.
    func memberUpdate(_ fields: FieldSet) throws -> SQLStatement {
        if let statement = memberUpdates[fields] { return statement }
        if memberUpdates.count == Self.memberUpdatesMax { memberUpdates = [:] }
        let statement = try SQLStatement(MemberColumns.update(fields), on: connection)
        memberUpdates[fields] = statement
        return statement
    }

    private func run(_ statement: SQLStatement, _ values: [SQLValue]) throws {
        defer { statement.reset() }
        try statement.bind(all: values)
        _ = try statement.step()
    }

    var lastInsertedPosition: Int64 { sqlite3_last_insert_rowid(connection) }

    /// To be called before the connection closes.
    func finish() {
        prepared = Array(repeating: nil, count: HotQuery.allCases.count)
        memberUpdates = [:]
    }
}
