import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Full vector clocks: what is expanded for people is what the authors had seen.
@Suite struct ClockTests {
    @Test(arguments: 200..<215 as Range<UInt64>)
    func theFullVectorsAreThoseOfTheHistory(seed: UInt64) throws {
        let world = try StoreWorld(seed: seed)
        try world.run(steps: 60)
        let log = try world.hub.wholeLog()
        var history = CausalHistory(epoch: Stores.epoch)
        for entry in log { history.stamped(entry.operation.dot) }
        for entry in log {
            let dot = entry.operation.dot
            let clock = try #require(try world.hub.reader.clock(of: dot))
            #expect(clock.vector == history.vector(of: dot, observed: entry.operation.observed))
            #expect(try Self.viewedVector(of: dot, at: world.hub) == clock.vector)
            #expect(clock.stamp == entry.stamp)
            #expect(clock.observed == entry.operation.observed)
            #expect(clock.time == entry.operation.time)
        }
        for node in world.nodes { try expectPartOfTheHubs(node, world.hub) }
    }

    /// A branch holds a part of the log: its vectors are the hub's, as far as it knows the operations.
    private func expectPartOfTheHubs(_ node: ReplicaStore, _ hub: ReplicaStore) throws {
        for entry in try hub.wholeLog() {
            guard let clock = try node.reader.clock(of: entry.operation.dot) else { continue }
            let whole = try #require(try hub.reader.clock(of: entry.operation.dot))
            #expect(whole.vector.covers(clock.vector))
            #expect(clock.vector.contains(entry.operation.dot))
            #expect(try Self.viewedVector(of: entry.operation.dot, at: node) == clock.vector)
        }
    }

    private static func viewedVector(of dot: Dot, at store: ReplicaStore) throws -> VersionVector {
        let actor = RecordID(dot.actor.value).hexadecimal
        let sql =
            """
            SELECT known_actor, known_sequence FROM record_clocks
            WHERE actor = '\(actor)' AND sequence = \(dot.sequence)
            """
        return VersionVector(
            try store.reader.query(sql, rowsMax: 100).rows.map { row in
                let actor = try #require(row[0].flatMap { RecordID(hexadecimal: $0) })
                return Dot(ActorID(actor.value), try #require(row[1].flatMap { UInt64($0) }))
            })
    }

    @Test func anOperationThatIsNotHereHasNoClock() throws {
        #expect(try Stores.hub().reader.clock(of: Dot(ActorID(1), 1)) == nil)
    }

    struct Claim: Sendable {
        let positions: [HubPosition]
        let seen: UInt64

        init(_ sequences: [(epoch: UInt128, sequence: UInt64)], seen: UInt64) {
            positions = sequences.map { HubPosition(epoch: EpochID($0.epoch), sequence: $0.sequence) }
            self.seen = seen
        }
    }

    static let claims = [
        Claim([], seen: 0),
        Claim([(0xE0, 1)], seen: 1),
        Claim([(0xE0, 99)], seen: 2),
        Claim([(0xE0, UInt64(Int64.max))], seen: 2),
        Claim([(0xBAD, 2)], seen: 0),
        Claim([(0xBAD, 2), (0xE0, 1)], seen: 1),
    ]

    /// What an author claims to have seen counts in this hub's epoch, and not beyond its own place.
    @Test(arguments: claims)
    func aClaimCountsAsFarAsItCanBeTrue(_ claim: Claim) throws {
        let hub = try Stores.hub()
        let (first, second) = (try Stores.node(1), try Stores.node(2))
        for name in ["Ann", "Anne"] { try first.edit(RecordID(0xA11), .set(.name, name)) }
        try Travel.push(first, to: hub)
        let operation = Operation(
            dot: Dot(second.identity.actor, 1), observed: Observed(claim.positions),
            time: HybridTime(milliseconds: Stores.noon), audience: .chain,
            kind: OperationKind(rawValue: "from.the.future"), publicBody: [], personal: nil)
        try second.forge(operation)
        try Travel.push(second, to: hub)
        try first.edit(RecordID(0xA11), .set(.name, "Anna"))
        try Travel.exchange(first, with: hub)

        let clock = try #require(try hub.reader.clock(of: operation.dot))
        var expected = VersionVector([operation.dot])
        expected.include(Dot(first.identity.actor, claim.seen))
        #expect(clock.vector == expected)
    }
}
