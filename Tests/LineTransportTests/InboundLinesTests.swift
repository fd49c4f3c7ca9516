import LineCodec
import Replication
import SyncProtocol
import Testing

@testable import LineTransport

@Suite struct InboundLinesTests {
    static let messages: [Message] = (0..<12).map { number in
        number.isMultiple(of: 2)
            ? .ping(UInt64(number))
            : .row(id: UInt64(number), fields: ["a\tb\n", nil, "上海", String(repeating: "x", count: 90)])
    }

    static let hello = Message.hello(
        Hello(
            version: 1, node: NodeID(1), features: [Protocol.deflate], cursor: nil, credit: 1, actors: [],
            software: "test"))

    @Test(arguments: [(Peer.hub, []), (.node(NodeID(1), serial: "01"), [hello])])
    func whereverTheBytesAreCutTheMessagesAreTheSame(peer: Peer, greeting: [Message]) throws {
        let messages = greeting + Self.messages
        var lines = OutboundLines(isDeflating: false, deflatedFromBytes: 200)
        lines.append(Array(messages[..<3]))
        lines.startDeflating()
        lines.append(Array(messages[3...]))
        let bytes = lines.finish()
        #expect(bytes.count < messages.reduce(0) { $0 + $1.line().count + 1 })
        for cut in 0...bytes.count {
            #expect(try read([bytes[..<cut], bytes[cut...]], from: peer) == messages)
        }
        #expect(try read(bytes.indices.map { bytes[$0...$0] }, from: peer) == messages)
    }

    @Test func aNodeThatDidNotOfferDeflateMayNotUseIt() throws {
        var lines = InboundLines(from: .node(NodeID(1), serial: "01"))
        var messages: [Message] = []
        try lines.receive(Message.ping(1).line() + [10], into: &messages)
        let deflated = try block(Array(String(repeating: "PING\t1\n", count: 40).utf8))
        #expect(throws: LineError.unknownVerb("ZIP")) { try lines.receive(deflated, into: &messages) }
    }

    @Test func aLineIsRefusedBeforeItsEndOnceItIsTooLong() throws {
        var lines = InboundLines(from: .hub)
        var messages: [Message] = []
        try lines.receive([UInt8](repeating: 65, count: Limits.lineBytesMax), into: &messages)
        #expect(throws: LineError.tooLong(limit: Limits.lineBytesMax)) { try lines.receive([65], into: &messages) }
    }

    @Test(arguments: [
        Peer.newcomer(publicKey: []), .expired(NodeID(1), serial: "01"), .node(NodeID(1), serial: "01"),
    ])
    func beforeItsGreetingAPeerMaySayLittle(peer: Peer) {
        var lines = InboundLines(from: peer)
        var messages: [Message] = []
        let limit = Limits.lineBytesBeforeGreetingMax
        #expect(throws: LineError.tooLong(limit: limit)) {
            try lines.receive([UInt8](repeating: 65, count: limit + 1), into: &messages)
        }
        var others = InboundLines(from: peer)
        #expect(throws: LineError.unknownVerb("ZIP")) { try others.receive(Array("ZIP\t1\t1\n".utf8), into: &messages) }
    }

    @Test func afterItsGreetingANodeMaySayMore() throws {
        let long = Message.row(id: 1, fields: [String(repeating: "x", count: 100_000)])
        let bytes = Message.ping(1).line() + [10] + long.line() + [10]
        #expect(try read([bytes[...]], from: .node(NodeID(1), serial: "01")) == [.ping(1), long])
    }

    @Test func brokenTextIsNoMessageAndWhatCameBeforeStays() {
        var lines = InboundLines(from: .hub)
        var messages: [Message] = []
        #expect(throws: LineError.notUTF8) {
            try lines.receive(Message.ping(1).line() + [10, 0xC3, 0x28, 10], into: &messages)
        }
        #expect(messages == [.ping(1)])
    }

    @Test func anUnfinishedLastLineIsNoMessage() throws {
        #expect(try read([Message.bye.line()[...]], from: .hub) == [])
    }

    @Test func aBlockThatAnnouncesTooMuchIsRefusedBeforeItIsRead() {
        let huge = FrameReader.announcing(deflatedBytes: 10, inflatedBytes: Limits.inflatedBytesMax + 1)
        expect(.tooLong(limit: Limits.inflatedBytesMax), reading: huge)
        let long = FrameReader.announcing(deflatedBytes: Limits.deflatedBytesMax + 1, inflatedBytes: 10)
        expect(.tooLong(limit: Limits.deflatedBytesMax), reading: long)
    }

    @Test func aBlockThatGrowsBeyondItsAnnouncementIsRefused() throws {
        let bomb = try #require(Deflate.deflated([UInt8](repeating: 65, count: 4 << 20)))
        #expect(bomb.count < 40_000)
        expect(.badBlock, reading: FrameReader.announcing(deflatedBytes: bomb.count, inflatedBytes: 1_000) + bomb)
    }

    @Test func aBlockHoldsWholeLinesAndNoBlock() throws {
        let unfinished = try block(Array(String(repeating: "PING\t1\n", count: 40).utf8.dropLast()))
        expect(.badBlock, reading: unfinished)
        let nested = try block([UInt8](String(repeating: "ZIP\t10\t100\n", count: 40).utf8))
        expect(.unknownVerb("ZIP"), reading: nested)
        expect(.badBlock, reading: FrameReader.announcing(deflatedBytes: 3, inflatedBytes: 10) + [255, 255, 255])
    }

    @Test func shortOrDenseLinesAreNotDeflated() {
        var lines = OutboundLines(isDeflating: true, deflatedFromBytes: 200)
        lines.append([.ping(1)])
        #expect(lines.finish() == Array("PING\t1\n".utf8))
        var generator = SplitMix64(seed: 3)
        let dense = Message.row(
            id: 1,
            fields: [
                String((0..<300).map { _ in Character(Unicode.Scalar(UInt8.random(in: 33...126, using: &generator))) })
            ])
        var others = OutboundLines(isDeflating: true, deflatedFromBytes: 200)
        others.append([dense])
        let bytes = others.finish()
        #expect(bytes.count <= dense.line().count + 1)
    }

    @Test func aLongSendLeavesInSeveralBlocks() throws {
        let messages = (0..<90).map { Message.row(id: $0, fields: [String(repeating: "y", count: 100_000)]) }
        var lines = OutboundLines(isDeflating: true, deflatedFromBytes: 200)
        lines.append(messages)
        let bytes = lines.finish()
        #expect(bytes.count < 200_000)
        #expect(try read([bytes[...]], from: .hub) == messages)
    }

    private func block(_ lines: [UInt8]) throws -> [UInt8] {
        let deflated = try #require(Deflate.deflated(lines))
        return FrameReader.announcing(deflatedBytes: deflated.count, inflatedBytes: lines.count) + deflated
    }

    private func expect(
        _ error: LineError, reading bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var lines = InboundLines(from: .hub)
        var messages: [Message] = []
        #expect(throws: error, sourceLocation: sourceLocation) { try lines.receive(bytes, into: &messages) }
    }

    private func read(_ parts: [ArraySlice<UInt8>], from peer: Peer) throws -> [Message] {
        var lines = InboundLines(from: peer)
        var messages: [Message] = []
        for part in parts { try lines.receive(Array(part), into: &messages) }
        return messages
    }
}
