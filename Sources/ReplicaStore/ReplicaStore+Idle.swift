import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// Rights that nobody needs where they lie: looked for a stretch at a time, so that neither a till nor a line waits
/// for all that a large chain holds.
extension ReplicaStore {
    /// What was found in a stretch of the hub's rights.
    package struct IdleRights: Equatable, Sendable {
        package let spends: [LotSpend]
        /// After which lot the next stretch begins; nil where this was the last.
        package let next: RecordID?
    }

    /// Hub-held rights in lots that have expired before a day, and may be booked out.
    ///
    /// - Parameter limit: how many rights are looked at.
    package func expiredAtHub(
        before day: CivilDate, after lot: RecordID?, lookingAt limit: Int
    ) throws -> IdleRights {
        try idleRights(
            of: .hub, after: lot, limit, where: "lot.expires_on < ?4 AND lot.kind <> 'coupon'", [day.text])
    }

    /// Ascending by lot.
    static func idleSQL(where condition: String) -> String {
        """
        SELECT held.lot, held.amount, coalesce(\(condition), 0)
        FROM (SELECT lot, amount FROM lot_right INDEXED BY lot_right_by_holder
          WHERE holder = ?1 AND lot > ?2 ORDER BY lot LIMIT ?3) AS held JOIN lot ON lot.id = held.lot
        """
    }

    private func idleRights(
        of holder: RightsHolder, after lot: RecordID?, _ limit: Int, where condition: String, _ values: [String]
    ) throws -> IdleRights {
        try read { database in
            let statement = try SQLStatement(cached: Self.idleSQL(where: condition), in: database)
            defer { statement.reset() }
            try statement.bind(
                all: [
                    .identifier(holder.value), .identifier(lot?.value ?? 0), .integer(Int64(limit)),
                ] + values.map { .text($0) })
            var (spends, looked, last): ([LotSpend], Int, RecordID?) = ([], 0, nil)
            while try statement.step() {
                let lot = RecordID(statement.identifier(0))
                if statement.integer(2) != 0 { spends.append(LotSpend(lot: lot, amount: statement.integer(1))) }
                looked += 1
                last = lot
            }
            return IdleRights(spends: spends, next: looked < limit ? nil : last)
        }
    }
}
