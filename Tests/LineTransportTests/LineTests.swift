import LineCodec
import NIOCore
import Replication
import SyncProtocol
import Testing

@testable import LineTransport

/// Both ends are ours, over real TLS.
@Suite(.timeLimit(.minutes(1))) struct LineTests {
    @Test func nodeAndHubKnowEachOtherAndTalk() async throws {
        var pair = try await LinePair.open()
        pair.node.send([.ping(1), .ping(2)])
        #expect(try await pair.hubLog.messages(2) == [.ping(1), .ping(2)])
        pair.hub.send([.pong(1)])
        #expect(try await pair.nodeLog.messages(1) == [.pong(1)])
        #expect(pair.hub.traffic == Traffic(receivedBytes: 14, sentBytes: 7))
        #expect(pair.node.traffic == Traffic(receivedBytes: 7, sentBytes: 14))
        pair.node.closeAfterSending()
        try await pair.hubLog.closed()
        try await pair.nodeLog.closed()
        pair.listener.stop()
    }

    @Test func aNewcomerJoinsByFingerprintAlone() async throws {
        var chain = try Chain()
        var (hubLog, nodeLog) = (EventLog(), EventLog())
        let listener = try HandshakeTests.listen(chain, hubLog)
        let newcomer = try chain.newcomer()
        LineConnector(settings: nodeLog.settings).connect(
            host: "127.0.0.1", port: listener.port, identity: newcomer,
            trust: .fingerprint(chain.authority.fingerprint))
        #expect(try await nodeLog.opened().1 == .hub)
        #expect(try await hubLog.opened().1 == .newcomer(publicKey: newcomer.publicKey))
        listener.stop()
    }

    @Test func aNewcomerDoesNotTalkToAnotherChainsHub() async throws {
        var chain = try Chain()
        var (hubLog, nodeLog) = (EventLog(), EventLog())
        let listener = try HandshakeTests.listen(try Chain(seed: 2), hubLog)
        LineConnector(settings: nodeLog.settings).connect(
            host: "127.0.0.1", port: listener.port, identity: try chain.newcomer(),
            trust: .fingerprint(chain.authority.fingerprint))
        guard case .refused(let refusal) = try await nodeLog.failed() else { throw CancellationError() }
        #expect(refusal.reason == .unknownAuthority)
        _ = try await hubLog.refused()
        listener.stop()
    }

    /// 5 MB are more than the sockets take at once: nearly all of it is still here when the close is asked for.
    @Test(arguments: [false, true], [false, true])
    func theLastLineArrivesWhoeverClosesAndHoweverMuchIsOnItsWay(hubCloses: Bool, isDeflating: Bool) async throws {
        var pair = try await LinePair.open()
        let closer = hubCloses ? pair.hub : pair.node
        closer.send([InboundLinesTests.hello])
        if isDeflating { closer.startDeflating() }
        let filler = String(repeating: "A sale with its lines. ", count: 700)
        let messages = (0..<300).map { Message.row(id: $0, fields: [filler]) } + [.bye]
        closer.send(messages)
        closer.closeAfterSending()
        let received =
            try await hubCloses ? pair.nodeLog.messagesUntilClosed() : pair.hubLog.messagesUntilClosed()
        #expect(received.count == messages.count + 1)
        #expect(received.last?.line() == Message.bye.line())
        try await hubCloses ? pair.hubLog.closed() : pair.nodeLog.closed()
        pair.listener.stop()
    }

    @Test func whatThePeerHadYetToSayWhenWeClosedIsHeard() async throws {
        var pair = try await LinePair.open()
        let filler = String(repeating: "x", count: 10_000)
        pair.node.send([.ping(0)])
        _ = try await pair.hubLog.messages(1)
        pair.hub.send((0..<600).map { .row(id: $0, fields: [filler]) })
        pair.node.closeAfterSending()
        #expect(try await pair.nodeLog.messagesUntilClosed().count == 600)
        try await pair.hubLog.closed()
        pair.listener.stop()
    }

    @Test func aCutLineIsClosedOnBothSidesAndNothingElse() async throws {
        var pair = try await LinePair.open()
        pair.node.closeNow()
        #expect(try await pair.nodeLog.messagesUntilClosed() == [])
        #expect(try await pair.hubLog.messagesUntilClosed() == [])
        pair.node.send([.ping(1)])
        pair.node.closeAfterSending()
        pair.node.closeNow()
        pair.listener.stop()
    }

    @Test func aDeflatedTalkIsShorterAndTheSame() async throws {
        var pair = try await LinePair.open()
        let messages = (0..<500).map { Message.row(id: $0, fields: ["member", "Ada Lovelace", "+48 22 000 00 \($0)"]) }
        pair.hub.send(messages)
        #expect(try await pair.nodeLog.messages(500) == messages)
        let plainBytes = pair.hub.traffic.sentBytes
        pair.hub.startDeflating()
        pair.hub.send(messages)
        #expect(try await pair.nodeLog.messages(500) == messages)
        #expect(pair.hub.traffic.sentBytes - plainBytes < plainBytes / 2)
        #expect(pair.node.traffic.receivedBytes == pair.hub.traffic.sentBytes)
        pair.listener.stop()
    }

    @Test(arguments: [false, true])
    func whatATillWaitsForLeavesBeforeTheLog(isDeflating: Bool) async throws {
        var pair = try await LinePair.open()
        if isDeflating { pair.hub.startDeflating() }
        let log = (1...300).map { Message.mark(Mark(position: $0, digest: 7)) }
        let answer = Message.answer(Answer(id: 1, code: Answer.ok, fields: ["1290"]))
        pair.hub.send([.ping(1)] + log + [answer, .ping(2)])
        #expect(try await pair.nodeLog.messages(303) == [.ping(1), answer] + log + [.ping(2)])
        pair.listener.stop()
    }

    @Test func sendsFromManyThreadsLeaveWhole() async throws {
        var pair = try await LinePair.open()
        let hub = pair.hub
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<8 as Range<UInt64> {
                group.addTask { for number in 0..<200 as Range<UInt64> { hub.send([.ping(sender << 32 | number)]) } }
            }
        }
        let received = try await pair.nodeLog.messages(1_600)
        for sender in 0..<8 as Range<UInt64> {
            let own = received.filter { if case .ping(let value) = $0 { value >> 32 == sender } else { false } }
            #expect(own == (0..<200 as Range<UInt64>).map { .ping(sender << 32 | $0) })
        }
        pair.listener.stop()
    }

    @Test func aPortInUseIsToldFromOtherTroubles() async throws {
        let chain = try Chain()
        let log = EventLog()
        let listener = try HandshakeTests.listen(chain, log)
        let port = listener.port
        #expect(throws: TransportError.portInUse(port, systemText: "Address already in use")) {
            try LineListener.listen(
                host: "127.0.0.1", port: port, identity: chain.hub, authority: chain.authority.trusted,
                settings: log.settings)
        }
        #expect(throws: TransportError.addressNotHere("192.0.2.1", systemText: "Cannot assign requested address")) {
            try LineListener.listen(
                host: "192.0.2.1", port: 0, identity: chain.hub, authority: chain.authority.trusted,
                settings: log.settings)
        }
        listener.stop()
    }

    @Test func aHubThatIsNotThereIsUnreachable() async throws {
        var chain = try Chain()
        var log = EventLog()
        let listener = try HandshakeTests.listen(chain, log)
        let port = listener.port
        listener.stop()
        LineConnector(settings: log.settings).connect(
            host: "127.0.0.1", port: port, identity: try chain.node(1), trust: chain.authority.trust)
        guard case .unreachable = try await log.failed() else { throw CancellationError() }
    }

    @Test func aNodeHearsThatTheHubDoesNotLetItIn() async throws {
        var (chain, other) = (try Chain(), try Chain(seed: 2))
        var (hubLog, nodeLog) = (EventLog(), EventLog())
        let listener = try HandshakeTests.listen(chain, hubLog)
        LineConnector(settings: nodeLog.settings).connect(
            host: "127.0.0.1", port: listener.port, identity: try other.node(7), trust: chain.authority.trust)
        #expect(try await hubLog.refused().reason == .unknownAuthority)
        #expect(try await nodeLog.opened().1 == .hub)
        guard case .handshakeFailed(let words) = try await nodeLog.refused().reason else { throw CancellationError() }
        #expect(words.contains("ALERT"))
        try await nodeLog.closed()
        _ = try chain.newcomer()
        listener.stop()
    }
}

/// A node and its hub, connected.
struct LinePair {
    let listener: LineListener
    let hub: LineConnection
    let node: LineConnection
    var hubLog: EventLog
    var nodeLog: EventLog

    static func open() async throws -> LinePair {
        var chain = try Chain()
        var (hubLog, nodeLog) = (EventLog(), EventLog())
        let listener = try HandshakeTests.listen(chain, hubLog)
        let identity = try chain.node(7)
        LineConnector(settings: nodeLog.settings).connect(
            host: "127.0.0.1", port: listener.port, identity: identity, trust: chain.authority.trust)
        let (node, hubPeer) = try await nodeLog.opened()
        let (hub, nodePeer) = try await hubLog.opened()
        #expect(hubPeer == .hub)
        #expect(nodePeer == .node(NodeID(7), serial: identity.serial))
        return LinePair(listener: listener, hub: hub, node: node, hubLog: hubLog, nodeLog: nodeLog)
    }
}
