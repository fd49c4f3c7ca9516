import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// Tiers that branches have given and the hub's books do not bring, as they stand now.
extension ReplicaReader {
    func disputedTiers(
        _ database: Database, undecided: (String, (Row) throws -> [Case]) throws -> [Case]
    ) throws -> [Case] {
        let programme = try Self.programme(in: database)
        return try undecided(Self.disputedSQL) { row in
            let dot = Dot(ActorID(UInt128(bigEndianBytes: row[0] as Data)), UInt64(bitPattern: row[1] as Int64))
            let body = Array(row[3] as Data)
            guard row[2] as String == Refund.kind.rawValue else {
                let change = try TierChange(publicBody: body)
                return try Self.isConfirmed(change, programme, in: database)
                    ? [] : [Case(.tierDisputed(member: change.member, tier: change.tier, by: [dot]))]
            }
            return try Self.cases(of: Refund(publicBody: body), by: dot, programme, in: database)
        }
    }

    private static let disputedSQL = """
        SELECT actor.id, op.sequence, op.kind, op.public_body FROM op INDEXED BY op_judged
          JOIN actor ON actor.key = op.actor
        WHERE op.verdict <> 'ok' AND op.verdict = 'flagged:\(VerdictReason.tierDisputed.rawValue)'
        ORDER BY op.position
        """

    private static func isConfirmed(
        _ change: TierChange, _ programme: Programme, in database: Database
    ) throws -> Bool {
        guard let sold = try sold(change.cause, in: database), sold.member == change.member else { return false }
        return programme.confirms(
            change.tier, try tierChanges(of: change.member, in: database),
            purchases: try purchases(of: change.member, programme, on: sold.date, in: database), on: sold.date)
    }

    /// All that came back of what had brought a tier make one case, told at the first.
    private static func cases(
        of refund: Refund, by dot: Dot, _ programme: Programme, in database: Database
    ) throws -> [Case] {
        let pieces = try Row.fetchAll(
            database,
            sql: """
                SELECT actor.id, op.sequence FROM refund JOIN op ON op.position = refund.position
                  JOIN actor ON actor.key = op.actor
                WHERE refund.sale = ? AND op.verdict = 'flagged:\(VerdictReason.tierDisputed.rawValue)'
                ORDER BY op.position
                """, arguments: [Data(refund.sale.value.bigEndianBytes)]
        ).map { Dot(ActorID(UInt128(bigEndianBytes: $0[0] as Data)), UInt64(bitPattern: $0[1] as Int64)) }
        guard pieces.first == dot, let member = refund.member, let sold = try sold(refund.sale, in: database) else {
            return []
        }
        let changes = try tierChanges(of: member, in: database)
        let others = changes.filter { $0.cause != refund.sale }
        let purchases = try purchases(of: member, programme, on: sold.date, in: database)
        let tiers = TierChange.holding(changes, on: refund.businessDate).filter { $0.cause == refund.sale }.map(\.tier)
        return Set(tiers).sorted().filter {
            !programme.confirms($0, others, purchases: purchases, on: sold.date)
        }.map { Case(.tierDisputed(member: member, tier: $0, by: pieces)) }
    }

    private static func sold(
        _ sale: RecordID?, in database: Database
    ) throws -> (member: RecordID?, date: CivilDate)? {
        guard let sale else { return nil }
        let row = try Row.fetchOne(
            database, sql: "SELECT member, business_date FROM sale WHERE id = ?",
            arguments: [Data(sale.value.bigEndianBytes)])
        guard let row else { return nil }
        guard let date = CivilDate(row[1] as String) else { throw StoreError.damaged("a sale's date") }
        return ((row[0] as Data?).map(record), date)
    }

    private static func purchases(
        of member: RecordID, _ programme: Programme, on date: CivilDate, in database: Database
    ) throws -> [QualifyingPurchase] {
        guard let longest = programme.tiers(on: date).map(\.rule.windowMonths).max() else { return [] }
        return try purchases(of: member, since: date.adding(months: -longest), in: database)
    }

    /// What the hub counts towards a tier by what is known today, on the day of the purchase that is said to have
    /// brought it.
    package func standing(
        of member: RecordID, since sale: RecordID
    ) throws -> (reached: InForce<Tier>?, purchases: [QualifyingPurchase], date: CivilDate)? {
        try database.read { database in
            let programme = try Self.programme(in: database)
            guard let sold = try Self.sold(sale, in: database) else { return nil }
            let purchases = try Self.purchases(of: member, programme, on: sold.date, in: database)
            return (programme.tierReached(by: purchases, on: sold.date), purchases, sold.date)
        }
    }

    package func tierChanges(of member: RecordID) throws -> [TierChange] {
        try database.read { try Self.tierChanges(of: member, in: $0) }
    }
}
