import Replication
import SyncProtocol
import Testing

/// Rights and questions, as each side sees them.
struct RightsTests {
    private static let entry = Example.entry(41, Example.operation(1, of: Example.neighbour))
    private static let denial = Denial(authorization: 5, code: .insufficient, available: 3, held: [])

    private static func request(_ id: UInt128) -> AuthorizationRequest {
        AuthorizationRequest(id: id, sale: 0, subject: .wallet(member: RecordID(9), wallet: "points"), amount: 10)
    }

    // MARK: The hub

    @Test func theHubGrantsOnceWhatWasAskedOnThisLine() {
        var hub = Self.hub()
        let grant = Grant(authorization: 5, entry: Self.entry)
        #expect(hub.grant(grant) == [])
        #expect(hub.receive(.authorize(Self.request(5))) == [.authorize(Self.request(5))])
        #expect(hub.grant(grant) == [.send(.grant(grant))])
        #expect(hub.grant(grant) == [])
        #expect(hub.deny(Self.denial) == [])
    }

    @Test func aDenialAndAnAnswerCloseWhatTheyAnswer() {
        var hub = Self.hub()
        let answer = Answer(id: 7, code: Answer.ok, fields: ["1", nil])
        _ = hub.receive(.authorize(Self.request(5)))
        #expect(hub.deny(Self.denial) == [.send(.deny(Self.denial))])
        #expect(hub.receive(.authorize(Self.request(5))) == [.authorize(Self.request(5))])
        #expect(hub.answer(answer) == [])
        let question = Question(id: 7, words: ["coupon", "X"])
        #expect(hub.receive(.ask(question)) == [.answer(question)])
        #expect(hub.answer(answer) == [.send(.answer(answer))])
        #expect(hub.answer(answer) == [])
    }

    @Test func rightsNeedNoCredit() {
        var hub = HubSession.syncing(credit: 0, features: [Protocol.rights])
        _ = hub.receive(.authorize(Self.request(5)))
        let grant = Grant(authorization: 5, entry: Self.entry)
        #expect(hub.grant(grant) == [.send(.grant(grant))])
        #expect(hub.sentThrough == 0)
    }

    @Test func anAnswerThatDoesNotFitIsReplacedByOneThatSaysSo() {
        var hub = Self.hub()
        let fitting = Answer(id: 1, code: Answer.ok, fields: [String(repeating: "x", count: Limits.lineBytesMax - 12)])
        #expect(Message.answer(fitting).line().count == Limits.lineBytesMax)
        let long = Answer(id: 2, code: Answer.ok, fields: [String(repeating: "x", count: Limits.lineBytesMax - 11)])
        for id in 1...2 as ClosedRange<UInt64> { _ = hub.receive(.ask(Question(id: id, words: []))) }
        #expect(hub.answer(fitting) == [.send(.answer(fitting))])
        #expect(hub.answer(long) == [.send(.answer(Answer(id: 2, code: Answer.tooLong, fields: [])))])
    }

    @Test func aRecallIsYieldedToOnce() {
        var hub = Self.hub()
        let recall = Recall(id: 3, wanted: [Recall.Wanted(lot: RecordID(1), amount: 2)])
        #expect(hub.recall(recall) == [.send(.recall(recall))])
        #expect(hub.recall(recall) == [])
        let yield = Yield(recall: 3, through: 12)
        #expect(hub.receive(.yield(yield)) == [.yielded(yield)])
        #expect(hub.receive(.yield(yield)) == Self.refusal(.unexpected, "that was never recalled"))
    }

    @Test func whatIsOpenIsNotAskedAgainOnTheSameLine() {
        var hub = Self.hub()
        _ = hub.receive(.authorize(Self.request(5)))
        var asking = hub
        _ = asking.receive(.ask(Question(id: 5, words: [])))
        let refusal = Self.refusal(.unexpected, "that has been asked and not yet answered")
        #expect(hub.receive(.authorize(Self.request(5))) == refusal)
        #expect(asking.receive(.ask(Question(id: 5, words: ["else"]))) == refusal)
    }

    @Test func theHubBoundsWhatIsOpen() {
        var hub = Self.hub()
        for id in 0..<UInt64(Limits.authorizationsOpenMax) {
            #expect(hub.receive(.authorize(Self.request(UInt128(id)))) == [.authorize(Self.request(UInt128(id)))])
        }
        for id in 0..<UInt64(Limits.questionsOpenMax) {
            #expect(hub.receive(.ask(Question(id: id, words: []))) == [.answer(Question(id: id, words: []))])
        }
        var (patient, asking) = (hub, hub)
        let refusal = Self.refusal(.outstanding, "more open requests than allowed")
        #expect(hub.receive(.authorize(Self.request(1_000))) == refusal)
        #expect(asking.receive(.ask(Question(id: 1_000, words: []))) == refusal)
        _ = patient.deny(Self.denial)
        #expect(patient.receive(.authorize(Self.request(1_000))) == [.authorize(Self.request(1_000))])
    }

    @Test func theHubRecallsNoMoreThanANodeMayHaveOpen() {
        var hub = Self.hub()
        for id in 0..<UInt128(Limits.recallsOpenMax) { #expect(hub.recall(Recall(id: id, wanted: [])).count == 1) }
        #expect(hub.recall(Recall(id: 1_000, wanted: [])) == [])
        _ = hub.receive(.yield(Yield(recall: 0, through: 0)))
        #expect(hub.recall(Recall(id: 1_000, wanted: [])).count == 1)
    }

    @Test func theHubSaysNothingThatANodeCouldNotRead() {
        var hub = Self.hub()
        let lot = Recall.Wanted(lot: RecordID(1), amount: 1)
        let many = [Recall.Wanted](repeating: lot, count: Limits.recallLotsMax)
        #expect(hub.recall(Recall(id: 1, wanted: many + [lot])) == [])
        #expect(hub.recall(Recall(id: 1, wanted: [Recall.Wanted(lot: RecordID(1), amount: 0)])) == [])
        #expect(hub.recall(Recall(id: 1, wanted: many)).count == 1)
        let holder = HeldElsewhere(branchCode: "017", amount: 1, isConnected: true)
        let all = [HeldElsewhere](repeating: holder, count: Limits.denialHoldersMax)
        _ = hub.receive(.authorize(Self.request(5)))
        let denial = { Denial(authorization: 5, code: .insufficient, available: 0, held: $0) }
        #expect(hub.deny(denial(all + [holder])) == [.send(.deny(denial(all)))])
    }

    // MARK: The node

    @Test func theNodeAsksNothingThatTheHubCouldNotRead() {
        var node = Self.node()
        let ask = { (wallet: String, amount: UInt64) in
            AuthorizationRequest(id: 5, sale: 0, subject: .wallet(member: RecordID(9), wallet: wallet), amount: amount)
        }
        #expect(node.authorize(ask("points", 0)) == [])
        #expect(node.authorize(ask("points", 1 << 63)) == [])
        #expect(node.authorize(ask("Points", 1)) == [])
        #expect(node.authorize(ask("points", 1)).count == 1)
        let words = [String](repeating: "w", count: Limits.requestArgumentsMax)
        #expect(node.ask(Question(id: 1, words: words + ["w"])) == [])
        #expect(node.ask(Question(id: 1, words: [String(repeating: "w", count: Limits.lineBytesMax)])) == [])
        #expect(node.ask(Question(id: 1, words: words)).count == 1)
    }

    @Test func theNodeHearsWhatItAskedFor() {
        var node = Self.node()
        let grant = Grant(authorization: 5, entry: Self.entry)
        #expect(node.authorize(Self.request(5)) == [.send(.authorize(Self.request(5)))])
        #expect(node.authorize(Self.request(5)) == [])
        #expect(node.receive(.grant(grant)) == [.granted(grant)])
        #expect(node.authorize(Self.request(5)) == [.send(.authorize(Self.request(5)))])
        #expect(node.receive(.deny(Self.denial)) == [.denied(Self.denial)])
        let (question, answer) = (Question(id: 1, words: ["sale"]), Answer(id: 1, code: "unknown", fields: []))
        #expect(node.ask(question) == [.send(.ask(question))])
        #expect(node.ask(question) == [])
        #expect(node.receive(.answer(answer)) == [.answered(answer)])
    }

    @Test func aGrantIsNoPartOfTheDownload() {
        var node = Self.node()
        _ = node.authorize(Self.request(5))
        _ = node.receive(.grant(Grant(authorization: 5, entry: Self.entry)))
        #expect(node.receive(.entry(Self.entry)) == [.apply(.entry(Self.entry))])
    }

    @Test(
        arguments: [
            .grant(Grant(authorization: 6, entry: Self.entry)),
            .deny(Denial(authorization: 6, code: .unknown, available: 0, held: [])),
            .answer(Answer(id: 5, code: Answer.ok, fields: [])),
        ] as [Message])
    func anAnswerToWhatWasNeverAskedIsUnexpected(message: Message) {
        var node = Self.node()
        _ = node.authorize(Self.request(5))
        #expect(node.receive(message) == Self.failure(.unexpected, "that was never asked"))
    }

    @Test func theNodeYieldsOnceToARecallOfThisLine() {
        var node = Self.node()
        let (recall, yield) = (Recall(id: 3, wanted: []), Yield(recall: 3, through: 0))
        #expect(node.yield(yield) == [])
        #expect(node.receive(.recall(recall)) == [.recalled(recall)])
        var repeating = node
        #expect(node.yield(yield) == [.send(.yield(yield))])
        #expect(node.yield(yield) == [])
        #expect(node.receive(.recall(recall)) == [.recalled(recall)])
        #expect(
            repeating.receive(.recall(recall))
                == Self.failure(.unexpected, "that has been asked and not yet answered"))
    }

    @Test func theNodeAsksAndHearsNoMoreThanIsAllowed() {
        var node = Self.node()
        for id in 0..<UInt128(Limits.authorizationsOpenMax) { #expect(node.authorize(Self.request(id)).count == 1) }
        #expect(node.authorize(Self.request(1_000)) == [])
        for id in 0..<UInt64(Limits.questionsOpenMax) { #expect(node.ask(Question(id: id, words: [])).count == 1) }
        #expect(node.ask(Question(id: 1_000, words: [])) == [])
        for id in 0..<UInt128(Limits.recallsOpenMax) { _ = node.receive(.recall(Recall(id: id, wanted: []))) }
        #expect(
            node.receive(.recall(Recall(id: 1_000, wanted: [])))
                == Self.failure(.outstanding, "more open requests than allowed"))
    }

    // MARK: The feature

    @Test(arguments: [([], []), ([Protocol.rights], []), ([], [Protocol.rights])] as [([String], [String])])
    func withoutAnAgreementNobodySpeaksOfRights(named: [String], agreed: [String]) {
        var hub = HubSession.syncing(features: named, agreed: agreed)
        var node = NodeSession.syncing(features: named, agreed: agreed)
        #expect(!hub.speaksOfRights && !node.speaksOfRights)
        #expect(hub.recall(Recall(id: 1, wanted: [])) == [])
        #expect(node.authorize(Self.request(5)) == [])
        #expect(node.ask(Question(id: 1, words: [])) == [])
        let words = "the feature rights has not been agreed to"
        #expect(hub.receive(.authorize(Self.request(5))) == Self.refusal(.unexpected, words))
        #expect(node.receive(.recall(Recall(id: 1, wanted: []))) == Self.failure(.unexpected, words))
    }

    @Test func whoHasAgreedSpeaksUntilTheLineCloses() {
        var (hub, node) = (Self.hub(), Self.node())
        #expect(hub.speaksOfRights && node.speaksOfRights)
        _ = hub.receive(.authorize(Self.request(5)))
        _ = hub.receive(.ask(Question(id: 5, words: [])))
        _ = node.receive(.recall(Recall(id: 1, wanted: [])))
        #expect(hub.receive(.bye) == [.close])
        #expect(node.receive(.bye) == [.close])
        #expect(!hub.speaksOfRights && !node.speaksOfRights)
        #expect(hub.deny(Self.denial) == [] && hub.grant(Grant(authorization: 5, entry: Self.entry)) == [])
        #expect(hub.answer(Answer(id: 5, code: Answer.ok, fields: [])) == [])
        #expect(hub.recall(Recall(id: 1, wanted: [])) == [])
        #expect(node.yield(Yield(recall: 1, through: 0)) == [])
        #expect(node.authorize(Self.request(6)) == [] && node.ask(Question(id: 6, words: [])) == [])
    }

    private static func hub() -> HubSession { .syncing(features: [Protocol.rights]) }
    private static func node() -> NodeSession { .syncing(features: [Protocol.rights]) }

    private static func refusal(_ code: ErrorCode, _ detail: String) -> [HubSession.Action] {
        [.send(.error(code, detail: detail)), .close]
    }

    private static func failure(_ code: ErrorCode, _ detail: String) -> [NodeSession.Action] {
        [.send(.error(code, detail: detail)), .close]
    }
}
