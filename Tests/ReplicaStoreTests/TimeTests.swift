import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// A time too far ahead is clamped by the hub, and everybody takes the hub's word for it.
@Suite struct TimeTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)
    let twoHoursAhead = Stores.noon + 7_200_000
    let latest = HybridTime(milliseconds: Stores.noon + Stores.tolerance)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    @Test func aTimeFarAheadIsClampedAtTheHubAndAtItsOrigin() throws {
        try first.edit(ann, .set(.name, "Ann"), nowMilliseconds: twoHoursAhead)
        try Travel.exchange(first, second, with: hub)
        #expect(
            try hub.wholeLog().map(\.stamp) == [
                Stamp(hubSequence: 1, effectiveTime: latest, verdict: .flagged(.clockAhead))
            ])
        for store in [hub, first, second] {
            #expect(try store.reader.member(ann)?.shown(.name)?.time == latest)
        }
        try expectAgreement(first, second, with: hub)
    }

    @Test func whatIsHeldForAVerdictIsClampedToo() throws {
        try first.edit(ann, .set(.name, "Ann"), nowMilliseconds: twoHoursAhead)
        try first.forge(try first.presumptuous("Forged", for: ann, nowMilliseconds: twoHoursAhead))
        try Travel.exchange(first, second, with: hub)
        #expect(try first.reader.member(ann)?.shown(.name)?.time == latest)
        try expectAgreement(first, second, with: hub)
    }

    @Test func headquartersIsNotFlaggedForHavingSeenAClampedTime() throws {
        try first.edit(ann, .set(.name, "Ann"), nowMilliseconds: twoHoursAhead)
        try Travel.push(first, to: hub)
        #expect(try hub.editAtHeadquarters(ann, .set(.name, "Anne")).map(\.stamp.verdict) == [.ok])
    }

    @Test func aClockThatIsSetRightIsBelievedAgain() throws {
        try first.edit(ann, .set(.name, "Ann"), nowMilliseconds: 4_000_000_000_000)
        try Travel.exchange(first, with: hub)
        let later = Stores.noon + 60_000
        try first.edit(ann, .set(.name, "Anne"), nowMilliseconds: later)
        let again = try first.reopenedInMemory()
        try again.edit(ann, .set(.name, "Anna"), nowMilliseconds: later + 1)
        let entries = try Travel.push(again, to: hub, nowMilliseconds: later + 2)
        #expect(entries.map(\.stamp.verdict) == [.ok, .ok])
    }

    @Test func aClockThatGoesBackWithoutAVerdictIsNotFollowed() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try first.edit(ann, .set(.name, "Anne"), nowMilliseconds: 1)
        let times = try first.outgoing(of: first.identity.actor, from: 1, atMost: 9).operations.map(\.time)
        #expect(times == [HybridTime(milliseconds: Stores.noon), HybridTime(milliseconds: Stores.noon, counter: 1)])
    }

    @Test func theGreatestOfAllTimesIsKeptAndShownAsANumber() throws {
        let operation = Operation(
            dot: Dot(first.identity.actor, 1), observed: Observed(), time: HybridTime(.max), audience: .chain,
            kind: OperationKind(rawValue: "from.the.future"), publicBody: [], personal: nil)
        try first.forge(operation)
        try Travel.exchange(first, second, with: hub)
        #expect(try hub.wholeLog().map(\.operation) == [operation])
        #expect(
            try hub.reader.query("SELECT at, effective_at FROM operations", rowsMax: 9).rows
                == [[String(HybridTime(.max).milliseconds), String(latest.milliseconds)]])
    }

    @Test func theCursorDoesNotGoBackWithARepeatedBatch() throws {
        for name in ["Ann", "Anne", "Anna"] { try second.edit(ann, .set(.name, name)) }
        try Travel.exchange(second, first, with: hub)
        try first.apply(
            [], cursor: HubPosition(epoch: Stores.epoch, sequence: 1), nowMilliseconds: Stores.noon,
            toleranceMilliseconds: Stores.tolerance)
        #expect(first.cursor?.sequence == 3)
        #expect(try first.reopenedInMemory().cursor?.sequence == 3)
    }
}
