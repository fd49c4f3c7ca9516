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
        return try undecided(Self.lackingCouponsSQL) { row in
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
    }

    /// Where more is redeemed than there are uses, somebody has lacked one.
    private static let lackingCouponsSQL = """
        SELECT DISTINCT lot FROM ledger WHERE lacking > 0 AND kind = 'spend'
          AND lot IN (SELECT id FROM coupon) ORDER BY lot
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

    private static func record(_ bytes: Data) -> RecordID { RecordID(UInt128(bigEndianBytes: bytes)) }
}

extension ReplicaReader {
    /// One use of a coupon, and whether it was the coupon's to give.
    package struct CouponRedemption: Equatable, Sendable {
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
        /// The branch had been told by then that the coupon is used up.
        package let couldHaveKnown: Bool
        /// False for each beyond the coupon's uses: those with a right come first, then by the hub's order.
        package fileprivate(set) var isValid = true
    }

    /// In the order of the hub's log.
    package func redemptions(of coupon: RecordID) throws -> [CouponRedemption] {
        try database.read { database in
            let key = Data(coupon.value.bigEndianBytes)
            let uses = try Int.fetchOne(database, sql: "SELECT uses FROM coupon WHERE id = ?", arguments: [key]) ?? 0
            let rows = try Row.fetchAll(database, sql: Self.redemptionsSQL, arguments: [key])
            let spentAt = try Self.announcement(
                of: coupon, after: rows.first?[0] ?? 0, through: rows.map { $0[10] as Int64 }.max() ?? 0, in: database)
            var redemptions = rows.map { Self.redemption($0, spentAt: spentAt) }
            let order = redemptions.indices.filter { !redemptions[$0].isUndone }.sorted {
                (redemptions[$0].isByRight ? 0 : 1, redemptions[$0].position)
                    < (redemptions[$1].isByRight ? 0 : 1, redemptions[$1].position)
            }
            for index in order.dropFirst(uses) { redemptions[index].isValid = false }
            return redemptions
        }
    }

    private static let redemptionsSQL = """
        WITH epoch (mark) AS (SELECT lower(hex(value)) || ':' FROM meta WHERE key = 'epoch')
        SELECT redemption.position, redemption.sale, sale.member, actor.node, coalesce(sale.till, ''),
          coalesce(sale.cashier, ''), (coalesce(op.effective_time, op.time) >> 16) & 0xffffffffffff,
          redemption.mode, redemption.discount_minor, redemption.is_undone,
          CASE WHEN instr(op.observed, epoch.mark) > 0
            THEN CAST(substr(op.observed, instr(op.observed, epoch.mark) + 33) AS INTEGER) ELSE 0 END
        FROM redemption JOIN op ON op.position = redemption.position JOIN actor ON actor.key = op.actor
          LEFT JOIN epoch LEFT JOIN sale ON sale.id = redemption.sale
        WHERE redemption.coupon = ? ORDER BY redemption.position
        """

    private static func redemption(_ row: Row, spentAt: Int64?) -> CouponRedemption {
        CouponRedemption(
            position: row[0], sale: record(row[1]), member: (row[2] as Data?).map(record), node: NodeID(row[3]),
            till: row[4], cashier: row[5], atMilliseconds: UInt64(bitPattern: row[6] as Int64), mode: row[7],
            discountMinor: row[8], isUndone: row[9],
            couldHaveKnown: spentAt.map { $0 <= row[10] as Int64 } ?? false)
    }

    /// Where the hub told the chain that a coupon is used up; looked for only as far as somebody has read.
    private static func announcement(
        of coupon: RecordID, after first: Int64, through last: Int64, in database: Database
    ) throws -> Int64? {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT position, public_body FROM op WHERE position > ? AND position <= ? AND kind = ?
                ORDER BY position
                """,
            arguments: [first, last, CouponSpent.kind.rawValue])
        while let row = try rows.next() {
            if try CouponSpent(publicBody: Array(row[1] as Data)).coupons.contains(coupon) { return row[0] }
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
            let sql = """
                \(OperationColumns.select) WHERE actor = (SELECT key FROM actor WHERE id = ?) AND sequence = ?
                """
            let statement = try SQLStatement(cached: sql, in: database)
            defer { statement.reset() }
            try statement.bind(.identifier(dot.actor.value), .unsigned(dot.sequence))
            guard try statement.step(),
                let fact = Fact(try OperationColumns.operation(in: statement, actor: dot.actor))
            else { return nil }
            let node = try Int64.fetchOne(
                database, sql: "SELECT node FROM actor WHERE id = ?", arguments: [Data(dot.actor.value.bigEndianBytes)])
            return (fact, NodeID(UInt32(clamping: node ?? 0)))
        }
    }
}

extension ReplicaReader.CouponRedemption {
    fileprivate var isByRight: Bool { mode == CouponUse.Mode.right.rawValue }
}
