import Digests
import GRDB
import Replication

import struct Foundation.Data

/// What a replica remembers of its own file, so that no transaction has to read it before it writes on.
struct Standing: Equatable {
    var digest = AdditiveDigest()
    /// At the hub.
    var stretches = ChainStretches()
    /// Actors whose state in memory is ahead of the file.
    var unsaved: Set<ActorID> = []

    init(digest: AdditiveDigest, stretches: ChainStretches, unsaved: Set<ActorID>) {
        self.digest = digest
        self.stretches = stretches
        self.unsaved = unsaved
    }

    init(in database: Database) throws {
        let sum = try Data.fetchOne(
            database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [MetaKey.digest.rawValue])
        guard let sum else { throw StoreError.damaged("the digest is missing") }
        digest = AdditiveDigest(sum: UInt128(bigEndianBytes: sum))
        stretches = try ChainStretches(in: database)
    }
}

/// Where in the hub's log everything is for the whole chain, from a first place to a last one: an index of such
/// operations that takes one row for as many as come together.
struct ChainStretches: Equatable {
    struct Stretch: Equatable {
        let first: Int64
        var last: Int64
    }

    private var latest: Stretch?
    /// The latest, where the file does not have it as it is.
    private(set) var unsaved: Stretch?

    init() {}

    init(in database: Database) throws {
        latest = try Row.fetchOne(database, sql: "SELECT first, last FROM chain_stretch ORDER BY first DESC LIMIT 1")
            .map { Stretch(first: $0[0], last: $0[1]) }
    }

    /// Returns a stretch that has ended before this place and is not in the file yet.
    mutating func extend(to place: Int64) -> Stretch? {
        let ended = latest?.last == place - 1 ? nil : unsaved
        let first = latest?.last == place - 1 ? latest?.first : nil
        latest = Stretch(first: first ?? place, last: place)
        unsaved = latest
        return ended
    }

    mutating func noteSaved() { unsaved = nil }

    /// Operations for the whole chain behind place `?1`, in the order of the log; `chain_stretch` and `op`.
    static let operationsAfter = """
        chain_stretch CROSS JOIN op ON op.position BETWEEN max(chain_stretch.first, ?1 + 1) AND chain_stretch.last
        WHERE chain_stretch.first >= coalesce((SELECT max(first) FROM chain_stretch WHERE first <= ?1), 0)
        """
    static let order = "ORDER BY chain_stretch.first, op.position"
}
