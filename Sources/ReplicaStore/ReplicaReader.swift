import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// Reads that may run beside the engine, on any thread, each on its own snapshot of the file.
package struct ReplicaReader: Sendable {
    let database: CurrentDatabase
    let lookupKey: [UInt8]

    init(database: any DatabaseReader, lookupKey: [UInt8]) {
        self.database = CurrentDatabase(database)
        self.lookupKey = lookupKey
    }

    package func member(_ id: RecordID) throws -> Member? {
        let member = try database.read { try Self.member(id, in: $0) }
        return member.state.live.isEmpty ? nil : member
    }

    /// Members who have the phone or card; more than one is not an error but a case.
    package func members(kind: String, value: String) throws -> [Member] {
        let key = LookupKey.of(kind: kind, value: value, secret: lookupKey)
        return try database.read { database in
            let ids = try Data.fetchAll(
                database,
                sql: "SELECT member FROM member_identity WHERE kind = ? AND key = ? ORDER BY member LIMIT 100",
                arguments: [kind, Data(key.bigEndianBytes)])
            return try ids.map { try Self.member(RecordID(UInt128(bigEndianBytes: $0)), in: database) }
        }
    }

    package static let searchLimit = 100

    /// Members whose name contains the text, by name; at most `searchLimit`.
    package func members(named part: String) throws -> [Member] {
        try database.read { database in
            let ids = try Data.fetchAll(
                database,
                sql: """
                    SELECT id FROM member WHERE instr(lower(name), lower(?)) > 0 AND life IS NOT 'deleted'
                    ORDER BY name, id LIMIT \(Self.searchLimit)
                    """,
                arguments: [part])
            return try ids.map { try Self.member(RecordID(UInt128(bigEndianBytes: $0)), in: database) }
        }
    }

    /// Points earned in the sales that this replica holds, and how many sales those were.
    package func earned(by member: RecordID) throws -> (points: Int64, sales: Int64) {
        try database.read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT (SELECT coalesce(sum(points), 0) FROM sale WHERE member = ?1),
                      (SELECT count(*) FROM sale WHERE member = ?1)
                    """,
                arguments: [Data(member.value.bigEndianBytes)])
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }

    /// Nil where this replica holds no sale of that id.
    package func sale(_ id: RecordID) throws -> Sale? {
        try database.read { try Self.sale(id, in: $0) }
    }

    static func sale(_ id: RecordID, in database: Database) throws -> Sale? {
        let sql = "SELECT op.public_body FROM sale JOIN op ON op.position = sale.position WHERE sale.id = ?"
        let statement = try SQLStatement(cached: sql, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(id.value))
        return try statement.step() ? try Sale(publicBody: statement.bytes(0)) : nil
    }

    /// Whether anything of a sale has come back, as far as this replica knows.
    package func isRefunded(_ sale: RecordID) throws -> Bool {
        try database.read { database in
            let sql = "SELECT EXISTS (SELECT 1 FROM refund WHERE sale = ?)"
            return try Bool.fetchOne(database, sql: sql, arguments: [Data(sale.value.bigEndianBytes)]) ?? false
        }
    }

    package func count(_ table: CountedTable) throws -> Int64 {
        try database.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM \(table.rawValue)") ?? 0 }
    }

    package enum CountedTable: String, Sendable {
        case members, sales, operations, incident
        case saleLines = "sale_lines"
    }

    static func member(_ id: RecordID, in database: Database) throws -> Member {
        let statement = try SQLStatement(cached: MemberColumns.select, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(id.value))
        guard try statement.step() else { return Member(id: id, state: RecordState()) }
        let packing = ClockPacking(
            key: { _ in throw StoreError.damaged("a read does not write") },
            actor: { try actor($0, in: database) })
        return Member(id: id, state: try MemberTable.state(in: statement, packing))
    }

    private static func actor(_ key: Int64, in database: Database) throws -> ActorID {
        let statement = try SQLStatement(cached: "SELECT id FROM actor WHERE key = ?", in: database)
        defer { statement.reset() }
        try statement.bind(.integer(key))
        guard try statement.step() else { throw StoreError.damaged("no actor has the number \(key)") }
        return ActorID(statement.identifier(0))
    }
}
