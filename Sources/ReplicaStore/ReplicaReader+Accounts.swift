import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// What administrators read of accounts: every movement, and who holds how much.
extension ReplicaReader {
    /// One movement as it stands in the ledger, with the operation that made it.
    package struct AccountEntry: Equatable, Sendable {
        package let position: Int64
        package let kind: String
        /// Nil for a debt.
        package let lot: RecordID?
        package let wallet: String
        package let from: RightsHolder?
        package let to: RightsHolder?
        package let amount: Int64
        /// What its holder had not.
        package let lacking: Int64
        package let atMilliseconds: UInt64
        package let node: NodeID
        package let operation: String
        /// Of headquarters' own entries.
        package let author: String?
        package let reason: String?
    }

    /// Every movement of a member's lots and debts, in the order of the log.
    package func entries(of member: RecordID) throws -> [AccountEntry] {
        try database.read { database in
            try Row.fetchAll(database, sql: Self.entriesSQL, arguments: [Data(member.value.bigEndianBytes)])
                .map(Self.entry)
        }
    }

    /// A movement's columns; its condition follows.
    static let entryColumns = """
        SELECT ledger.position, ledger.number, ledger.kind, ledger.lot, coalesce(ledger.wallet, lot.wallet),
          ledger.from_holder, ledger.to_holder, ledger.amount, ledger.lacking,
          (coalesce(op.effective_time, op.time) >> 16) & 0xffffffffffff, actor.node, op.kind, booking.author,
          booking.reason
        FROM ledger JOIN op ON op.position = ledger.position JOIN actor ON actor.key = op.actor
          LEFT JOIN lot ON lot.id = ledger.lot LEFT JOIN booking ON booking.position = ledger.position
        """

    private static let entriesSQL = """
        \(entryColumns) WHERE ledger.lot IN (SELECT id FROM lot WHERE member = ?1)
        UNION ALL \(entryColumns) WHERE ledger.member = ?1
        ORDER BY 1, 2
        """

    static func entry(_ row: Row) -> AccountEntry {
        AccountEntry(
            position: row[0], kind: row[2], lot: (row[3] as Data?).map { RecordID(UInt128(bigEndianBytes: $0)) },
            wallet: row[4] ?? "", from: holder(row[5]), to: holder(row[6]), amount: row[7], lacking: row[8],
            atMilliseconds: UInt64(bitPattern: row[9] as Int64), node: NodeID(row[10]), operation: row[11],
            author: row[12], reason: row[13])
    }

    private static func holder(_ bytes: Data?) -> RightsHolder? {
        bytes.map { RightsHolder(value: UInt128(bigEndianBytes: $0)) }
    }

    /// Every lot of which somebody holds a part, by id.
    package func lots(heldBy holder: RightsHolder) throws -> [Lot] {
        try database.read { database in
            try Self.lots(
                "WHERE id IN (SELECT lot FROM lot_right WHERE holder = ?) ORDER BY id", .identifier(holder.value),
                in: database)
        }
    }

    /// Where a member has bought last.
    package func lastSeller(to member: RecordID) throws -> NodeID? {
        try database.read { database in
            try Int64.fetchOne(
                database, sql: "SELECT node FROM sale WHERE member = ? ORDER BY position DESC LIMIT 1",
                arguments: [Data(member.value.bigEndianBytes)]
            ).map { NodeID(UInt32(clamping: $0)) }
        }
    }

    /// How much of one wallet lies with one node, to be lost with it.
    package struct Exposure: Equatable, Sendable {
        package let node: NodeID
        package let wallet: String
        package let isMoney: Bool
        package let amount: Int64

        package init(node: NodeID, wallet: String, isMoney: Bool, amount: Int64) {
            self.node = node
            self.wallet = wallet
            self.isMoney = isMoney
            self.amount = amount
        }
    }

    /// Of all branches; coupons stand under `coupons`.
    package func exposures() throws -> [Exposure] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT actor.node, iif(lot.kind = 'coupon', 'coupons', lot.wallet),
                      lot.kind IN ('principal', 'bonus'), sum(lot_right.amount)
                    FROM lot_right JOIN lot ON lot.id = lot_right.lot JOIN actor ON actor.id = lot_right.holder
                    WHERE lot_right.holder > zeroblob(16)
                    GROUP BY 1, 2, 3 ORDER BY 1, 2
                    """
            ).map { Exposure(node: NodeID($0[0]), wallet: $0[1], isMoney: $0[2], amount: $0[3]) }
        }
    }
}
