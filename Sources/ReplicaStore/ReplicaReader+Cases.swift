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
            let cases = try fieldCases(database, limit) + identityCases(database, limit) + judgedCases(database, limit)
            let decided = Set(try Data.fetchAll(database, sql: "SELECT case_id FROM decision"))
            return cases.filter { !decided.contains(Data($0.id.value.bigEndianBytes)) }
        }
    }

    private func fieldCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let ids = try Data.fetchAll(
            database,
            sql: "SELECT id FROM member WHERE contested <> 0 AND life IS NOT 'deleted' ORDER BY id LIMIT ?",
            arguments: [limit])
        return try ids.flatMap { try Self.member(RecordID(UInt128(bigEndianBytes: $0)), in: database).fieldCases }
    }

    private func identityCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT kind, key FROM member_identity GROUP BY kind, key HAVING count(*) > 1 ORDER BY kind, key LIMIT ?
                """,
            arguments: [limit])
        return try rows.compactMap { row in
            let members = try Data.fetchAll(
                database, sql: "SELECT member FROM member_identity WHERE kind = ? AND key = ? ORDER BY member",
                arguments: [row[0] as String, row[1] as Data]
            ).map { RecordID(UInt128(bigEndianBytes: $0)) }
            guard let first = members.first else { return nil }
            let person = Set(try Self.person(of: first, in: database))
            guard !members.allSatisfy(person.contains) else { return nil }
            return Case(
                .sameIdentity(kind: row[0], key: UInt128(bigEndianBytes: row[1] as Data), members: members))
        }
    }

    private func judgedCases(_ database: Database, _ limit: Int) throws -> [Case] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT actor.id, op.sequence, op.verdict FROM op JOIN actor ON actor.key = op.actor
                WHERE op.verdict <> 'ok' ORDER BY op.position LIMIT ?
                """,
            arguments: [limit])
        return try rows.map { row in
            var verdict = LineReader(Array((row[2] as String).utf8))
            let dot = Dot(ActorID(UInt128(bigEndianBytes: row[0] as Data)), UInt64(bitPattern: row[1] as Int64))
            return Case(.judged(dot, try verdict.verdict()))
        }
    }

    private static func person(of member: RecordID, in database: Database) throws -> [RecordID] {
        try Data.fetchAll(database, sql: personSQL, arguments: [Data(member.value.bigEndianBytes)])
            .map { RecordID(UInt128(bigEndianBytes: $0)) }
    }

    /// All members who are the same person as this one, itself included, ascending.
    package func person(of member: RecordID) throws -> [RecordID] {
        try database.read { try Self.person(of: member, in: $0) }
    }

    private static let personSQL = """
        WITH RECURSIVE person (id) AS (
          SELECT ?1 UNION
          SELECT CASE WHEN member_link.a = person.id THEN member_link.b ELSE member_link.a END
          FROM person JOIN member_link ON member_link.a = person.id OR member_link.b = person.id)
        SELECT id FROM person ORDER BY id
        """
}
