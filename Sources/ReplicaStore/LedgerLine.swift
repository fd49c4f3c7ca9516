import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// One movement in a member's accounts, with the operation that it belongs to.
package struct LedgerLine: Equatable, Sendable {
    /// Where it stands in this replica's log, and within its operation.
    package struct Place: Hashable, Sendable {
        package let position: Int64
        package let number: Int64

        package init(position: Int64, number: Int64) {
            self.position = position
            self.number = number
        }

        package static let end = Place(position: .max, number: .max)
    }

    package let place: Place
    /// `debt`, or what `LedgerEntry.Kind` spells.
    package let kind: String
    package let wallet: String
    package let lot: RecordID?
    package let from: RightsHolder?
    package let to: RightsHolder?
    package let amount: Int64
    package let atMilliseconds: UInt64
    /// `sale`, `refund`, `topup` …
    package let operation: String
    /// The sale's, refund's, top-up's or booking's own id.
    package let business: RecordID?

    package static let pageMax = 200

    fileprivate init(_ row: Row) {
        place = Place(position: row[0], number: row[1])
        kind = row[2]
        wallet = row[3] ?? ""
        lot = Self.identifier(row[4]).map(RecordID.init(_:))
        from = Self.identifier(row[5]).map(RightsHolder.init(value:))
        to = Self.identifier(row[6]).map(RightsHolder.init(value:))
        amount = row[7]
        atMilliseconds = UInt64(bitPattern: row[8] as Int64)
        operation = row[9]
        business = Self.identifier(row[10]).map(RecordID.init(_:))
    }

    private static func identifier(_ bytes: Data?) -> UInt128? { bytes.map { UInt128(bigEndianBytes: $0) } }
}

extension ReplicaReader {
    /// What moved in the accounts of a member and of whoever is the same person, newest first; at most
    /// `LedgerLine.pageMax`.
    package func ledger(of member: RecordID, before place: LedgerLine.Place) throws -> [LedgerLine] {
        try database.read { database in
            let people = try Self.person(of: member, in: database).map { Data($0.value.bigEndianBytes) }
            let marks = databaseQuestionMarks(count: people.count)
            let sql = """
                SELECT ledger.position, number, ledger.kind, coalesce(lot.wallet, ledger.wallet), lot, from_holder,
                  to_holder, amount, (op.time >> 16) & 0xffffffffffff, op.kind,
                  coalesce(sale.id, refund.id, top_up.id, booking.id)
                FROM (
                  SELECT ledger.* FROM lot CROSS JOIN ledger ON ledger.lot = lot.id WHERE lot.member IN (\(marks))
                  UNION ALL SELECT * FROM ledger WHERE lot IS NULL AND member IN (\(marks))) AS ledger
                JOIN op ON op.position = ledger.position LEFT JOIN lot ON lot.id = ledger.lot
                LEFT JOIN sale ON sale.position = ledger.position
                LEFT JOIN refund ON refund.position = ledger.position
                LEFT JOIN top_up ON top_up.position = ledger.position
                LEFT JOIN booking ON booking.position = ledger.position
                WHERE (ledger.position, number) < (?, ?)
                ORDER BY ledger.position DESC, number DESC LIMIT \(LedgerLine.pageMax)
                """
            let values: [any DatabaseValueConvertible] = people + people + [place.position, place.number]
            return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(values)).map(LedgerLine.init)
        }
    }
}
