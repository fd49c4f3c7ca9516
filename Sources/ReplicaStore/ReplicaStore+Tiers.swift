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
            TierChange.holding(try ReplicaReader.tierChanges(of: member, in: database), on: date).map {
                GivenTier(tier: $0.tier, until: $0.until, isProvisional: $0.isProvisional)
            }
        }
    }

    /// What this replica knows of a member's purchases since a day, less what came back and what was paid in kind.
    package func purchases(of member: RecordID, since day: CivilDate) throws -> [QualifyingPurchase] {
        try read { try ReplicaReader.purchases(of: member, since: day, in: $0) }
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

extension ReplicaReader {
    /// Everything ever said of a member's tier, in the order of this replica's log.
    static func tierChanges(of member: RecordID, in database: Database) throws -> [TierChange] {
        let statement = try SQLStatement(cached: HotQuery.tierChangesSQL, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(member.value))
        var changes: [TierChange] = []
        while try statement.step() { changes.append(try TierChange(publicBody: statement.bytes(0))) }
        return changes
    }

    static func purchases(
        of member: RecordID, since day: CivilDate, in database: Database
    ) throws -> [QualifyingPurchase] {
        let statement = try SQLStatement(cached: HotQuery.purchasesSQL, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(member.value), .text(day.text))
        var purchases: [QualifyingPurchase] = []
        while try statement.step() { purchases.append(try QualifyingPurchase(statement)) }
        return purchases
    }
}

extension QualifyingPurchase {
    /// As `HotQuery.purchasesSQL` tells it.
    ///
    /// - Parameter lessMinor: what comes back beside.
    init(_ row: SQLStatement, lessMinor: Int64 = 0) throws {
        guard let date = CivilDate(row.text(0)) else { throw StoreError.damaged("a sale's date") }
        self.init(date: date, netMinor: max(0, row.integer(1) - lessMinor), growth: row.integer(2))
    }
}
