import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Headquarters' books: what was made, spent and is owed, by day, branch and wallet, to the unit.
@Suite struct BooksTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
        for number in 1...2 as ClosedRange<UInt8> {
            try hub.invite(
                token: [number], branchCode: "00\(number)", branchName: "Branch \(number)",
                expiresAtMilliseconds: Stores.noon)
            _ = try hub.enrol(token: [number], publicKey: [number], nowMilliseconds: Stores.noon)
        }
    }

    private func rows(_ sql: String) throws -> [[String?]] { try hub.reader.query(sql, rowsMax: 1_000).rows }

    private func say(_ fact: Fact, for audience: Audience = .hub) throws {
        _ = try hub.accept(
            [.init(operation: hub.draft(fact, for: audience, at: Stores.noon), node: .hub)],
            nowMilliseconds: Stores.noon, toleranceMilliseconds: Stores.tolerance)
    }

    /// 150 points are earned at the first branch and moved to the second, which spends 100 of them.
    private func tellTheStory() throws {
        try first.sell(try Stores.sale(1, member: ann, netMinor: [15_000]))
        try Travel.exchange(first, second, with: hub)
        let lot = try #require(try hub.account(of: ann).lots.first)
        let holder = RightsHolder.actor(first.identity.actor)
        try say(
            .transfer(
                Transfer(
                    id: RecordID(0x77), from: holder, to: .hub, cause: .writeoff, reference: nil, author: "boss",
                    reason: "fire", items: [.init(terms: lot.terms, amount: 150)])),
            for: .nodes([NodeID(1)]))
        try say(
            .transfer(
                Transfer(
                    id: RecordID(0x78), from: .hub, to: .actor(second.identity.actor), cause: .allowance,
                    reference: nil, items: [.init(terms: lot.terms, amount: 120)])),
            for: .nodes([NodeID(2)]))
        try say(
            .booking(
                Booking(
                    id: RecordID(0x79), cause: .adjust, reference: nil, author: "boss", reason: "mistake",
                    businessDate: try #require(CivilDate("2025-06-16")),
                    lines: [.debit(LotSpend(lot: lot.terms.id, amount: 7))])))
        try Travel.exchange(first, second, with: hub)
        let plain = try Stores.sale(2, member: ann, netMinor: [10_000], points: 0)
        try second.sell(
            Sale(
                id: plain.id, member: ann, till: "1", reference: "", occurredAtMilliseconds: Stores.noon,
                businessDate: plain.businessDate, netMinor: 10_000, points: 0, ruleRevision: 1, lines: plain.lines,
                settlement: Settlement(
                    cashier: "Mei", tier: nil,
                    lines: [
                        LineSettlement(
                            couponMinor: 0, pointsMinor: 100, principalMinor: 0, bonusMinor: 0, pointsEarned: 0,
                            growthEarned: 0)
                    ],
                    tenders: [
                        Tender(kind: .cash, amountMinor: 9_900, reference: ""),
                        Tender(kind: .points, amountMinor: 100, reference: ""),
                    ], accruals: [], spends: [LotSpend(lot: lot.terms.id, amount: 100)], coupons: [], grants: [])))
        try Travel.exchange(first, second, with: hub)
    }

    private func charge(_ id: UInt128, _ lines: BranchCharge...) throws {
        try say(
            .booking(
                Booking(
                    id: RecordID(id), cause: .decision, reference: RecordID(0xCA5E), author: "boss", reason: "again",
                    businessDate: try #require(CivilDate("2025-06-17")), lines: lines.map(Booking.Line.charge))))
    }

    private func branch(_ node: UInt32, _ item: BranchCharge.Item, _ code: String, _ amount: Int64) -> BranchCharge {
        BranchCharge(node: NodeID(node), item: item, code: code, amount: amount, sale: nil)
    }

    @Test func whatABranchBearsStandsInItsAccountOnce() throws {
        try charge(1, branch(1, .coupon, "summer", 500), branch(2, .points, "points", 30))
        try charge(2, branch(1, .coupon, "summer", 200))
        try charge(2, branch(1, .coupon, "summer", 999))
        #expect(
            try rows(
                """
                SELECT business_date, branch, item, code, sum(points), sum(amount_minor), max(reason)
                FROM branch_charges GROUP BY node ORDER BY node
                """)
                == [
                    ["2025-06-17", "001", "coupon", "summer", "0", "700", "again"],
                    ["2025-06-17", "002", "points", "points", "30", "0", "again"],
                ])
        #expect(
            try rows("SELECT DISTINCT \"case\" FROM branch_charges") == [[RecordID(0xCA5E).hexadecimal]])
        #expect(try hub.verify().isSound)
    }

    @Test(arguments: [
        "UPDATE branch_account SET charged = charged + 1", "UPDATE branch_charge SET amount = amount + 1",
        "DELETE FROM branch_account WHERE node = 2", "DELETE FROM branch_charge WHERE node = 1",
        "UPDATE branch_account SET node = 3 WHERE node = 2",
    ])
    func aDifferenceInABranchsAccountIsFound(sql: String) throws {
        try charge(1, branch(1, .coupon, "summer", 500), branch(2, .points, "points", 30))
        try hub.database.write { try $0.execute(sql: sql) }
        #expect(try !hub.verify().areBooksSound)
    }

    @Test func theDaysAddUpToWhatIsOwed() throws {
        try tellTheStory()
        #expect(
            try rows(
                """
                SELECT business_date, branch, wallet, issued, spent, adjusted, overdrawn FROM wallet_days
                ORDER BY business_date, node
                """)
                == [
                    ["2025-06-15", "001", "points", "150", "0", "0", "0"],
                    ["2025-06-15", "002", "points", "0", "100", "0", "0"],
                    ["2025-06-16", nil, "points", "0", "0", "-7", "0"],
                ])
        #expect(
            try rows("SELECT wallet, kind, lots, remaining, pending FROM liability")
                == [["points", "points", "1", "43", "0"]])
        #expect(
            try rows(
                """
                SELECT sum(issued + adjusted + refunded + overdrawn - spent - expired - clawed_back) FROM wallet_days
                """) == [["43"]])
        #expect(
            try rows("SELECT issuing_branch, redeeming_branch, wallet, spent, refunded FROM settlement")
                == [["001", "002", "points", "100", "0"]])
        #expect(try hub.verify().isSound)
    }

    @Test(arguments: [
        "UPDATE lot SET earned = earned + 1", "UPDATE lot SET spent = spent + 1",
        "UPDATE lot_right SET amount = amount + 1",
        "UPDATE ledger SET amount = amount + 1 WHERE kind = 'spend'", "DELETE FROM ledger WHERE kind = 'earn'",
        "UPDATE lot SET earned = earned + 1, clawed_back = clawed_back + 1",
    ])
    func aDifferenceOfOneIsFound(sql: String) throws {
        try tellTheStory()
        try hub.database.write { try $0.execute(sql: sql) }
        #expect(try !hub.verify().areBooksSound)
    }
}
