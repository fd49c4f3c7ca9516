import Replication
import SyncProtocol
import Testing

/// The hub's side of an open dialogue.
struct HubSessionTests {
    @Test func operationsAreNamedByCountingAndAcknowledgedOnceTheyAreDurable() {
        var session = HubSession.syncing(holding: 2)
        #expect(session.receive(Example.push(after: 2)) == [])
        #expect(session.receive(Example.pushed(3)) == [.accept(Example.operation(3))])
        #expect(session.receive(Example.pushed(4)) == [.accept(Example.operation(4))])
        #expect(session.accepted(Example.head(4)) == [.send(.acknowledge(Example.head(4)))])
    }

    @Test func actorsTakeTurns() {
        var session = HubSession.syncing()
        #expect(session.receive(Example.push(after: 0)) == [])
        #expect(session.receive(Example.pushed(1)) == [.accept(Example.operation(1))])
        #expect(session.receive(Example.push(after: 0, of: Example.secondActor)) == [])
        #expect(
            session.receive(Example.pushed(1, of: Example.secondActor))
                == [.accept(Example.operation(1, of: Example.secondActor))])
        #expect(session.receive(Example.push(after: 1)) == [])
        #expect(session.receive(Example.pushed(2)) == [.accept(Example.operation(2))])
    }

    @Test func anOperationNeedsAPush() {
        var session = HubSession.syncing()
        #expect(session.receive(Example.pushed(1)) == refusal(.unexpected, "PUSH comes before OP"))
    }

    @Test(arguments: [0, 1, 3] as [UInt64])
    func aGapOrARepeatIsRefused(after sequence: UInt64) {
        var session = HubSession.syncing(holding: 2)
        #expect(session.receive(Example.push(after: sequence)) == refusal(.gap, "the next is 3"))
    }

    @Test func anotherHistoryIsRefused() {
        var session = HubSession.syncing(holding: 2)
        let copied = Push(actor: Example.actor, from: 3, chain: Example.head(1).chain)
        #expect(session.receive(.push(copied)) == refusal(.forked, "another history is held before 3"))
    }

    @Test func theHistoryIsComparedAgainOnceEverythingIsDurable() {
        var session = HubSession.syncing()
        _ = session.receive(Example.push(after: 0))
        _ = session.receive(Example.pushed(1))
        _ = session.accepted(Example.head(1))
        let copied = Push(actor: Example.actor, from: 2, chain: Example.start)
        #expect(session.receive(.push(copied)) == refusal(.forked, "another history is held before 2"))
    }

    @Test func onlyActorsFromTheGreetingMayPush() {
        var session = HubSession.syncing()
        #expect(
            session.receive(Example.push(after: 0, of: Example.neighbour))
                == refusal(.foreignActor, "that actor was not in this HELLO"))
    }

    @Test func theWindowBoundsWhatIsNotYetDurable() {
        var session = HubSession.syncing()
        _ = session.receive(Example.push(after: 0))
        for sequence in 1...Limits.uploadWindowOperations {
            #expect(session.receive(Example.pushed(sequence)) == [.accept(Example.operation(sequence))])
        }
        var patient = session
        _ = patient.accepted(Example.head(1))
        #expect(patient.receive(Example.pushed(2_001)) == [.accept(Example.operation(2_001))])
        #expect(
            session.receive(Example.pushed(2_001)) == refusal(.window, "at most 2000 unacknowledged operations"))
    }

    @Test func othersOperationsComeWholeAndOwnOnesAsStamps() {
        var session = HubSession.syncing()
        let foreign = Example.entry(8, Example.operation(1, of: Example.neighbour))
        let judged = Example.entry(9, Example.operation(3), .void(VerdictReason(rawValue: "authority")))
        let log = [Example.entry(5, Example.operation(1)), Example.entry(6, Example.operation(2)), foreign, judged]
        #expect(
            session.deliver(log, own: [Example.actor], through: 12) == [
                .send(.stamps(StampRun(firstDot: Dot(Example.actor, 1), firstPosition: 5, count: 2))),
                .send(.entry(foreign)),
                .send(.stamp(OwnStamp(dot: Dot(Example.actor, 3), stamp: judged.stamp))),
            ])
        #expect(session.sentThrough == 12)
        #expect(session.room == 6)
    }

    @Test(arguments: [(5, 2), (6, 3), (5, 3)] as [(UInt64, UInt64)])
    func aRunNeedsConsecutivePlacesAndSequences(position: UInt64, sequence: UInt64) {
        let log = [Example.entry(4, Example.operation(1)), Example.entry(position, Example.operation(sequence))]
        let runs = Download.messages(for: log, own: [Example.actor])
        #expect(runs.count == (position == 5 && sequence == 2 ? 1 : 2))
    }

    @Test func aMarkFollowsOnlyWhenEverythingWasSent() {
        var session = HubSession.syncing()
        _ = session.deliver([], own: [], through: 7)
        #expect(session.mark(Mark(position: 8, digest: 1)) == [])
        #expect(session.mark(Mark(position: 7, digest: 1)) == [.send(.mark(Mark(position: 7, digest: 1)))])
    }

    @Test func theDownloadGoesOnBehindTheCursorOfTheSameEpoch() {
        #expect(HubSession.syncing(cursor: Example.at(30)).sentThrough == 30)
        #expect(HubSession.syncing(cursor: Example.at(30, in: EpochID(0xe0))).sentThrough == 0)
        #expect(HubSession.syncing(cursor: nil).sentThrough == 0)
    }

    @Test func whatTheNodeHasAppliedMakesRoom() {
        var session = HubSession.syncing(credit: 2)
        _ = session.deliver([Example.entry(1, Example.operation(1, of: Example.neighbour))], own: [], through: 1)
        #expect(session.room == 1)
        #expect(session.receive(.applied(Applied(position: 1, credit: 1))) == [.applied(1)])
        #expect(session.room == 2)
        #expect(session.appliedThrough == 1)
    }

    @Test(arguments: [
        Applied(position: 31, credit: 0), Applied(position: 29, credit: 0),
        Applied(position: 30, credit: Limits.creditEntriesMax), Applied(position: 30, credit: .max),
    ])
    func aNodeCannotHaveAppliedMoreThanWasSentNorMeanSuchCredit(applied: Applied) {
        var session = HubSession.syncing(cursor: Example.at(30))
        #expect(
            session.receive(.applied(applied)) == refusal(.credit, "more than was sent, or more than can be meant"))
    }

    @Test func aGreetingsCreditIsCutToWhatCanBeMeant() {
        #expect(HubSession.syncing(credit: .max).room == Limits.creditEntriesMax)
    }

    @Test func aNewerSessionSupersedesThis() {
        var session = HubSession.syncing()
        #expect(session.refuse(.superseded, "a newer line") == refusal(.superseded, "a newer line"))
        #expect(session.receive(Example.push(after: 0)) == [])
    }

    @Test func silenceIsAskedAboutOnceAndThenEndsTheLine() {
        var session = HubSession.syncing()
        #expect(session.tick(nowMilliseconds: 30_000) == [])
        #expect(session.tick(nowMilliseconds: 30_001) == [.send(.ping(30_001))])
        #expect(session.tick(nowMilliseconds: 75_000) == [])
        #expect(session.tick(nowMilliseconds: 75_001) == refusal(.silent, "no sign of life"))
    }

    @Test func anyMessageIsASignOfLife() {
        var session = HubSession.syncing()
        #expect(session.tick(nowMilliseconds: 40_000) == [.send(.ping(40_000))])
        #expect(session.receive(.pong(40_000), nowMilliseconds: 41_000) == [])
        #expect(session.tick(nowMilliseconds: 71_000) == [])
        #expect(session.tick(nowMilliseconds: 71_001) == [.send(.ping(71_001))])
    }

    @Test func aClockThatGoesBackIsNoSilence() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 1_000_000)
        #expect(session.tick(nowMilliseconds: 1) == [])
    }

    @Test(arguments: RandomMessages.cases.indices)
    func whatOnlyTheHubMaySayEndsTheDialogue(kind: Int) {
        var messages = RandomMessages(seed: 2)
        let message = RandomMessages.cases[kind](&messages)
        var session = HubSession.syncing()
        let actions = session.receive(message)
        switch message {
        case .ping, .pong: #expect(!session.isClosed)
        case .bye, .error: #expect(actions == [.close])
        case .push, .applied, .operation, .authorize, .yield, .ask, .fetch: #expect(session.isClosed)
        case _: #expect(actions == refusal(.unexpected, "not now, or not by you"))
        }
    }

    @Test(arguments: RandomMessages.cases.indices)
    func closedStaysClosed(kind: Int) {
        var messages = RandomMessages(seed: 3)
        var session = HubSession.syncing()
        #expect(session.receive(.bye) == [.close])
        #expect(session.receive(RandomMessages.cases[kind](&messages)) == [])
        #expect(session.admit(Example.hello(), as: Example.welcome()) == [])
        #expect(session.certify(.bye) == [])
        #expect(session.refuse(.stopping, "") == [])
        #expect(session.accepted(Example.head(1)) == [])
        #expect(session.deliver([Example.entry(1, Example.operation(1))], own: [], through: 1) == [])
        #expect(session.mark(Mark(position: 0, digest: 0)) == [])
        #expect(session.tick(nowMilliseconds: .max) == [])
        #expect(session.room == 0)
    }

    private func refusal(_ code: ErrorCode, _ detail: String) -> [HubSession.Action] {
        [.send(.error(code, detail: detail)), .close]
    }
}
