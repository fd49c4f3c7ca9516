import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// What a replica remembers of its file is what it would read in it.
@Suite struct StandingTests {
    private static let ann = RecordID(0xA11)

    @Test(arguments: [1, 63, 64, 65, 130])
    func theHeadOfAChainIsFoundAgainInTheLog(_ edits: Int) throws {
        let node = try Stores.node(1)
        for number in 1...edits { try node.edit(Self.ann, .set(.remark, "remark \(number)")) }
        let state = try #require(node.actorState(node.identity.actor))
        let written = try node.reader.database.read {
            try Int64.fetchOne($0, sql: "SELECT last_sequence FROM actor WHERE key = 1")
        }
        #expect(written == Int64(edits) / 64 * 64)
        let reopened = try node.reopenedInMemory()
        #expect(reopened.actorState(node.identity.actor) == state)
        try reopened.edit(Self.ann, .set(.remark, "after"))
        #expect(try reopened.verify().isSound)
    }

    @Test func whatIsTakenInSavesTheHeadToo() throws {
        let (hub, node) = (try Stores.hub(), try Stores.node(1))
        try node.edit(Self.ann, .set(.name, "Ann"))
        try Travel.exchange(node, with: hub)
        let written = try node.reader.database.read {
            try Int64.fetchOne($0, sql: "SELECT last_sequence FROM actor WHERE key = 1")
        }
        #expect(written == 1)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func stretchesHoldWhatIsForTheChain(seed: UInt64) throws {
        let world = try StoreWorld(seed: seed)
        try world.run(steps: 50)
        let log = try world.hub.wholeLog()
        let forTheChain = log.filter { $0.operation.audience == .chain }.map { Int64($0.stamp.hubSequence) }
        let stretches = try world.hub.reader.database.read {
            try Row.fetchAll($0, sql: "SELECT first, last FROM chain_stretch ORDER BY first")
        }
        #expect(stretches.flatMap { Array(($0[0] as Int64)...($0[1] as Int64)) } == forTheChain, "seed \(seed)")
        for place in 0...Int64(log.count) {
            let behind = try world.hub.readLog {
                try $0.positions(for: NodeID(77), own: [], after: UInt64(place), atMost: 1_000)
            }
            #expect(behind == forTheChain.filter { $0 > place }, "seed \(seed), behind \(place)")
        }
        for node in world.nodes {
            let rows = try node.reader.database.read { try Row.fetchAll($0, sql: "SELECT * FROM chain_stretch") }
            #expect(rows.isEmpty)
        }
    }

    /// Several authors' rows lag, some beyond a multiple of 64.
    @Test func theHubFindsEveryAuthorsHeadAgain() throws {
        let hub = try Stores.hub()
        let nodes = try (1...3 as ClosedRange<UInt32>).map(Stores.node)
        for round in 0..<70 {
            for (number, node) in nodes.prefix(round < 10 ? 3 : 1).enumerated() {
                try node.edit(RecordID(UInt128(number + 1)), .set(.remark, "remark \(round)"))
                if round % 7 == 0 { try node.sell(try Stores.sale(UInt128(number * 1_000 + round))) }
                try Travel.exchange(node, with: hub)
            }
        }
        let before = hub.actorStates
        let reopened = try hub.reopenedInMemory()
        #expect(reopened.actorStates == before)
        #expect(try reopened.verify().isSound)
    }

    /// Neither a sort nor an index that is made for one question: an early answer must end the look.
    @Test func theChainsOperationsAreReadAlongTheLog() throws {
        let hub = try Stores.hub()
        let queries: [(String, StatementArguments)] = [
            (HotQuery.chainPositions.sql, [0, 9]), (ReplicaReader.announcementSQL, [0, 9, "coupon_spent"]),
        ]
        for (sql, arguments) in queries {
            let plan = try hub.reader.database.read {
                try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map {
                    $0["detail"] as String
                }
            }
            #expect(plan.filter { $0.contains("USING INTEGER PRIMARY KEY") }.count >= 2, "\(plan)")
            #expect(!plan.contains { $0.contains("AUTOMATIC") || $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test func anAbandonedTransactionLeavesNoMark() throws {
        struct Abandoned: Error {}
        let node = try Stores.node(1)
        try node.edit(Self.ann, .set(.name, "Ann"))
        let before = node.standing
        #expect(throws: Abandoned.self) {
            try node.write { transaction in
                try transaction.place(Member(id: RecordID(2), state: try transaction.current(Self.ann).state))
                throw Abandoned()
            }
        }
        #expect(node.standing == before)
    }
}
