import GRDB
import Testing

@testable import ReplicaStore

/// What nobody needs where it lies is found a stretch at a time.
@Suite struct IdleRightsTests {
    let store: ReplicaStore

    init() throws { store = try Stores.hub() }

    /// However much there is, a stretch is found by the index and read in its order.
    @Test func aStretchIsNeitherAScanNorSorted() throws {
        let sql = ReplicaStore.idleSQL(where: "lot.expires_on < ?4 AND lot.kind <> 'coupon'")
        let plan = try store.database.read { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN " + sql,
                arguments: [DatabaseValue.null, DatabaseValue.null, 9, "2025-01-01"]
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("lot_right_by_holder (holder=? AND lot>?)") }, "\(plan)")
        #expect(plan.contains { $0.contains("SEARCH lot USING PRIMARY KEY") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.contains("SCAN lot") }, "\(plan)")
    }
}
