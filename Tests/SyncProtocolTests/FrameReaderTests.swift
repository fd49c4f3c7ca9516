import LineCodec
import SyncProtocol
import TestSupport
import Testing

struct FrameReaderTests {
    /// What a reader makes of a stream, however it is cut: frames, then the error that ended it.
    struct Outcome: Equatable {
        var frames: [Frame] = []
        var error: LineError?
        var isBetweenFrames = true
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func anyCuttingGivesTheSameFrames(seed: UInt64) {
        var messages = RandomMessages(seed: seed)
        let (stream, frames) = Self.stream(&messages)
        #expect(Self.read([stream]) == Outcome(frames: frames))
        #expect(Self.read(stream.map { [$0] }) == Outcome(frames: frames))
        for _ in 0..<10 { #expect(Self.read(messages.random.cut(stream)) == Outcome(frames: frames)) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func anyCuttingOfADamagedStreamEndsInTheSameWay(seed: UInt64) {
        var messages = RandomMessages(seed: seed)
        let stream = messages.random.mutated(Self.stream(&messages).bytes)
        let whole = Self.read([stream])
        #expect(Self.read(stream.map { [$0] }) == whole)
        for _ in 0..<5 { #expect(Self.read(messages.random.cut(stream)) == whole) }
    }

    @Test func aLineMayBeAsLongAsTheLimit() throws {
        var reader = FrameReader(lineBytesMax: 8)
        reader.receive("PING\t123\n".bytes)
        #expect(try reader.next() == .message(.ping(123)))
    }

    @Test func aLineIsRefusedBeforeItIsComplete() throws {
        var reader = FrameReader(lineBytesMax: 8)
        reader.receive("PING\t123".bytes)
        #expect(try reader.next() == nil)
        reader.receive("4".bytes)
        #expect(throws: LineError.tooLong(limit: 8)) { try reader.next() }
    }

    @Test func aBlockMayHoldLineEnds() throws {
        var reader = FrameReader()
        reader.receive(FrameReader.announcing(deflatedBytes: 3, inflatedBytes: 9) + "\n\n\nBYE\n".bytes)
        #expect(try reader.next() == .deflated([10, 10, 10], inflatedBytesMax: 9))
        #expect(try reader.next() == .message(.bye))
        #expect(reader.isBetweenFrames)
    }

    @Test func aBlockIsRefusedBeforeItComes() {
        #expect(Self.read(["ZIP\t\(Limits.deflatedBytesMax + 1)\t1\n".bytes]).error == .tooLong(limit: 1 << 20))
        #expect(Self.read(["ZIP\t1\t\(Limits.inflatedBytesMax + 1)\n".bytes]).error == .tooLong(limit: 4 << 20))
        #expect(Self.read(["ZIP\t99999999999\t1\n".bytes]).error == .integerTooLarge)
        #expect(Self.read(["ZIP\t1\t1\t1\n".bytes]).error == .trailingFields)
        #expect(Self.read(["ZIP\t1\n".bytes]).error == .missingField)
        #expect(Self.read(["ZIP\n".bytes]).error == .unknownVerb("ZIP"))
    }

    @Test func aBlockHoldsNoBlock() {
        var reader = FrameReader(allowsDeflated: false)
        reader.receive(FrameReader.announcing(deflatedBytes: 0, inflatedBytes: 0))
        #expect(throws: LineError.unknownVerb("ZIP")) { try reader.next() }
    }

    @Test func anUnfinishedLineIsNoMessage() throws {
        var reader = FrameReader()
        reader.receive("BYE".bytes)
        #expect(try reader.next() == nil)
        #expect(!reader.isBetweenFrames)
    }

    private static func read(_ pieces: [[UInt8]]) -> Outcome {
        var reader = FrameReader()
        var outcome = Outcome()
        for piece in pieces where outcome.error == nil {
            reader.receive(piece)
            do throws(LineError) {
                while let frame = try reader.next() { outcome.frames.append(frame) }
            } catch {
                outcome.error = error
            }
        }
        outcome.isBetweenFrames = outcome.error != nil || reader.isBetweenFrames
        return outcome
    }

    private static func stream(_ messages: inout RandomMessages) -> (bytes: [UInt8], frames: [Frame]) {
        var bytes: [UInt8] = []
        var frames: [Frame] = []
        for _ in 0..<messages.random.below(8) {
            if messages.random.chance(percent: 25) {
                let block = messages.bytes(messages.random.below(20))
                bytes += FrameReader.announcing(deflatedBytes: block.count, inflatedBytes: 64) + block
                frames.append(.deflated(block, inflatedBytesMax: 64))
            } else {
                let message = messages.message()
                bytes += message.line() + [UInt8(ascii: "\n")]
                frames.append(.message(message))
            }
        }
        return (bytes, frames)
    }
}

extension SplitMix64 {
    mutating func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = 1 + below(min(rest.count, 40))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
