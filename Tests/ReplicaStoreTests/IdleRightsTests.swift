import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// What nobody needs where it lies is found a stretch at a time, and all of it.
@Suite struct IdleRightsTests {
    let store: ReplicaStore
    private let early = CivilDate("2025-01-10") ?? .first
    private let since = CivilDate("2025-06-01") ?? .first
    private let today = CivilDate("2025-06-15") ?? .first

    /// Seven members were here in January, the first three of them again today.
    init() throws {
        store = try Stores.node(1)
        for number in 1...7 { try store.sell(try Stores.sale(UInt128(number), member: member(number), on: early.text)) }
        for number in 1...3 {
            try store.sell(try Stores.sale(UInt128(number + 10), member: member(number), on: today.text))
        }
    }

    @Test(arguments: [1, 2, 3, 5, 10, 11])
    func stretchByStretchNothingIsPassedOver(_ limit: Int) throws {
        var (found, place, stretches): ([LotSpend], RecordID?, Int) = ([], nil, 0)
        repeat {
            let stretch = try store.idleRights(since: since, today: today, after: place, lookingAt: limit)
            found += stretch.spends
            place = stretch.next
            stretches += 1
        } while place != nil && stretches < 20
        #expect(stretches == 10 / limit + 1)
        let expected = try lots(of: 4...7)
        #expect(Set(found.map(\.lot)) == expected && found.count == 4)
    }

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

    private func member(_ number: Int) -> RecordID { RecordID(0xA00 + UInt128(number)) }

    private func lots(of numbers: ClosedRange<Int>) throws -> Set<RecordID> {
        Set(try numbers.flatMap { try store.account(of: member($0)).lots.map(\.terms.id) })
    }
}
