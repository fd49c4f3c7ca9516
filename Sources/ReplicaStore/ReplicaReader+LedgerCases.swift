import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// Cases of the ledger, and what is to be told of them. Only the hub sees enough to derive them.
extension ReplicaReader {
    func ledgerCases(
        _ database: Database, undecided: (String, (Row) throws -> [Case]) throws -> [Case]
    ) throws -> [Case] {
        let role = try String.fetchOne(
            database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [MetaKey.role.rawValue])
        guard role == ReplicaIdentity.Role.hub.rawValue else { return [] }
        return try undecided("\(Self.lackingCouponsSQL) ORDER BY lot") { row in
            try Self.redemptionCase(of: Self.record(row[0]), in: database)
        }
            + undecided("SELECT member, wallet FROM debt ORDER BY member, wallet") { row in
                let made = try Self.dots(Self.debtDotsSQL, [row[0] as Data, row[1] as String], in: database)
                return made.isEmpty ? [] : [Case(.debt(member: Self.record(row[0]), wallet: row[1], made: made))]
            }
            + undecided("SELECT DISTINCT first FROM sale_again ORDER BY first") { row in
                let sales = try Data.fetchAll(
                    database,
                    sql: """
                        SELECT id FROM sale WHERE position = ?1
                          OR position IN (SELECT sale FROM sale_again WHERE first = ?1) ORDER BY id
                        """, arguments: [row[0] as Int64])
                return [Case(.sameReference(sales: sales.map(Self.record)))]
            }
            + limitCases(database, undecided: undecided) + disputedTiers(database, undecided: undecided)
    }

    /// Where more is redeemed than there are uses, somebody has lacked one.
    static let lackingCouponsSQL = """
        SELECT DISTINCT lot FROM ledger WHERE lacking > 0 AND kind = 'spend'
          AND lot IN (SELECT id FROM coupon)
        """

    /// What headquarters itself has charged a member with is no case any more.
    private static let debtDotsSQL = """
        SELECT DISTINCT actor.id, op.sequence FROM ledger JOIN op ON op.position = ledger.position
          JOIN actor ON actor.key = op.actor
        WHERE ledger.member = ? AND ledger.wallet = ? AND ledger.kind = 'debt' AND op.kind <> 'booking'
        ORDER BY op.position
        """

    private static func redemptionCase(of coupon: RecordID, in database: Database) throws -> [Case] {
        let key = Data(coupon.value.bigEndianBytes)
        let dots = try dots(
            """
            SELECT actor.id, op.sequence FROM redemption JOIN op ON op.position = redemption.position
              JOIN actor ON actor.key = op.actor
            WHERE redemption.coupon = ? AND is_undone = 0 ORDER BY op.position
            """, [key], in: database)
        let uses = try Int.fetchOne(database, sql: "SELECT uses FROM coupon WHERE id = ?", arguments: [key]) ?? 0
        return dots.count > uses ? [Case(.redeemedAgain(coupon: coupon, by: dots))] : []
    }

    private static func dots(_ sql: String, _ arguments: StatementArguments, in database: Database) throws -> [Dot] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map {
            Dot(ActorID(UInt128(bigEndianBytes: $0[0] as Data)), UInt64(bitPattern: $0[1] as Int64))
        }
    }

    static func record(_ bytes: Data) -> RecordID { RecordID(UInt128(bigEndianBytes: bytes)) }
}

extension ReplicaReader {
    /// One use of a coupon, and whether it was the coupon's to give.
    package struct CouponRedemption: Equatable, Sendable {
        package let coupon: RecordID
        package let dot: Dot
        package let position: Int64
        package let sale: RecordID
        package let member: RecordID?
        package let node: NodeID
        package let till: String
        package let cashier: String
        package let atMilliseconds: UInt64
        package let mode: String
        package let discountMinor: Int64
        package let isUndone: Bool
        /// How far its author had read the hub's log.
        let observed: Int64
        let couponUses: Int
        let definitionRevision: UInt32
        /// The branch had been told by then that the coupon was used up or taken back, or had itself redeemed all that
        /// the member may use.
        package internal(set) var couldHaveKnown = false
        /// False for each beyond the coupon's uses, or the member's: those with a right come first, then by the hub's
        /// order.
        package internal(set) var isValid = true
    }

    /// In the order of the hub's log.
    package func redemptions(of coupon: RecordID) throws -> [CouponRedemption] {
        try database.read { try Self.redemptions(of: coupon, in: $0) }
    }

    static func redemptions(of coupon: RecordID, in database: Database) throws -> [CouponRedemption] {
        var redemptions = try redemptions(
            where: "redemption.coupon = ?", [Data(coupon.value.bigEndianBytes)], in: database)
        let spentAt = try announcement(
            CouponSpent.kind, of: coupon, after: redemptions.first?.position ?? 0,
            through: redemptions.map(\.observed).max() ?? 0, in: database)
        let valid = LimitedUse.valid(redemptions.filter { !$0.isUndone }.map { $0.use(memberUsesMax: nil) })
        for index in redemptions.indices {
            let redemption = redemptions[index]
            redemptions[index].couldHaveKnown = spentAt.map { $0 <= redemption.observed } ?? false
            redemptions[index].isValid =
                redemption.isUndone || valid.contains(redemption.use(memberUsesMax: nil))
        }
        return redemptions
    }

    /// What is valid, and what could have been known, is left open.
    ///
    /// - Parameter condition: on `redemption` and `coupon`.
    static func redemptions(
        where condition: String, _ arguments: StatementArguments, in database: Database
    ) throws -> [CouponRedemption] {
        try Row.fetchAll(
            database,
            sql: """
                WITH epoch (mark) AS (SELECT lower(hex(value)) || ':' FROM meta WHERE key = 'epoch')
                SELECT redemption.position, redemption.sale, sale.member, actor.node, coalesce(sale.till, ''),
                  coalesce(sale.cashier, ''), (coalesce(op.effective_time, op.time) >> 16) & 0xffffffffffff,
                  redemption.mode, redemption.discount_minor, redemption.is_undone,
                  CASE WHEN instr(op.observed, epoch.mark) > 0
                    THEN CAST(substr(op.observed, instr(op.observed, epoch.mark) + 33) AS INTEGER) ELSE 0 END,
                  redemption.coupon, coalesce(coupon.uses, 0), coalesce(coupon.definition_revision, 0), actor.id,
                  op.sequence
                FROM redemption JOIN op ON op.position = redemption.position JOIN actor ON actor.key = op.actor
                  LEFT JOIN epoch LEFT JOIN sale ON sale.id = redemption.sale
                  LEFT JOIN coupon ON coupon.id = redemption.coupon
                WHERE \(condition) ORDER BY redemption.position
                """, arguments: arguments
        ).map(redemption)
    }

    private static func redemption(_ row: Row) -> CouponRedemption {
        CouponRedemption(
            coupon: record(row[11]),
            dot: Dot(ActorID(UInt128(bigEndianBytes: row[14] as Data)), UInt64(bitPattern: row[15] as Int64)),
            position: row[0], sale: record(row[1]), member: (row[2] as Data?).map(record), node: NodeID(row[3]),
            till: row[4], cashier: row[5], atMilliseconds: UInt64(bitPattern: row[6] as Int64), mode: row[7],
            discountMinor: row[8], isUndone: row[9], observed: row[10], couponUses: row[12],
            definitionRevision: UInt32(truncatingIfNeeded: row[13] as Int64))
    }

    static let announcementSQL = """
        SELECT op.position, op.public_body FROM \(ChainStretches.operationsAfter)
          AND chain_stretch.first <= ?2 AND op.position <= ?2 AND op.kind = ?3
          AND op.verdict IN ('ok', 'flagged:clock_ahead')
        \(ChainStretches.order)
        """

    /// Where the hub told the chain of a coupon; looked for only as far as somebody has read.
    static func announcement(
        _ kind: OperationKind, of coupon: RecordID, after first: Int64, through last: Int64, in database: Database
    ) throws -> Int64? {
        let rows = try Row.fetchCursor(database, sql: announcementSQL, arguments: [first, last, kind.rawValue])
        while let row = try rows.next() {
            let body = Array(row[1] as Data)
            let coupons =
                kind == CouponVoid.kind
                ? try CouponVoid(publicBody: body).coupons : try CouponSpent(publicBody: body).coupons
            if coupons.contains(coupon) { return row[0] }
        }
        return nil
    }

    /// What an operation spent without having it.
    package func lackingSpends(of dot: Dot) throws -> [AccountEntry] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.entryColumns) WHERE ledger.lacking > 0 AND ledger.kind = 'spend' AND ledger.position =
                      (SELECT position FROM op WHERE actor = (SELECT key FROM actor WHERE id = ?) AND sequence = ?)
                    ORDER BY 2
                    """,
                arguments: [Data(dot.actor.value.bigEndianBytes), Int64(bitPattern: dot.sequence)]
            ).map(Self.entry)
        }
    }

    /// Whether a person has written off what a holder had of a lot.
    package func isWrittenOff(_ lot: RecordID, from holder: RightsHolder) throws -> Bool {
        try database.read { database in
            try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM ledger WHERE lot = ? AND kind = 'writeoff' AND from_holder = ?)",
                arguments: [Data(lot.value.bigEndianBytes), Data(holder.value.bigEndianBytes)]) ?? false
        }
    }

    /// What an operation says, and who wrote it.
    package func fact(of dot: Dot) throws -> (fact: Fact, node: NodeID)? {
        try database.read { database in
            guard let fact = try Self.operation(of: dot, in: database).flatMap(Fact.init) else { return nil }
            let node = try Int64.fetchOne(
                database, sql: "SELECT node FROM actor WHERE id = ?", arguments: [Data(dot.actor.value.bigEndianBytes)])
            return (fact, NodeID(UInt32(clamping: node ?? 0)))
        }
    }

    func operation(of dot: Dot) throws -> Operation? { try database.read { try Self.operation(of: dot, in: $0) } }

    private static func operation(of dot: Dot, in database: Database) throws -> Operation? {
        let sql = """
            \(OperationColumns.select) WHERE actor = (SELECT key FROM actor WHERE id = ?) AND sequence = ?
            """
        let statement = try SQLStatement(cached: sql, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(dot.actor.value), .unsigned(dot.sequence))
        return try statement.step() ? OperationColumns.operation(in: statement, actor: dot.actor) : nil
    }
}

extension ReplicaReader.CouponRedemption {
    func use(memberUsesMax: Int?) -> LimitedUse {
        LimitedUse(
            coupon: coupon, position: position, isByRight: mode == CouponUse.Mode.right.rawValue,
            couponUses: couponUses, memberUsesMax: memberUsesMax)
    }
}
