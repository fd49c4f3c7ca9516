import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// What decisions are made on leaves out what is gone.
@Suite struct LiveAccountTests {
    private let ann = RecordID(0xA11)

    @Test func aLotThatIsSpentIsNotReadAnyMore() throws {
        let store = try Stores.node(1)
        for number in 1...3 { try store.sell(try Stores.sale(UInt128(number), member: ann)) }
        let lots = try store.account(of: ann).lots
        let (whole, live) = (try store.account(of: ann), try store.liveAccount(of: ann))
        #expect(lots.count == 3 && whole == live)
        let gone = try #require(lots.first)
        let given = try store.giveBack(
            [LotSpend(lot: gone.terms.id, amount: gone.remaining)], because: .giveBack, reference: nil,
            id: RecordID(0x77), at: Stores.noon)
        #expect(given.count == 1)
        let left = try store.liveAccount(of: ann)
        let remaining = try store.account(of: ann).lots.filter { $0.remaining > 0 }
        #expect(left.lots == remaining && remaining.count == 2)
        #expect(left.members == [ann] && left.debts.isEmpty)
    }

    /// Of a lot that is gone only the index is looked at.
    @Test func theMembersLotsComeFirstAndTheirRightsByKey() throws {
        let store = try Stores.node(1)
        let plan = try store.database.read { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN \(LotRow.selectLive) WHERE lot.member = ? ORDER BY lot.id",
                arguments: [DatabaseValue.null]
            ).map { $0["detail"] as String }
        }
        #expect(plan.first?.contains("lot_by_member (member=?)") ?? false, "\(plan)")
        #expect(plan.contains { $0.contains("SEARCH lot_right USING PRIMARY KEY (lot=?)") }, "\(plan)")
    }
}
