import Digests
import GRDB
import Replication

import struct Foundation.Data

/// The fourth version: fewer trees to be written with every operation.
enum StretchSchema {
    /// An index with an entry for every operation, and 256 sums where one is compared, have made room.
    static func migrate(_ database: Database) throws {
        var digest = AdditiveDigest()
        for sum in try Data.fetchAll(database, sql: "SELECT sum FROM digest") {
            digest.add(AdditiveDigest(sum: UInt128(bigEndianBytes: sum)))
        }
        let role = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'role'")
        try database.execute(sql: table)
        if role == ReplicaIdentity.Role.hub.rawValue { try database.execute(sql: stretches) }
        try database.execute(sql: "DROP INDEX op_to_chain; DROP TABLE digest;" + Views.version4)
        guard role != nil else { return }
        try database.execute(
            sql: "INSERT INTO meta (key, value) VALUES ('digest', ?)", arguments: [Data(digest.sum.bigEndianBytes)])
    }

    private static let table = """
        -- At the hub: stretches of the log in which everything is for the whole chain.
        CREATE TABLE chain_stretch (
          first INTEGER PRIMARY KEY,
          last INTEGER NOT NULL CHECK (last >= first)
        ) STRICT;
        """

    private static let stretches = """
        INSERT INTO chain_stretch
          SELECT min(position), max(position)
          FROM (SELECT position, position - row_number() OVER (ORDER BY position) AS island
                FROM op INDEXED BY op_to_chain WHERE audience = 'chain')
          GROUP BY island
        """
}
