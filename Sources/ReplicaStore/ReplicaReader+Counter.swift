import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// What a till shows of coupons, top-ups and movements.
extension ReplicaReader {
    package func coupon(_ id: RecordID) throws -> KnownCoupon? {
        try database.read { try Self.coupon("id = ?", .identifier(id.value), in: $0) }
    }

    /// - Parameter code: in its canonical letters, without dashes.
    package func coupon(code: String) throws -> KnownCoupon? {
        try database.read { try Self.coupon("code = ?", .text(code), in: $0) }
    }

    /// The one coupon that this digit code belongs to; nil for none and for several.
    package func coupon(_ code: NumericCouponCode) throws -> KnownCoupon? {
        try database.read { database in
            let prefix = CouponCode.letters(ofCampaign: code.campaign)
            let letters = try String.fetchAll(
                database, sql: "SELECT code FROM coupon WHERE code >= ? AND code < ?",
                arguments: [prefix, prefix + "~"])
            let found = letters.filter { CouponCode(canonical: $0).map(NumericCouponCode.init(of:)) == code }
            guard let only = found.first, found.count == 1 else { return nil }
            return try Self.coupon("code = ?", .text(only), in: database)
        }
    }

    package static let couponsMax = 200

    /// Those that end last come first; at most `couponsMax`.
    package func coupons(of member: RecordID) throws -> [KnownCoupon] {
        try database.read { database in
            let statement = try SQLStatement(
                cached: "\(KnownCoupon.select) WHERE member = ? ORDER BY valid_to DESC, id LIMIT \(Self.couponsMax)",
                in: database)
            defer { statement.reset() }
            try statement.bind(.identifier(member.value))
            var coupons: [KnownCoupon] = []
            while try statement.step() { coupons.append(try KnownCoupon(statement)) }
            return coupons
        }
    }

    /// How often this replica has seen the coupon redeemed.
    package func redemptions(of coupon: RecordID) throws -> Int {
        try database.read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM redemption WHERE coupon = ? AND NOT is_undone",
                arguments: [Data(coupon.value.bigEndianBytes)]) ?? 0
        }
    }

    // MARK: Top-ups

    package func topUp(_ id: RecordID) throws -> TopUp? {
        try database.read { database in
            let sql = "SELECT op.public_body FROM top_up JOIN op ON op.position = top_up.position WHERE top_up.id = ?"
            let body = try Data.fetchOne(database, sql: sql, arguments: [Data(id.value.bigEndianBytes)])
            return try body.map { try TopUp(publicBody: Array($0)) }
        }
    }

    /// Whether somebody has used a plan here before, under any of their numbers.
    package func hasToppedUp(_ members: [RecordID], plan: String) throws -> Bool {
        try database.read { database in
            for member in members {
                let isFound = try Bool.fetchOne(
                    database, sql: "SELECT EXISTS (SELECT 1 FROM top_up WHERE member = ? AND plan = ?)",
                    arguments: [Data(member.value.bigEndianBytes), plan])
                if isFound ?? false { return true }
            }
            return false
        }
    }

    /// What the hub last said of a member's wallets; nil where it never did.
    package func summaries(
        of member: RecordID
    ) throws -> (summaries: [ReplicaStore.WalletSummary], atMilliseconds: UInt64)? {
        try database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT wallet, balance, owed, at FROM wallet_summary WHERE member = ? ORDER BY wallet",
                arguments: [Data(member.value.bigEndianBytes)])
            guard let first = rows.first else { return nil }
            return (
                rows.map { ReplicaStore.WalletSummary(wallet: $0[0], balance: $0[1], owed: $0[2]) },
                UInt64(bitPattern: first[3] as Int64)
            )
        }
    }
}
