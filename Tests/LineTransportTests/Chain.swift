import Foundation
import LineCodec
import NIOPosix
import Replication
import SyncProtocol
import Testing

@testable import LineTransport

/// One chain: its authority and its hub's identity, and the means to make everybody else's.
struct Chain {
    static let now: Int64 = Int64(Date().timeIntervalSince1970)
    static let day: Int64 = 86_400

    var generator: SplitMix64
    let authority: ChainAuthority
    let hub: Identity

    init(seed: UInt64 = 1) throws {
        generator = SplitMix64(seed: seed)
        authority = try ChainAuthority.create(nowSeconds: Self.now, using: &generator)
        let newcomer = try Identity.newcomer(nowSeconds: Self.now, using: &generator)
        let issued = try authority.issueHub(
            publicKey: newcomer.publicKey, nowSeconds: Self.now, using: &generator)
        hub = try newcomer.adopting(certificate: issued.pem, authority: authority.trusted)
    }

    mutating func newcomer() throws -> Identity { try Identity.newcomer(nowSeconds: Self.now, using: &generator) }

    mutating func node(_ number: UInt32, issuedAt seconds: Int64 = now) throws -> Identity {
        let newcomer = try newcomer()
        let issued = try authority.issueNode(
            NodeID(number), publicKey: newcomer.publicKey, nowSeconds: seconds, using: &generator)
        return try newcomer.adopting(certificate: issued.pem, authority: authority.trusted)
    }

    /// A hub's certificate in the hand of somebody else.
    mutating func secondHub() throws -> Identity {
        let newcomer = try newcomer()
        let issued = try authority.issueHub(
            publicKey: newcomer.publicKey, nowSeconds: Self.now, using: &generator)
        return try newcomer.adopting(certificate: issued.pem, authority: authority.trusted)
    }
}

struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension TransportLimits {
    /// On a busy machine a test may take its time; those that are about a limit set it shorter.
    static var patient: TransportLimits {
        var limits = TransportLimits()
        limits.stallSeconds = 30
        limits.handshakeSeconds = 30
        return limits
    }
}

/// The events of one end, in order.
struct EventLog {
    struct Unexpected: Error { let event: String }

    let settings: TransportSettings
    private var iterator: AsyncStream<TransportEvent>.Iterator

    init(limits: TransportLimits = .patient) {
        let (stream, continuation) = AsyncStream.makeStream(of: TransportEvent.self)
        iterator = stream.makeAsyncIterator()
        settings = TransportSettings(
            group: MultiThreadedEventLoopGroup.singleton, numbers: ConnectionNumbers(), limits: limits,
            nowSeconds: { Int64(Date().timeIntervalSince1970) }, deliver: { continuation.yield($0) })
    }

    mutating func next() async throws -> TransportEvent {
        guard let event = await iterator.next(isolation: #isolation) else { throw CancellationError() }
        return event
    }

    mutating func opened() async throws -> (LineConnection, Peer) {
        let event = try await next()
        guard case .opened(let connection, let peer, _) = event else { throw Unexpected(event: "\(event)") }
        return (connection, peer)
    }

    mutating func refused() async throws -> Refusal {
        let event = try await next()
        guard case .refused(let refusal, let address) = event else { throw Unexpected(event: "\(event)") }
        #expect(address.hasPrefix("127.0.0.1:"))
        return refusal
    }

    mutating func failed() async throws -> ConnectionFailure {
        let event = try await next()
        guard case .failed(_, let failure) = event else { throw Unexpected(event: "\(event)") }
        return failure
    }

    mutating func malformed() async throws -> LineError {
        let event = try await next()
        guard case .malformed(_, let error) = event else { throw Unexpected(event: "\(event)") }
        return error
    }

    /// Everything that comes until the line closes.
    mutating func messagesUntilClosed() async throws -> [Message] {
        var messages: [Message] = []
        while true {
            switch try await next() {
            case .received(_, let more): messages += more
            case .drained: break
            case .closed: return messages
            case let event: throw Unexpected(event: "\(event)")
            }
        }
    }

    mutating func messages(_ count: Int) async throws -> [Message] {
        var messages: [Message] = []
        while messages.count < count {
            switch try await next() {
            case .received(_, let more): messages += more
            case .drained: break
            case let event: throw Unexpected(event: "\(event)")
            }
        }
        return messages
    }

    /// Reads on until the last event of the line.
    mutating func closed() async throws {
        while true {
            if case .closed = try await next() { return }
        }
    }
}

/// A directory of its own, gone with the test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        // Short: the path of a socket has at most 107 bytes.
        path = "/tmp/bl-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func mode(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return try #require(attributes[.posixPermissions] as? Int)
    }
}
