import GRDB

/// What should never happen and did.
extension ReplicaStore {
    package struct Incident: Equatable, Sendable {
        package let atMilliseconds: UInt64
        package let kind: String
        package let detail: String
    }

    package func noteIncident(_ kind: String, detail: String, nowMilliseconds: UInt64) throws {
        try writeRare { database in
            try database.execute(
                sql: "INSERT INTO incident (at, kind, detail) VALUES (?, ?, ?)",
                arguments: [Int64(bitPattern: nowMilliseconds), kind, detail])
        }
    }

    /// Latest first, at most `limit`.
    package func incidents(limit: Int) throws -> [Incident] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT at, kind, detail FROM incident ORDER BY number DESC LIMIT ?", arguments: [limit]
            ).map { Incident(atMilliseconds: UInt64(bitPattern: $0[0] as Int64), kind: $0[1], detail: $0[2]) }
        }
    }
}
