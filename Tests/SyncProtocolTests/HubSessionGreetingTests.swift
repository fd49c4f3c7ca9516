import Replication
import SyncProtocol
import Testing

/// The hub's side until the dialogue is open: who may say what first.
struct HubSessionGreetingTests {
    private static let notNow: [HubSession.Action] = [
        .send(.error(.unexpected, detail: "not now, or not by you")), .close,
    ]

    @Test func aNodeGreetsAndIsWelcomed() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        #expect(session.receive(.hello(Example.hello())) == [.greet(Example.hello())])
        #expect(session.admit(Example.hello(), as: Example.welcome()) == [.send(.welcome(Example.welcome()))])
        #expect(session.isSyncing)
    }

    @Test(arguments: RandomMessages.cases.indices)
    func nothingElseMayComeFirst(kind: Int) {
        var messages = RandomMessages(seed: 1)
        let message = RandomMessages.cases[kind](&messages)
        for peer in [Example.node, .newcomer(publicKey: [1]), .expired(NodeID(17), serial: "5e"), .administrator, .hub]
        {
            var session = HubSession(peer: peer, nowMilliseconds: 0)
            let actions = session.receive(message)
            #expect(actions == Self.answer(to: message, from: peer, actions))
            #expect(session.isClosed || Self.isGreeting(message, from: peer))
        }
    }

    @Test func aNewcomerMayJoin() {
        var session = HubSession(peer: .newcomer(publicKey: [1, 2]), nowMilliseconds: 0)
        let join = Join(token: [7], software: "test")
        #expect(session.receive(.join(join)) == [.enrol(join, publicKey: [1, 2])])
        #expect(session.certify(.renewed(certificate: "PEM")) == [.send(.renewed(certificate: "PEM")), .close])
        #expect(session.receive(.join(join)) == [])
    }

    @Test func anExpiredNodeMayRenew() {
        var session = HubSession(peer: .expired(NodeID(17), serial: "5e"), nowMilliseconds: 0)
        #expect(session.receive(.renew) == [.renew(NodeID(17))])
        #expect(session.certify(.renewed(certificate: "PEM")) == [.send(.renewed(certificate: "PEM")), .close])
    }

    @Test func aNodeMayRenewBeforeItsCertificateRunsOut() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        #expect(session.receive(.renew) == [.renew(NodeID(17))])
    }

    @Test func theCertificateSaysWhoSpeaks() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        #expect(
            session.receive(.hello(Example.hello(node: 18)))
                == [.send(.error(.impostor, detail: "the certificate is node 17's")), .close])
    }

    @Test func anotherVersionIsRefused() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        #expect(
            session.receive(.hello(Example.hello(version: 2)))
                == [.send(.error(.version, detail: "this hub speaks version 1")), .close])
    }

    @Test func aNodeWaitsForItsWelcome() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        _ = session.receive(.hello(Example.hello()))
        #expect(session.receive(.ping(5)) == [.send(.pong(5))])
        #expect(session.receive(.pong(5)) == [])
        #expect(session.receive(Example.push(after: 2)) == Self.notNow)
    }

    @Test func aSecondGreetingIsRefused() {
        var session = HubSession.syncing()
        #expect(session.receive(.hello(Example.hello())) == Self.notNow)
    }

    @Test func aNodeThatIsRevokedIsToldSo() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        _ = session.receive(.hello(Example.hello()))
        #expect(session.refuse(.revoked, "since Monday") == [.send(.error(.revoked, detail: "since Monday")), .close])
        #expect(session.admit(Example.hello(), as: Example.welcome()) == [])
    }

    @Test func anOverloadedHubSendsNodesAway() {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        #expect(session.postpone(retryMilliseconds: 5_000) == [.send(.busy(retryMilliseconds: 5_000)), .close])
        #expect(session.postpone(retryMilliseconds: 5_000) == [])
    }

    @Test func aGreetingMustComeInTime() {
        var session = HubSession(peer: .newcomer(publicKey: [1]), nowMilliseconds: 1_000)
        #expect(session.tick(nowMilliseconds: 11_000) == [])
        #expect(session.tick(nowMilliseconds: 11_001) == [.send(.error(.silent, detail: "no greeting came")), .close])
        #expect(session.tick(nowMilliseconds: 11_002) == [])
    }

    @Test func questionsDoNotStandInForAGreeting() {
        var session = HubSession(peer: .newcomer(publicKey: [1]), nowMilliseconds: 0)
        #expect(session.receive(.ping(1), nowMilliseconds: 9_000) == Self.notNow)
    }

    private static func isGreeting(_ message: Message, from peer: Peer) -> Bool {
        switch (message, peer) {
        case (.join, .newcomer), (.renew, .node), (.renew, .expired): true
        case _: false
        }
    }

    /// What is said for a first message; `actions` only where it is a greeting, which other tests look at.
    private static func answer(
        to message: Message, from peer: Peer, _ actions: [HubSession.Action]
    ) -> [HubSession.Action] {
        switch (message, peer) {
        case (.bye, _), (.error, _): [.close]
        case (.join, .newcomer), (.renew, .node), (.renew, .expired): actions
        case (.join, _): refusal("only a new, self-signed certificate may say JOIN")
        case (.renew, _): refusal("only a node of this chain may say RENEW")
        case (.hello, .newcomer), (.hello, .expired), (.hello, .administrator), (.hello, .hub):
            refusal("this certificate may not say HELLO")
        case (.hello(let hello), .node):
            [
                .send(
                    hello.version == 1
                        ? .error(.impostor, detail: "the certificate is node 17's")
                        : .error(.version, detail: "this hub speaks version 1")), .close,
            ]
        case _: notNow
        }
    }

    private static func refusal(_ detail: String) -> [HubSession.Action] {
        [.send(.error(.unexpected, detail: detail)), .close]
    }
}
