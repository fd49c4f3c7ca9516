import Foundation
import LineCodec
import Replication
import SyncProtocol
import Testing

@testable import LineTransport

/// The hub, and the system's openssl at the other end.
@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    @Test func withoutACertificateNobodyComesIn() async throws {
        let (refusal, _) = try await refused { _ in nil }
        #expect(refusal == Refusal(.noCertificate))
    }

    @Test func anotherChainsNodeIsRefused() async throws {
        var other = try Chain(seed: 2)
        let node = try other.node(7)
        let (refusal, printed) = try await refused { _ in node }
        #expect(refusal.reason == .unknownAuthority)
        #expect(refusal.node == NodeID(7))
        #expect(refusal.serial == node.serial)
        #expect(printed.contains("alert"))
    }

    @Test func aCertificateThatIsNotYetValidIsRefused() async throws {
        let (refusal, _) = try await refused { try $0.node(7, issuedAt: Chain.now + 10 * Chain.day) }
        #expect(refusal.reason == .notYetValid)
        #expect(refusal.node == NodeID(7))
    }

    @Test func aHubsCertificateIsNoNodes() async throws {
        let (refusal, _) = try await refused { try $0.secondHub() }
        #expect(refusal.reason == .wrongPurpose)
    }

    @Test func tls12IsRefusedWithTheBestOfCertificates() async throws {
        let (refusal, _) = try await refused(["-tls1_2"]) { try $0.node(7) }
        #expect(refusal == Refusal(.oldTLSVersion))
    }

    @Test func aNodeComesInAndIsHeard() async throws {
        let (peer, messages, printed) = try await admitted(saying: "PING\t42\n") { try $0.node(7) }
        guard case .node(NodeID(7), _) = peer else { throw EventLog.Unexpected(event: "\(peer)") }
        #expect(messages == [.ping(42)])
        #expect(printed.contains("PONG\t42\n"))
    }

    @Test func aSelfSignedCertificateIsANewcomers() async throws {
        let (peer, _, printed) = try await admitted(saying: "PING\t1\n") { try $0.newcomer() }
        guard case .newcomer(let publicKey) = peer else { throw EventLog.Unexpected(event: "\(peer)") }
        #expect(publicKey.count == 91)
        #expect(printed.contains("PONG\t42\n"))
    }

    @Test func anExpiredCertificateIsKnownAsSuch() async throws {
        let (peer, _, _) = try await admitted(saying: "PING\t1\n") {
            try $0.node(7, issuedAt: Chain.now - 400 * Chain.day)
        }
        guard case .expired(NodeID(7), _) = peer else { throw EventLog.Unexpected(event: "\(peer)") }
    }

    @Test func aCertificateThatOpensslHasMadeIsANewcomersToo() async throws {
        let directory = try TemporaryDirectory()
        let made = try await OpenSSLTool.run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=till",
            "-keyout", "\(directory.path)/peer-key.pem", "-out", "\(directory.path)/peer.pem",
        ])
        #expect(!made.contains("rror"))
        var log = EventLog()
        let listener = try Self.listen(try Chain(), log)
        async let printed = OpenSSLTool.client(port: listener.port, directory: directory, identity: "peer")
        let (connection, peer) = try await log.opened()
        guard case .newcomer = peer else { throw EventLog.Unexpected(event: "\(peer)") }
        connection.closeAfterSending()
        _ = try await printed
        listener.stop()
    }

    @Test func aResumedSessionShowsNoCertificateAndIsRefused() async throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try chain.node(7).create(in: directory.path, named: "peer")
        var log = EventLog()
        let listener = try Self.listen(chain, log)
        let session = "\(directory.path)/session"
        async let first = OpenSSLTool.client(
            port: listener.port, directory: directory, identity: "peer", more: ["-sess_out", session])
        try await log.opened().0.closeAfterSending()
        _ = try await first
        try await log.closed()
        async let second = OpenSSLTool.client(
            port: listener.port, directory: directory, identity: "peer", more: ["-sess_in", session])
        #expect(try await log.refused() == Refusal(.resumedSession))
        _ = try await second
        listener.stop()
    }

    @Test func whoeverOnlyConnectsIsSentAwayInTime() async throws {
        var limits = TransportLimits.patient
        limits.handshakeSeconds = 1
        limits.stallSeconds = 1
        var log = EventLog(limits: limits)
        let listener = try Self.listen(try Chain(), log)
        let silent = try Socket.connect(port: listener.port)
        #expect(try await log.refused() == Refusal(.handshakeTooSlow))
        #expect(try await silent.bytesToEnd() == 0)
        listener.stop()
    }

    @Test func whoeverLeavesEarlyIsInTheLogToo() async throws {
        var log = EventLog()
        let listener = try Self.listen(try Chain(), log)
        try Socket.connect(port: listener.port).close()
        #expect(try await log.refused() == Refusal(.leftBeforeHandshake))
        listener.stop()
    }

    @Test func theHubTakesNoMoreConnectionsThanItsLimitAndTakesThemAgain() async throws {
        var limits = TransportLimits.patient
        limits.connectionsMax = 1
        var (chain, log, nodeLog) = (try Chain(), EventLog(limits: limits), EventLog())
        let listener = try Self.listen(chain, log)
        let connector = LineConnector(settings: nodeLog.settings)
        let identity = try chain.node(7)
        for _ in 0..<2 {
            connector.connect(
                host: "127.0.0.1", port: listener.port, identity: identity, trust: chain.authority.trust)
            _ = try await log.opened()
            let second = try Socket.connect(port: listener.port)
            #expect(try await log.refused() == Refusal(.tooManyConnections))
            #expect(try await second.bytesToEnd() == 0)
            try await nodeLog.opened().0.closeAfterSending()
            try await log.closed()
            try await nodeLog.closed()
        }
        listener.stop()
    }

    @Test func aTooLongFirstLineIsRefusedBeforeItsEnd() async throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try chain.newcomer().create(in: directory.path, named: "peer")
        var log = EventLog()
        let listener = try Self.listen(chain, log)
        async let printed = OpenSSLTool.client(
            port: listener.port, directory: directory, identity: "peer",
            input: [UInt8](repeating: 74, count: Limits.lineBytesBeforeGreetingMax + 1))
        let (connection, _) = try await log.opened()
        #expect(try await log.malformed() == .tooLong(limit: Limits.lineBytesBeforeGreetingMax))
        connection.send([.bye])
        connection.closeAfterSending()
        #expect(try await printed.contains("BYE\n"))
        listener.stop()
    }

    @Test func aNodesCertificateIsNoHubs() async throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try chain.node(3).create(in: directory.path, named: "impostor")
        let server = try OpenSSLServer(directory: directory, identity: "impostor")
        var log = EventLog()
        LineConnector(settings: log.settings).connect(
            host: "127.0.0.1", port: try await server.port(), identity: try chain.node(7), trust: chain.authority.trust)
        guard case .refused(let refusal) = try await log.failed() else { throw CancellationError() }
        #expect(refusal.reason == .wrongPurpose)
        #expect(refusal.node == NodeID(3))
        withExtendedLifetime(server) {}
    }

    static func listen(_ chain: Chain, _ log: EventLog) throws -> LineListener {
        try LineListener.listen(
            host: "127.0.0.1", port: 0, identity: chain.hub, authority: chain.authority.trusted, settings: log.settings)
    }

    /// What the hub's log says, and what openssl prints, of a peer that is not let in.
    private func refused(
        _ options: [String] = [], _ peer: (inout Chain) throws -> Identity?
    ) async throws -> (Refusal, String) {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        let identity = try peer(&chain)
        try identity?.create(in: directory.path, named: "peer")
        var log = EventLog()
        let listener = try Self.listen(chain, log)
        async let printed = OpenSSLTool.client(
            port: listener.port, directory: directory, identity: identity.map { _ in "peer" }, more: options)
        let refusal = try await log.refused()
        let text = try await printed
        listener.stop()
        return (refusal, text)
    }

    /// The peer as the hub sees it, what the hub hears, and what openssl prints until the hub has closed.
    private func admitted(
        saying line: String, _ peer: (inout Chain) throws -> Identity
    ) async throws -> (Peer, [Message], String) {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try peer(&chain).create(in: directory.path, named: "peer")
        var log = EventLog()
        let listener = try Self.listen(chain, log)
        async let printed = OpenSSLTool.client(
            port: listener.port, directory: directory, identity: "peer", input: Array(line.utf8))
        let (connection, peer) = try await log.opened()
        let messages = try await log.messages(1)
        connection.send([.pong(42)])
        connection.closeAfterSending()
        let text = try await printed
        try await log.closed()
        listener.stop()
        return (peer, messages, text)
    }
}
