import GRDB
import Loyalty
package import Replication

import struct Foundation.Data

/// What was redeemed beyond a member's or a campaign's limit, or after its coupon had been taken back.
extension ReplicaReader {
    func limitCases(
        _ database: Database, undecided: (String, (Row) throws -> [Case]) throws -> [Case]
    ) throws -> [Case] {
        let programme = try Self.programme(in: database)
        return try undecided(Self.flaggedUsesSQL) { row in
            let (definition, member) = (row[0] as String, Self.record(row[1]))
            let uses = try Self.limitedUses(of: definition, by: member, programme, in: database)
            guard uses.contains(where: { !$0.isValid }) else { return [] }
            return [Case(.overLimit(member: member, definition: definition, by: uses.map(\.dot)))]
        }
            + undecided(Self.lackingDefinitionsSQL) { row in
                let doubles = try Self.doubles(of: row[0], in: database)
                guard let limit = Self.lossMax(of: doubles, row[0], programme),
                    doubles.reduce(0, { $0 + $1.discountMinor }) > limit
                else { return [] }
                return [Case(.overLoss(definition: row[0], by: doubles.map(\.dot)))]
            }
    }

    /// Whoever goes beyond a limit is flagged, for that or for something worse.
    private static let flaggedUsesSQL = """
        SELECT DISTINCT coupon.definition, coupon.member FROM op INDEXED BY op_judged
          JOIN ledger ON ledger.position = op.position JOIN coupon ON coupon.id = ledger.lot
        WHERE op.verdict <> 'ok' AND op.kind = 'sale' AND coupon.member IS NOT NULL ORDER BY 1, 2
        """

    private static let lackingDefinitionsSQL = """
        SELECT DISTINCT coupon.definition FROM ledger JOIN coupon ON coupon.id = ledger.lot
        WHERE ledger.lacking > 0 AND ledger.kind = 'spend' ORDER BY 1
        """

    private static func limitedUses(
        of definition: String, by member: RecordID, _ programme: Programme, in database: Database
    ) throws -> [CouponRedemption] {
        let all = try redemptions(
            where: "coupon.definition = ? AND coupon.member = ? AND redemption.is_undone = 0",
            [definition, Data(member.value.bigEndianBytes)], in: database)
        let limits = { (use: CouponRedemption) in
            programme.coupon(definition, revision: use.definitionRevision)?.memberUsesMax
        }
        let uses = all.map { $0.use(memberUsesMax: limits($0)) }
        let (valid, beyond) = (LimitedUse.valid(uses), LimitedUse.beyondLimit(uses))
        var redemptions = all.filter { valid.contains($0.use(memberUsesMax: limits($0))) }
        for index in redemptions.indices {
            let use = redemptions[index]
            guard let limit = limits(use), beyond.contains(use.use(memberUsesMax: limit)) else { continue }
            redemptions[index].isValid = false
            redemptions[index].couldHaveKnown = redemptions[..<index].filter { $0.node == use.node }.count >= limit
        }
        return redemptions
    }

    /// Every valid use that a member has made of a definition's coupons, in the hub's order. Not valid is here what is
    /// beyond the member's limit.
    package func limitedUses(of definition: String, by member: RecordID) throws -> [CouponRedemption] {
        try database.read { database in
            try Self.limitedUses(of: definition, by: member, Self.programme(in: database), in: database)
        }
    }

    // MARK: A campaign's loss

    private static func doubles(of definition: String, in database: Database) throws -> [CouponRedemption] {
        let coupons = try Data.fetchAll(
            database,
            sql: "\(lackingCouponsSQL) AND lot IN (SELECT id FROM coupon WHERE definition = ?) ORDER BY lot",
            arguments: [definition])
        return try coupons.flatMap { coupon in
            try redemptions(of: record(coupon), in: database).filter { !$0.isValid && !$0.isUndone }
        }
    }

    private static func lossMax(
        of doubles: [CouponRedemption], _ definition: String, _ programme: Programme
    ) -> Int64? {
        guard let revision = doubles.map(\.definitionRevision).max(),
            case .optimistic(_, _, let loss)? = programme.coupon(definition, revision: revision)?.policy
        else { return nil }
        return loss
    }

    /// What was redeemed of a definition's coupons more often than they may be.
    package func doubles(of definition: String) throws -> [CouponRedemption] {
        try database.read { try Self.doubles(of: definition, in: $0) }
    }

    // MARK: Coupons taken back

    /// What an operation redeemed of coupons that headquarters had taken back before, in the hub's order.
    package func voidRedemptions(of dot: Dot) throws -> [CouponRedemption] {
        try database.read { database in
            let used = try Row.fetchAll(
                database,
                sql: """
                    SELECT coupon.id, coupon.position FROM ledger JOIN coupon ON coupon.id = ledger.lot
                    WHERE coupon.is_void AND ledger.kind = 'spend' AND ledger.position =
                      (SELECT position FROM op WHERE actor = (SELECT key FROM actor WHERE id = ?) AND sequence = ?)
                    ORDER BY ledger.number
                    """,
                arguments: [Data(dot.actor.value.bigEndianBytes), Int64(bitPattern: dot.sequence)])
            return try used.flatMap { row -> [CouponRedemption] in
                let coupon = Self.record(row[0])
                return try Self.redemptions(of: coupon, in: database).filter { $0.dot == dot }.compactMap { use in
                    guard
                        let void = try Self.announcement(
                            CouponVoid.kind, of: coupon, after: row[1], through: use.position, in: database)
                    else { return nil }
                    var use = use
                    use.isValid = false
                    use.couldHaveKnown = void <= use.observed
                    return use
                }
            }
        }
    }
}
