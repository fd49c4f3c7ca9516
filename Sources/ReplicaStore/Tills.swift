import Digests
import GRDB

import struct Foundation.Data

/// The tills of a branch; each has a token of which only the hash is kept.
extension ReplicaStore {
    package struct Till: Equatable, Sendable {
        package let name: String
        package let addedAtMilliseconds: UInt64
        package let revokedAtMilliseconds: UInt64?
    }

    /// False where a till of that name is there already; the name of one that was shut out may be given again.
    package func addTill(_ name: String, token: [UInt8], nowMilliseconds: UInt64) throws -> Bool {
        try writeRare { database in
            try database.execute(
                sql: """
                    INSERT INTO till (name, token_hash, added_at) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash, added_at = excluded.added_at,
                      revoked_at = NULL WHERE revoked_at IS NOT NULL
                    """,
                arguments: [name, Data(Digest256(of: token).bytes), Int64(bitPattern: nowMilliseconds)])
            return database.changesCount > 0
        }
    }

    /// False where there is no such till, or it is shut out already.
    package func revokeTill(_ name: String, nowMilliseconds: UInt64) throws -> Bool {
        try writeRare { database in
            try database.execute(
                sql: "UPDATE till SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL",
                arguments: [Int64(bitPattern: nowMilliseconds), name])
            return database.changesCount > 0
        }
    }

    package func tills() throws -> [Till] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT name, added_at, revoked_at FROM till ORDER BY name").map { row in
                Till(
                    name: row[0], addedAtMilliseconds: UInt64(bitPattern: row[1] as Int64),
                    revokedAtMilliseconds: (row[2] as Int64?).map(UInt64.init(bitPattern:)))
            }
        }
    }
}

extension ReplicaReader {
    /// The name of the till that has the token; nil for an unknown or revoked one.
    package func till(withToken token: [UInt8]) throws -> String? {
        try database.read { database in
            try String.fetchOne(
                database, sql: "SELECT name FROM till WHERE token_hash = ? AND revoked_at IS NULL",
                arguments: [Data(Digest256(of: token).bytes)])
        }
    }
}
