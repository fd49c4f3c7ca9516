import Digests
import GRDB
import Replication

import struct Foundation.Data

/// What a replica remembers of its own file, so that no transaction has to read it before it writes on.
struct Standing: Equatable {
    var digest: AdditiveDigest
    /// At the hub.
    var stretches: ChainStretches
    /// At a node: actors whose rows wait for the next cursor to be written.
    var unsaved: Set<ActorID> = []

    init(in database: Database) throws {
        let sum = try Data.fetchOne(
            database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [MetaKey.digest.rawValue])
        guard let sum else { throw StoreError.damaged("the digest is missing") }
        digest = AdditiveDigest(sum: UInt128(bigEndianBytes: sum))
        stretches = try ChainStretches(in: database)
    }

    /// Of an empty database.
    static func begin(in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO meta (key, value) VALUES (?, ?)",
            arguments: [MetaKey.digest.rawValue, Data(AdditiveDigest().sum.bigEndianBytes)])
    }
}
