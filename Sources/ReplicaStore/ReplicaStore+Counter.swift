import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// What stands behind a counter, read for one decision of the engine.
extension ReplicaStore {
    package func member(_ id: RecordID) throws -> Member {
        try read { try ReplicaReader.member(id, in: $0) }
    }

    package func coupon(_ id: RecordID) throws -> KnownCoupon? {
        try read { try ReplicaReader.coupon("id = ?", .identifier(id.value), in: $0) }
    }

    /// - Parameter code: in its canonical letters, without dashes.
    package func coupon(code: String) throws -> KnownCoupon? {
        try read { try ReplicaReader.coupon("code = ?", .text(code), in: $0) }
    }

    /// How often a member has redeemed coupons of a definition, as far as this replica knows.
    package func redemptions(of definition: String, by member: RecordID) throws -> Int {
        try read { database in
            let sql = """
                SELECT count(*) FROM redemption JOIN coupon ON coupon.id = redemption.coupon
                WHERE coupon.definition = ? AND coupon.member = ? AND NOT redemption.is_undone
                """
            return try Int.fetchOne(
                database.cachedStatement(sql: sql), arguments: [definition, Data(member.value.bigEndianBytes)]) ?? 0
        }
    }

    /// How often, and for how much, this replica has redeemed coupons of a definition without right.
    package func risk(of definition: String) throws -> (count: Int, discountMinor: Int64) {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), coalesce(sum(discount_minor), 0) FROM redemption
                    LEFT JOIN coupon ON coupon.id = redemption.coupon
                    WHERE redemption.mode = 'optimistic' AND coupon.definition = ?
                    """, arguments: [definition])
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }

    /// Whether this replica has seen the coupon redeemed.
    package func redemptions(of coupon: RecordID) throws -> Int {
        try read { database in
            let sql = "SELECT count(*) FROM redemption WHERE coupon = ? AND NOT is_undone"
            return try Int.fetchOne(
                database.cachedStatement(sql: sql), arguments: [Data(coupon.value.bigEndianBytes)]) ?? 0
        }
    }

    // MARK: What a node keeps for itself

    package func noteIntent(_ authorization: RecordID, for sale: RecordID, nowMilliseconds: UInt64) throws {
        try write {
            try $0.statements[.noteIntent].run(
                .identifier(authorization.value), .identifier(sale.value), .unsigned(nowMilliseconds))
        }
    }

    package func forgetIntent(_ authorization: RecordID) throws {
        try write { try $0.forgetIntent(authorization) }
    }

    package func openIntents() throws -> [RecordID] {
        try read { database in
            try Data.fetchAll(database, sql: "SELECT authorization FROM intent ORDER BY authorization")
                .map { RecordID(UInt128(bigEndianBytes: $0)) }
        }
    }

    package struct WalletSummary: Equatable, Sendable {
        package let wallet: String
        package let balance: Int64
        package let owed: Int64

        package init(wallet: String, balance: Int64, owed: Int64) {
            self.wallet = wallet
            self.balance = balance
            self.owed = owed
        }
    }

    /// What the hub has just said of a member, in the place of what it said before.
    package func noteSummaries(_ summaries: [WalletSummary], of member: RecordID, nowMilliseconds: UInt64) throws {
        let key = Data(member.value.bigEndianBytes)
        try writeRare { database in
            try database.execute(sql: "DELETE FROM wallet_summary WHERE member = ?", arguments: [key])
            for summary in summaries {
                try database.execute(
                    sql: "INSERT INTO wallet_summary VALUES (?, ?, ?, ?, 0, ?)",
                    arguments: [
                        key, summary.wallet, summary.balance, summary.owed, Int64(bitPattern: nowMilliseconds),
                    ])
            }
        }
    }

    package func summaries(of member: RecordID) throws -> (summaries: [WalletSummary], atMilliseconds: UInt64)? {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT wallet, balance, owed, at FROM wallet_summary WHERE member = ? ORDER BY wallet",
                arguments: [Data(member.value.bigEndianBytes)])
            guard let first = rows.first else { return nil }
            return (
                rows.map { WalletSummary(wallet: $0[0], balance: $0[1], owed: $0[2]) },
                UInt64(bitPattern: first[3] as Int64)
            )
        }
    }

    /// By what this branch checks sealed coupons; nil before the hub has told.
    package func sealKey() throws -> [UInt8]? { try read { try ReplicaReader.bytes(.sealKey, in: $0) } }

    package func noteSealKey(_ key: [UInt8]) throws { try write { try $0.setMeta(.sealKey, .blob(key)) } }

    // MARK: What the hub keeps for itself

    /// 32 bytes that seal the chain's coupons; made of the given random bytes where there are none yet.
    package func couponSealSeed(orMadeOf random: [UInt8]) throws -> [UInt8] {
        if let seed = try read({ try ReplicaReader.bytes(.couponSeal, in: $0) }) { return seed }
        try write { try $0.setMeta(.couponSeal, .blob(random)) }
        return random
    }

    package func noteDenial(
        of authorization: RecordID, to node: NodeID, code: String, nowMilliseconds: UInt64
    ) throws {
        try writeRare { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO denial VALUES (?, ?, ?, ?)",
                arguments: [
                    Data(authorization.value.bigEndianBytes), Int64(node.value), code,
                    Int64(bitPattern: nowMilliseconds),
                ])
        }
    }

    /// Nobody asks again under so old a name.
    package func forgetDenials(beforeMilliseconds time: UInt64) throws {
        try writeRare { try $0.execute(sql: "DELETE FROM denial WHERE at < ?", arguments: [Int64(bitPattern: time)]) }
    }

    /// Why the authorization was denied, as it was said then; nil where it was not.
    package func denial(of authorization: RecordID) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT code FROM denial WHERE authorization = ?",
                arguments: [Data(authorization.value.bigEndianBytes)])
        }
    }

    /// The log entry in which a business id had its effect.
    package func entry(under id: RecordID) throws -> LogEntry? {
        let position = try look { try BookTable(transaction: $0).position(of: id) }
        guard let position else { return nil }
        return try readLog { try $0.entry(at: position) { actors[$0]?.actor } }
    }
}

extension ReplicaReader {
    /// By what sealed coupons are checked; nil where the hub has not told yet.
    package func sealKey() throws -> [UInt8]? { try database.read { try Self.bytes(.sealKey, in: $0) } }

    static func bytes(_ key: MetaKey, in database: Database) throws -> [UInt8]? {
        try Data.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key.rawValue])
            .map { Array($0) }
    }

    /// - Parameter condition: with one parameter.
    static func coupon(_ condition: String, _ value: SQLValue, in database: Database) throws -> KnownCoupon? {
        let statement = try SQLStatement(cached: "\(KnownCoupon.select) WHERE \(condition)", in: database)
        defer { statement.reset() }
        try statement.bind(value)
        return try statement.step() ? try KnownCoupon(statement) : nil
    }
}
