import Digests
import GRDB
import GRDBSQLite
import Replication

import struct Foundation.Data
import class Foundation.FileManager

/// Makes an image of a hub's database, from one snapshot of it, while the hub goes on.
struct ImageMaker {
    #if DEBUG
        var bug: PlantedBug?
    #endif

    /// - Parameter database: an empty database of this version, with the hub's attached as `hub`.
    func fill(_ database: Database) throws -> HubPosition {
        var position: HubPosition?
        // An immediate one would take the right to write from the hub, too.
        try database.inTransaction(.deferred) {
            let last = try Int64.fetchOne(database, sql: "SELECT max(position) FROM hub.op") ?? 0
            for sql in Self.copies { try database.execute(sql: sql) }
            #if DEBUG
                let end = bug == .imageCursorTooHigh ? last + 3 : last
                if bug == .imageWithRoster { try database.execute(sql: "INSERT INTO node SELECT * FROM hub.node") }
            #else
                let end = last
            #endif
            try database.execute(
                sql: "INSERT INTO meta SELECT key, value FROM hub.meta WHERE key IN (?, ?)",
                arguments: [MetaKey.epoch.rawValue, MetaKey.digest.rawValue])
            try database.execute(
                sql: "INSERT INTO meta VALUES (?, ?)", arguments: [MetaKey.cursor.rawValue, end])
            position = try ReplicaStore.readCursor(in: database)
            return .commit
        }
        guard let position else { throw StoreError.damaged("the hub's epoch is missing") }
        return position
    }

    /// In the order of their keys: SQLite then copies rows of equal tables as they are, one behind the other. Members'
    /// writes are in their records; of the log there is what is looked up in it, and what the hub has objected to. Most
    /// of the log is members': to read it from end to end costs less than by an index.
    private static let copies = [
        """
        INSERT INTO actor
        SELECT key, id, 0, coalesce((SELECT max(sequence) FROM hub.op WHERE op.actor = actor.key), 0), zeroblob(32), 0,
          zeroblob(32) FROM hub.actor ORDER BY key
        """,
        """
        INSERT INTO op SELECT * FROM hub.op NOT INDEXED
        WHERE (kind <> 'member' OR verdict <> 'ok') AND audience = 'chain' ORDER BY position
        """,
        "INSERT INTO member SELECT * FROM hub.member",
        "INSERT INTO member_tag SELECT * FROM hub.member_tag",
        "INSERT INTO member_identity SELECT * FROM hub.member_identity",
        "INSERT INTO member_link SELECT * FROM hub.member_link",
        """
        INSERT INTO programme SELECT * FROM hub.programme AS declared
        WHERE EXISTS (SELECT 1 FROM op WHERE op.position = declared.position) ORDER BY category, code, revision
        """,
        """
        INSERT INTO tier_change SELECT * FROM hub.tier_change AS change
        WHERE EXISTS (SELECT 1 FROM op
          WHERE op.position = change.position AND op.verdict IN ('ok', 'flagged:clock_ahead')) ORDER BY position
        """,
        """
        INSERT INTO coupon SELECT * FROM hub.coupon AS issued
        WHERE EXISTS (SELECT 1 FROM op WHERE op.position = issued.position) ORDER BY id
        """,
        """
        INSERT INTO lot
        SELECT id, member, kind, wallet, issuer, opened_on, available_on, expires_on, 0, 0, 0, 0, 0, 0, 0, 0
        FROM hub.lot AS opened WHERE EXISTS (SELECT 1 FROM coupon WHERE coupon.id = opened.id) ORDER BY id
        """,
    ]
}

extension ReplicaReader {
    /// Writes an image into a new file. To be called at the hub, on any thread; costs a pass over all members.
    ///
    /// - Parameter path: absolute; whatever lies there is removed.
    package func makeImage(at path: String) throws -> ReplicaImage {
        guard let hub = database.now as? DatabasePool else { throw StoreError.missing(path: path) }
        for file in [path, path + "-journal"] { try? FileManager.default.removeItem(atPath: file) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: Self.draftConfiguration)
            try Schema.migrator.migrate(queue)
            let position = try queue.writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH DATABASE ? AS hub", arguments: [hub.path])
                let position = try ImageMaker().fill(database)
                try database.execute(sql: "DETACH DATABASE hub")
                return position
            }
            try queue.close()
            return try ReplicaImage.of(path, at: position)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw StoreError.full
        }
    }

    /// Nothing in it is worth a flush: after a crash it is made anew.
    private static var draftConfiguration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            for pragma in [
                "journal_mode = OFF", "synchronous = OFF", "main.locking_mode = EXCLUSIVE", "cache_size = -32768",
            ] {
                _ = try Row.fetchAll(database, sql: "PRAGMA \(pragma)")
            }
        }
        return configuration
    }
}

extension ReplicaImage {
    fileprivate static func of(_ path: String, at position: HubPosition) throws -> ReplicaImage {
        let file = try ImageFile(path: path)
        var digest = RunningDigest()
        var offset: UInt64 = 0
        while true {
            let part = try file.read(at: offset, count: ImageFile.partBytes)
            guard !part.isEmpty else { break }
            digest.append(part)
            offset += UInt64(part.count)
        }
        return ReplicaImage(position: position, format: format, bytes: offset, hash: digest.value)
    }
}
