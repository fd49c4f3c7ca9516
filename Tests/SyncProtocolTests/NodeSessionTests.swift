import Replication
import SyncProtocol
import Testing

/// The node's side of the dialogue.
struct NodeSessionTests {
    @Test func aNodeSpeaksFirstAndWaitsForItsWelcome() {
        var (session, actions) = NodeSession.open(with: Example.hello(), nowMilliseconds: 0)
        #expect(actions == [.send(.hello(Example.hello()))])
        #expect(session.nextToUpload(of: Example.actor) == nil)
        #expect(session.upload([Example.operation(1)], chain: Example.start) == [])
        #expect(session.receive(.welcome(Example.welcome(holding: 1))) == [.welcomed(Example.welcome(holding: 1))])
        #expect(session.epoch == Example.epoch)
        #expect(session.nextToUpload(of: Example.actor) == 2)
        #expect(session.nextToUpload(of: Example.secondActor) == 1)
        #expect(session.nextToUpload(of: Example.neighbour) == nil)
    }

    @Test(arguments: RandomMessages.cases.indices)
    func nothingElseMayComeBeforeTheWelcome(kind: Int) {
        var messages = RandomMessages(seed: 4)
        let message = RandomMessages.cases[kind](&messages)
        var (session, _) = NodeSession.open(with: Example.hello(), nowMilliseconds: 0)
        let actions = session.receive(message)
        switch message {
        case .ping(let token): #expect(actions == [.send(.pong(token))])
        case .pong: #expect(actions == [])
        case .bye: #expect(actions == [.close])
        case .error(let code, let detail): #expect(actions == [.refused(code, detail), .close])
        case .busy(let wait): #expect(actions == [.retry(afterMilliseconds: wait), .close])
        case .welcome: #expect(session.isSyncing)
        case _: #expect(actions == failure(.unexpected, "not now, or not by the hub"))
        }
    }

    @Test func anotherVersionEndsTheDialogue() {
        var (session, _) = NodeSession.open(with: Example.hello(), nowMilliseconds: 0)
        #expect(
            session.receive(.welcome(Example.welcome(version: 2)))
                == failure(.version, "this node speaks version 1"))
    }

    @Test func operationsFollowOnePush() {
        var session = NodeSession.syncing(holding: 2)
        #expect(
            session.upload([Example.operation(3), Example.operation(4)], chain: Example.head(2).chain)
                == [.send(Example.push(after: 2)), .send(Example.pushed(3)), .send(Example.pushed(4))])
        #expect(session.upload([Example.operation(5)], chain: Example.head(4).chain) == [.send(Example.pushed(5))])
        #expect(
            session.upload([Example.operation(1, of: Example.secondActor)], chain: Example.start)
                == [
                    .send(Example.push(after: 0, of: Example.secondActor)),
                    .send(Example.pushed(1, of: Example.secondActor)),
                ])
    }

    @Test func theWindowFillsAndOpensWithAcknowledgements() {
        var session = NodeSession.syncing(window: 2)
        #expect(session.uploadRoom(of: Example.actor) == 2)
        _ = session.upload([Example.operation(1), Example.operation(2)], chain: Example.start)
        #expect(session.nextToUpload(of: Example.actor) == nil)
        #expect(session.uploadRoom(of: Example.actor) == 0)
        #expect(session.receive(.acknowledge(Example.head(1))) == [.acknowledged(Example.head(1))])
        #expect(session.nextToUpload(of: Example.actor) == 3)
        #expect(session.uploadRoom(of: Example.actor) == 1)
    }

    @Test(arguments: [3, 0] as [UInt64])
    func anAcknowledgementOfWhatWasNotSentOrALowerOneIsRefused(sequence: UInt64) {
        var session = NodeSession.syncing(holding: 1)
        _ = session.upload([Example.operation(2)], chain: Example.head(1).chain)
        #expect(session.receive(.acknowledge(Example.head(sequence))) == failure(.unexpected, "that was never sent"))
    }

    @Test func anAcknowledgementOfAnUnknownActorIsRefused() {
        var session = NodeSession.syncing()
        #expect(
            session.receive(.acknowledge(Example.head(0, of: Example.neighbour)))
                == failure(.unexpected, "that was never sent"))
    }

    @Test func theDownloadIsHandedOnInOrderAndMayLeavePlacesOut() {
        var session = NodeSession.syncing(cursor: Example.at(30))
        let entry = Example.entry(35, Example.operation(1, of: Example.neighbour))
        let run = StampRun(firstDot: Dot(Example.actor, 1), firstPosition: 36, count: 3)
        let stamp = OwnStamp(dot: Dot(Example.actor, 4), stamp: Example.entry(41, Example.operation(4)).stamp)
        #expect(session.receive(.entry(entry)) == [.apply(.entry(entry))])
        #expect(session.receive(.stamps(run)) == [.apply(.stamps(run))])
        #expect(session.receive(.stamp(stamp)) == [.apply(.stamp(stamp))])
        #expect(session.receive(.mark(Mark(position: 50, digest: 9))) == [.audit(Mark(position: 50, digest: 9))])
        #expect(session.receive(.mark(Mark(position: 50, digest: 9))) == [.audit(Mark(position: 50, digest: 9))])
        #expect(session.applied(through: 50, entries: 5) == [.send(.applied(Applied(position: 50, credit: 5)))])
    }

    @Test(arguments: [29, 30] as [UInt64])
    func aDownloadThatGoesBackIsRefused(position: UInt64) {
        let entry = Example.entry(position, Example.operation(1, of: Example.neighbour))
        let run = StampRun(firstDot: Dot(Example.actor, 1), firstPosition: position, count: 5)
        for message in [Message.entry(entry), .stamps(run)] {
            var session = NodeSession.syncing(cursor: Example.at(30))
            #expect(session.receive(message) == failure(.gap, "the log went back to \(position)"))
        }
    }

    @Test func aRunMayNotReachBackIntoWhatHasCome() {
        var session = NodeSession.syncing()
        _ = session.receive(.stamps(StampRun(firstDot: Dot(Example.actor, 1), firstPosition: 1, count: 4)))
        #expect(
            session.receive(.entry(Example.entry(4, Example.operation(1, of: Example.neighbour))))
                == failure(.gap, "the log went back to 4"))
    }

    @Test func aMarkThatGoesBackIsRefused() {
        var session = NodeSession.syncing(cursor: Example.at(30))
        #expect(session.receive(.mark(Mark(position: 29, digest: 0))) == failure(.gap, "the mark went back to 29"))
    }

    @Test func underANewEpochTheLogIsCountedFromItsBeginning() {
        var session = NodeSession.syncing(cursor: Example.at(30, in: EpochID(0xe0)))
        let entry = Example.entry(1, Example.operation(1, of: Example.neighbour))
        #expect(session.receive(.entry(entry)) == [.apply(.entry(entry))])
    }

    @Test func aRefusalIsHandedOn() {
        var session = NodeSession.syncing()
        #expect(session.receive(.error(.superseded, detail: "d")) == [.refused(.superseded, "d"), .close])
        #expect(session.receive(.busy(retryMilliseconds: 1)) == [])
    }

    @Test func anOverloadedHubIsLeftAlone() {
        var session = NodeSession.syncing()
        #expect(session.receive(.busy(retryMilliseconds: 5_000)) == [.retry(afterMilliseconds: 5_000), .close])
    }

    @Test func aNodeSaysGoodbye() {
        var session = NodeSession.syncing()
        #expect(session.leave() == [.send(.bye), .close])
        #expect(session.leave() == [])
    }

    @Test func whatTheNodeFindsOutEndsTheDialogue() {
        var session = NodeSession.syncing()
        #expect(
            session.fail(.forked, "the hub holds another history") == failure(.forked, "the hub holds another history"))
        #expect(session.fail(.forked, "again") == [])
    }

    @Test func silenceIsAskedAboutOnceAndThenEndsTheLine() {
        var session = NodeSession.syncing()
        #expect(session.tick(nowMilliseconds: 30_000) == [])
        #expect(session.tick(nowMilliseconds: 30_001) == [.send(.ping(30_001))])
        #expect(session.tick(nowMilliseconds: 75_000) == [])
        #expect(session.tick(nowMilliseconds: 75_001) == failure(.silent, "no sign of life"))
        #expect(session.tick(nowMilliseconds: 75_002) == [])
    }

    @Test func anyMessageIsASignOfLife() {
        var session = NodeSession.syncing()
        _ = session.tick(nowMilliseconds: 40_000)
        #expect(session.receive(.ping(3), nowMilliseconds: 50_000) == [.send(.pong(3))])
        #expect(session.tick(nowMilliseconds: 80_000) == [])
        #expect(session.tick(nowMilliseconds: 80_001) == [.send(.ping(80_001))])
    }

    @Test(arguments: RandomMessages.cases.indices)
    func whatOnlyANodeMaySayEndsTheDialogue(kind: Int) {
        var messages = RandomMessages(seed: 5)
        let message = RandomMessages.cases[kind](&messages)
        var session = NodeSession.syncing()
        let actions = session.receive(message)
        switch message {
        case .ping, .pong, .bye, .error, .busy, .acknowledge, .entry, .stamp, .stamps, .mark: break
        case .grant, .deny, .recall, .answer, .image: #expect(session.isClosed)
        case _: #expect(actions == failure(.unexpected, "not now, or not by the hub"))
        }
    }

    @Test(arguments: RandomMessages.cases.indices)
    func closedStaysClosed(kind: Int) {
        var messages = RandomMessages(seed: 6)
        var session = NodeSession.syncing()
        #expect(session.receive(.bye) == [.close])
        #expect(session.receive(RandomMessages.cases[kind](&messages)) == [])
        #expect(session.nextToUpload(of: Example.actor) == nil)
        #expect(session.uploadRoom(of: Example.actor) == 0)
        #expect(session.upload([Example.operation(1)], chain: Example.start) == [])
        #expect(session.applied(through: 1, entries: 1) == [])
    }

    private func failure(_ code: ErrorCode, _ detail: String) -> [NodeSession.Action] {
        [.send(.error(code, detail: detail)), .close]
    }
}
