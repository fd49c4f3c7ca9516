import Digests
import GRDB
import Loyalty
import Replication

import struct Foundation.Data

/// Makes an image into one replica's own database.
struct ImageAdoption {
    let image: ReplicaImage
    let replica: ReplicaStore

    init(image: ReplicaImage, by replica: ReplicaStore) {
        self.image = image
        self.replica = replica
    }

    func fill(_ draft: DatabaseQueue) throws {
        var merged: UInt64 = 0
        try draft.write { database in
            try check(database)
            merged = try takeOwnPlace(in: database)
            try copyWhatIsNotLogged(into: database)
        }
        let store = try ReplicaStore.open(draft, path: replica.path, role: .node)
        #if DEBUG
            store.faults.bug = replica.faults.bug
        #endif
        try replica.eachLogPage { try store.take($0, mergedThrough: merged) }
        try store.repeatWordsOnCoupons()
        store.close()
    }

    // MARK: What may be in an image

    private func check(_ database: Database) throws {
        guard try Schema.objects(in: database) == Schema.objectsOfLatest.get() else {
            throw ImageFault.foreign("its tables are not those of \(ReplicaImage.format)")
        }
        for table in try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        where !Self.filled.contains(table) && !table.hasPrefix("sqlite_") && !table.hasPrefix("grdb_") {
            let isEmpty = try Row.fetchOne(database, sql: "SELECT 1 FROM \(table) LIMIT 1") == nil
            guard isEmpty else { throw ImageFault.foreign("rows of \(table)") }
        }
        let keys = try String.fetchAll(database, sql: "SELECT key FROM meta ORDER BY key")
        guard keys == Self.marks.map(\.rawValue),
            try ReplicaStore.readCursor(in: database) == image.position
        else { throw ImageFault.foreign("another place in the log") }
        let isForOthers = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM op WHERE audience <> 'chain' OR hub_sequence IS NULL)")
        guard isForOthers == false else { throw ImageFault.foreign("operations that are not for the chain") }
        let isNumbered = try Bool.fetchOne(
            database, sql: "SELECT count(*) = coalesce(max(key), 0) AND coalesce(min(key), 1) = 1 FROM actor")
        guard isNumbered == true else { throw ImageFault.foreign("actors without their numbers") }
    }

    /// What an image says of itself, ascending.
    private static let marks: [MetaKey] = [.cursor, .digest, .epoch]

    private static let filled: Set<String> = [
        "meta", "actor", "op", "member", "member_tag", "member_identity", "member_link", "programme",
        "tier_change", "coupon", "lot",
    ]

    // MARK: Whose database it is

    /// Returns how far the image has this replica's own operations in its records.
    private func takeOwnPlace(in database: Database) throws -> UInt64 {
        for row in try replica.read({ try Row.fetchAll($0, sql: "SELECT key, value FROM meta") })
        where !Self.marks.contains(where: { $0.rawValue == row[0] as String }) {
            try database.execute(
                sql: "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                arguments: [row[0] as DatabaseValue, row[1] as DatabaseValue])
        }
        let end = try Int64.fetchOne(database, sql: "SELECT max(position) FROM op") ?? 0
        for (key, value) in [(MetaKey.imageEnd, end), (.imagePosition, Int64(clamping: image.position.sequence))] {
            try database.execute(
                sql: "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                arguments: [key.rawValue, value])
        }
        return try takeOwnActor(in: database)
    }

    private func takeOwnActor(in database: Database) throws -> UInt64 {
        guard let state = replica.actorState(replica.identity.actor) else { return 0 }
        let id = Data(state.actor.value.bigEndianBytes)
        let merged = try Int64.fetchOne(database, sql: "SELECT last_sequence FROM actor WHERE id = ?", arguments: [id])
        try database.execute(
            sql: """
                INSERT INTO actor SELECT coalesce(max(key), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6 FROM actor WHERE true
                ON CONFLICT (id) DO UPDATE SET node = excluded.node, last_sequence = excluded.last_sequence,
                  chain = excluded.chain, acknowledged_sequence = excluded.acknowledged_sequence,
                  acknowledged_chain = excluded.acknowledged_chain
                """,
            arguments: [
                id, Int64(state.node.value), Int64(bitPattern: state.lastSequence), Data(state.chain.head.bytes),
                Int64(bitPattern: state.acknowledgedSequence), Data(state.acknowledgedChain.head.bytes),
            ])
        return UInt64(bitPattern: merged ?? 0)
    }

    private func copyWhatIsNotLogged(into database: Database) throws {
        for table in ["till", "incident", "intent", "wallet_summary"] {
            for row in try replica.read({ try Row.fetchAll($0, sql: "SELECT * FROM \(table)") }) {
                let marks = Array(repeating: "?", count: row.count).joined(separator: ", ")
                try database.execute(
                    sql: "INSERT INTO \(table) VALUES (\(marks))", arguments: StatementArguments(row.databaseValues))
            }
        }
    }
}

extension ReplicaStore {
    /// Takes over from the replica whose place this one takes: what it has written, and what was for it alone.
    ///
    /// - Parameter merged: own operations up to here are in the records already.
    fileprivate func take(_ rows: [LogRow], mergedThrough merged: UInt64) throws {
        try write { transaction in
            for row in rows where row.operation.dot.actor == identity.actor || row.operation.audience != .chain {
                #if DEBUG
                    if faults.bug == .imageDropsOwnWork, row.operation.dot.actor == identity.actor { continue }
                #endif
                // An own word that the whole chain has heard is in the image.
                guard try transaction.position(of: row.operation.dot) == nil else { continue }
                let author = try transaction.actor(row.operation.dot.actor, of: row.node)
                let position = try transaction.store(
                    row.operation, actorKey: author.key, position: nil, stamp: row.stamp)
                guard let fact = effect(of: row) else { continue }
                if case .member = fact, row.operation.dot.sequence <= merged { continue }
                let draft = try transaction.draft(fact, by: author.actor, of: row.node, view: holder)
                try transaction.write(
                    draft, of: row.operation, at: position, by: row.node,
                    time: row.stamp?.effectiveTime ?? row.operation.time, holding: row.stamp == nil, view: holder)
            }
        }
    }

    /// What the image had to say about coupons that were for this node alone, or of which it only holds rights, and
    /// which came after it.
    func repeatWordsOnCoupons() throws {
        let areThere = try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM coupon JOIN op USING (position) WHERE op.audience <> 'chain')
                      OR EXISTS (SELECT 1 FROM lot WHERE kind = 'coupon' AND id NOT IN (SELECT id FROM coupon))
                    """)
        }
        guard areThere == true else { return }
        try eachLogPage { rows in
            try write { transaction in
                for row in rows {
                    switch effect(of: row) {
                    case .couponVoid(let void)?:
                        try CouponTable(transaction: transaction).void(void.coupons, at: row.position)
                    case .couponSpent(let spent)?: try CouponTable(transaction: transaction).close(spent.coupons)
                    case .member, .sale, .decision, .transfer, .topUp, .refund, .release, .booking, .couponIssue,
                        .programme, .tier, .unknown, nil:
                        break
                    }
                }
            }
        }
    }
}
