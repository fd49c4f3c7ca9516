import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// Which tier a member has, and what counts towards the next.
extension ReplicaStore {
    /// A tier that was given, with the last day on which it holds; nil for no end.
    package struct GivenTier: Equatable, Sendable {
        package let tier: String
        package let until: CivilDate?
        package let isProvisional: Bool
    }

    /// The tiers given to a member that hold on a day, in the order in which they were given.
    package func tiers(of member: RecordID, on date: CivilDate) throws -> [GivenTier] {
        try read { database in
            let sql = """
                SELECT tier, until, is_provisional FROM tier_change
                WHERE member = ? AND coalesce(until, '9999') >= ? ORDER BY position
                """
            let rows = try Row.fetchAll(
                database.cachedStatement(sql: sql), arguments: [Data(member.value.bigEndianBytes), date.text])
            return rows.map {
                GivenTier(tier: $0[0], until: ($0[1] as String?).flatMap(CivilDate.init(_:)), isProvisional: $0[2])
            }
        }
    }

    /// What this replica knows of a member's purchases since a day, less what came back and what was paid in kind.
    package func purchases(of member: RecordID, since day: CivilDate) throws -> [QualifyingPurchase] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT sale.business_date,
                      sale.net_minor
                        - coalesce((SELECT sum(points_minor + bonus_minor) FROM sale_share
                            WHERE sale_share.sale = sale.position), 0)
                        - coalesce((SELECT sum(refund.net_minor) FROM refund
                            JOIN op ON op.position = refund.position JOIN actor ON actor.key = op.actor
                            WHERE refund.sale = sale.id AND actor.node IN (0, sale.node)), 0),
                      coalesce((SELECT sum(growth_earned) FROM sale_share WHERE sale_share.sale = sale.position), 0)
                    FROM sale WHERE sale.member = ? AND sale.business_date >= ? ORDER BY sale.position
                    """, arguments: [Data(member.value.bigEndianBytes), day.text])
            var purchases: [QualifyingPurchase] = []
            while let row = try rows.next() {
                guard let date = CivilDate(row[0]) else { throw StoreError.damaged("a sale's date") }
                purchases.append(
                    QualifyingPurchase(date: date, netMinor: max(0, row[1] as Int64), growth: row[2]))
            }
            return purchases
        }
    }

    /// Members whose last confirmed tier ended before a day, with that tier; at most so many.
    package func endedTiers(before day: CivilDate, atMost limit: Int) throws -> [(member: RecordID, given: GivenTier)] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT member, tier, until FROM tier_change AS last
                    WHERE until < ?1 AND NOT is_provisional AND position =
                      (SELECT max(position) FROM tier_change WHERE member = last.member AND NOT is_provisional)
                    ORDER BY member LIMIT ?2
                    """, arguments: [day.text, limit])
            return rows.map {
                (
                    RecordID(UInt128(bigEndianBytes: $0[0] as Data)),
                    GivenTier(
                        tier: $0[1], until: ($0[2] as String?).flatMap(CivilDate.init(_:)), isProvisional: false)
                )
            }
        }
    }

    /// At a node: what it says of a member's tier, for the whole chain.
    package func record(_ change: TierChange, at nowMilliseconds: UInt64) throws {
        let (observed, time) = (observed, tick(nowMilliseconds: nowMilliseconds))
        try write { transaction in
            let own = own(.tier(change), at: time, observed, transaction)
            let operation = Operation(
                dot: own.dot, observed: observed, time: time, audience: .chain, kind: own.kind,
                publicBody: own.publicBody, personal: nil)
            try log(operation, saying: .tier(change), in: transaction)
        }
    }
}
