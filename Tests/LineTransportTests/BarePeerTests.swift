import Foundation
import LineCodec
import SyncProtocol
import Testing

@testable import LineTransport

/// A peer that keeps to no rule, on the control socket, where its bytes come as it sends them.
@Suite(.timeLimit(.minutes(1))) struct BarePeerTests {
    @Test func whatComesInOneReadIsOneEventAndAnUnfinishedLineIsNone() async throws {
        let bench = try Bench()
        var log = bench.log
        let peer = try Socket.connect(path: bench.path)
        _ = try await log.opened()
        peer.write(Array("PING\t1\nPING\t2\nPONG\t3\nBY".utf8))
        guard case .received(_, [.ping(1), .ping(2), .pong(3)]) = try await log.next() else {
            throw CancellationError()
        }
        peer.write(Array("E".utf8))
        peer.close()
        #expect(try await log.messagesUntilClosed() == [])
        bench.listener.stop()
    }

    @Test func afterABadLineNothingIsReadAndTheAnswerStillArrives() async throws {
        let bench = try Bench()
        var log = bench.log
        let peer = try Socket.connect(path: bench.path)
        let (connection, _) = try await log.opened()
        peer.write([0xC3, 0x28, 10] + Array("PING\t1\n".utf8))
        #expect(try await log.malformed() == .notUTF8)
        connection.send([.error(.malformed, detail: "not UTF-8")])
        connection.closeAfterSending()
        peer.write(Array("PING\t2\n".utf8))
        #expect(try await peer.bytesToEnd() == Message.error(.malformed, detail: "not UTF-8").line().count + 1)
        peer.close()
        #expect(try await log.messagesUntilClosed() == [])
        bench.listener.stop()
    }

    @Test func aBadPeerThatNobodyClosesIsCut() async throws {
        let bench = try Bench(stallSeconds: 1)
        var log = bench.log
        let peer = try Socket.connect(path: bench.path)
        _ = try await log.opened()
        peer.write(Array("WHAT\n".utf8))
        #expect(try await log.malformed() == .unknownVerb("WHAT"))
        try await log.closed()
        #expect(try await peer.bytesToEnd() == 0)
        bench.listener.stop()
    }

    @Test func whoEndsItsOwnTalkStillGetsWhatWasOnItsWay() async throws {
        let bench = try Bench()
        var log = bench.log
        let peer = try Socket.connect(path: bench.path)
        let (connection, _) = try await log.opened()
        let row = Message.row(id: 1, fields: [String(repeating: "x", count: 900_000)])
        connection.send([row, row, row])
        peer.endOutput()
        #expect(try await peer.bytesToEnd() == 3 * (row.line().count + 1))
        try await log.closed()
        bench.listener.stop()
    }

    @Test func aPeerThatNeverReadsHoldsNoClosingLine() async throws {
        let bench = try Bench(stallSeconds: 1)
        var log = bench.log
        let deaf = try Socket.connect(path: bench.path)
        let (connection, _) = try await log.opened()
        connection.send([.row(id: 1, fields: [String(repeating: "x", count: 1_000_000)])])
        connection.closeAfterSending()
        try await log.closed()
        withExtendedLifetime(deaf) { bench.listener.stop() }
    }

    @Test func aFullLineSaysSoAndSaysWhenItHasRoomAgain() async throws {
        let bench = try Bench()
        var log = bench.log
        let reader = try Socket.connect(path: bench.path)
        let (connection, _) = try await log.opened()
        #expect(connection.isWritable)
        let lines = (0..<UInt64(log.settings.limits.unsentMessagesMax)).map {
            Message.row(id: $0, fields: [String(repeating: "x", count: 1_000)])
        }
        connection.send(lines)
        #expect(!connection.isWritable)
        connection.closeAfterSending()
        #expect(try await reader.bytesToEnd() == lines.reduce(0) { $0 + $1.line().count + 1 })
        guard case .drained(connection.id) = try await log.next() else { throw CancellationError() }
        reader.close()
        try await log.closed()
        bench.listener.stop()
    }

    private struct Bench {
        let directory: TemporaryDirectory
        let path: String
        let log: EventLog
        let listener: LineListener

        init(stallSeconds: Int64 = 30) throws {
            var limits = TransportLimits.patient
            limits.stallSeconds = stallSeconds
            directory = try TemporaryDirectory()
            path = directory.path + "/control.sock"
            log = EventLog(limits: limits)
            listener = try LineListener.listen(socketPath: path, settings: log.settings)
        }
    }
}
