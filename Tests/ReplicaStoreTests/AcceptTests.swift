import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// What the hub does with operations that are unknown, unreadable, out of order or not allowed: nothing behind waits.
@Suite struct AcceptTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let kind: String
        let audience: Audience
        let publicBody: [UInt8]
        let verdict: Verdict

        var testDescription: String { "\(kind) \(verdict)" }
    }

    static let badOperations = [
        Bad(kind: "member", audience: .chain, publicBody: [], verdict: .void(.malformed)),
        Bad(kind: "member", audience: .chain, publicBody: [0xff, 9, 10, 0], verdict: .void(.malformed)),
        Bad(kind: "member", audience: .hub, publicBody: [], verdict: .void(.audience)),
        Bad(kind: "sale", audience: .hub, publicBody: Array("x\ty".utf8), verdict: .flagged(.malformed)),
        Bad(kind: "sale", audience: .chain, publicBody: [], verdict: .flagged(.audience)),
        Bad(kind: "sale", audience: .nodes([NodeID(2)]), publicBody: [], verdict: .flagged(.audience)),
        Bad(kind: "decision", audience: .hub, publicBody: [1], verdict: .flagged(.malformed)),
        Bad(
            kind: "decision", audience: .hub,
            publicBody: CaseDecision(caseID: RecordID(1), outcome: .distinct, author: "me", reason: "").publicBody(),
            verdict: .flagged(.authority)),
    ]

    @Test(arguments: badOperations)
    func aBadOperationIsJudgedAndNothingBehindItWaits(_ bad: Bad) throws {
        try first.forge(
            first.next(OperationKind(rawValue: bad.kind), audience: bad.audience, publicBody: bad.publicBody))
        try first.edit(ann, .set(.name, "Ann"))
        let entries = try Travel.push(first, to: hub)
        #expect(entries.map(\.stamp.verdict) == [bad.verdict, .ok])
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] { #expect(try store.value(.name, of: ann) == "Ann") }
        #expect(try hub.reader.count(.sales) == 0)
        #expect(try hub.reader.query("SELECT * FROM decisions", rowsMax: 1).rows == [])
        #expect(try hub.reader.openCases(limit: 9) == [Case(.judged(entries[0].operation.dot, bad.verdict))])
        try expectAgreement(first, second, with: hub)
    }

    @Test(arguments: [Audience.chain, .hub, .nodes([NodeID(2)]), .nodes([NodeID(1), NodeID(12)])])
    func anUnknownKindIsKeptAndPassedOnToItsAudience(_ audience: Audience) throws {
        let personal = PersonalPart(salt: Array(0..<16), body: [0, 9, 10, 255])
        let operation = try first.forge(
            first.next(
                OperationKind(rawValue: "stamp.card"), audience: audience, publicBody: [9, 0, 10, 92],
                personal: personal))
        try Travel.exchange(first, second, with: hub)
        #expect(try hub.wholeLog().map(\.operation) == [operation])
        #expect(try hub.wholeLog().map(\.stamp.verdict) == [.ok])
        let atSecond = try hub.entries(for: NodeID(2), own: [], after: 0, atMost: 9).entries.map(\.operation)
        #expect(atSecond == (audience.includes(NodeID(2)) ? [operation] : []))
        #expect(try second.reader.count(.operations) == Int64(atSecond.count))
        try expectAgreement(first, second, with: hub)
    }

    @Test func repeatsArePassedOverAndWhatComesAfterAGapIsLeftOut() throws {
        for name in ["a", "b", "c", "d"] { try first.edit(ann, .set(.name, name)) }
        let operations = try first.outgoing(of: first.identity.actor, from: 1, atMost: 9).operations
        func accept(_ sequences: [Int]) throws -> ReplicaStore.Acceptance {
            try hub.accept(
                sequences.map { .init(operation: operations[$0 - 1], node: NodeID(1)) }, nowMilliseconds: Stores.noon,
                toleranceMilliseconds: Stores.tolerance)
        }
        #expect(try accept([2, 3]).entries == [])
        #expect(try accept([1, 1, 3, 2]).entries.map(\.operation) == [operations[0], operations[1]])
        let repeated = try accept([1, 2])
        #expect(repeated.entries == [])
        #expect(repeated.heads == [first.identity.actor])
        #expect(hub.actorState(first.identity.actor)?.lastSequence == 2)
        #expect(try accept([3, 4]).entries.map(\.stamp.hubSequence) == [3, 4])
    }

    @Test func theOwnOperationsOfANodeAreFoundWhereverTheyStand() throws {
        for round in 0..<40 {
            try first.edit(ann, .set(.name, "\(round)"))
            if round % 3 == 0 { try second.sell(try Stores.sale(UInt128(round))) }
            if round % 5 == 0 { for node in [first, second] { try Travel.push(node, to: hub) } }
        }
        for node in [first, second] { try Travel.push(node, to: hub) }
        let log = try hub.wholeLog()
        for after in 0...UInt64(log.count) {
            for limit in [1, 3, 100] {
                let page = try hub.entries(
                    for: second.identity.node, own: [second.identity.actor], after: after, atMost: limit)
                let expected = log.filter { entry in
                    entry.stamp.hubSequence > after
                        && (entry.operation.audience == .chain || entry.operation.dot.actor == second.identity.actor)
                }.prefix(limit)
                #expect(page.entries == Array(expected))
                #expect(page.through == (expected.count < limit ? hub.head : expected.last?.stamp.hubSequence))
            }
        }
    }

    @Test func stampsBeyondEverythingAreRefusedAndChangeNothing() throws {
        try first.edit(ann, .set(.name, "Ann"))
        let stamps = ReplicaStore.Delivery.stamps(
            first: Dot(first.identity.actor, 2), firstHubSequence: 1, count: .max)
        #expect(throws: StoreError.self) {
            try first.apply(
                [stamps], cursor: HubPosition(epoch: Stores.epoch, sequence: 1), nowMilliseconds: Stores.noon,
                toleranceMilliseconds: Stores.tolerance)
        }
        #expect(first.cursor == nil)
        try Travel.exchange(first, with: hub)
        try expectAgreement(first, with: hub)
    }
}
