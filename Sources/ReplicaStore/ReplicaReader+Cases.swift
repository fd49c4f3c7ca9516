import GRDB
import LineCodec
package import Loyalty
package import Replication

import struct Foundation.Data

/// Cases are derived whenever they are asked for: same state, same cases.
extension ReplicaReader {
    /// Cases that nobody has decided, fields first; at most `limit` of each kind.
    package func openCases(limit: Int) throws -> [Case] {
        try database.read { database in
            try fieldCases(database, limit) + identityCases(database, limit) + judgedCases(database, limit)
                + ledgerCases(database) { sql, cases in try undecided(database, sql, limit, cases: cases) }
        }
    }

    private func fieldCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let sql = "SELECT id FROM member WHERE contested <> 0 AND life IS NOT 'deleted' ORDER BY id"
        return try undecided(database, sql, limit) { row in
            try Self.member(RecordID(UInt128(bigEndianBytes: row[0] as Data)), in: database).fieldCases
        }
    }

    private func identityCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let sql = "SELECT kind, key FROM member_identity GROUP BY kind, key HAVING count(*) > 1 ORDER BY kind, key"
        return try undecided(database, sql, limit) { row in
            let members = try Data.fetchAll(
                database, sql: "SELECT member FROM member_identity WHERE kind = ? AND key = ? ORDER BY member",
                arguments: [row[0] as String, row[1] as Data]
            ).map { RecordID(UInt128(bigEndianBytes: $0)) }
            guard let first = members.first else { return [] }
            let person = Set(try Self.person(of: first, in: database))
            guard !members.allSatisfy(person.contains) else { return [] }
            let key = UInt128(bigEndianBytes: row[1] as Data)
            return [Case(.sameIdentity(kind: row[0], key: key, members: members))]
        }
    }

    private func judgedCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let sql = """
            SELECT actor.id, op.sequence, op.verdict FROM op INDEXED BY op_judged JOIN actor ON actor.key = op.actor
            WHERE op.verdict <> 'ok' AND op.verdict NOT IN (\(Self.verdictsWithoutCase)) ORDER BY op.position
            """
        return try undecided(database, sql, limit) { row in
            var verdict = LineReader(Array((row[2] as String).utf8))
            let dot = Dot(ActorID(UInt128(bigEndianBytes: row[0] as Data)), UInt64(bitPattern: row[1] as Int64))
            return [Case(.judged(dot, try verdict.verdict()))]
        }
    }

    private static let verdictsWithoutCase = Case.reasonsWithoutCase.map { "'flagged:\($0.rawValue)'" }
        .joined(separator: ", ")

    /// Row by row until there are enough: those that are decided stand before the others for ever.
    private func undecided(
        _ database: Database, _ sql: String, _ limit: Int, cases: (Row) throws -> [Case]
    ) throws -> [Case] {
        var undecided: [Case] = []
        let rows = try Row.fetchCursor(database, sql: sql)
        while undecided.count < limit, let row = try rows.next() {
            undecided += try cases(row).filter { try !isDecided($0, in: database) }
        }
        return Array(undecided.prefix(limit))
    }

    private func isDecided(_ open: Case, in database: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM decision WHERE case_id = ?)"
        return try Bool.fetchOne(
            database.cachedStatement(sql: sql), arguments: [Data(open.id.value.bigEndianBytes)]) ?? false
    }

    static func person(of member: RecordID, in database: Database) throws -> [RecordID] {
        let statement = try SQLStatement(cached: Person.linkedSQL, in: database)
        return try Person.members(with: member) { try Person.linked(to: $0, by: statement) }
    }

    /// All members who are the same person as this one, itself included, ascending.
    package func person(of member: RecordID) throws -> [RecordID] {
        try database.read { try Self.person(of: member, in: $0) }
    }
}
