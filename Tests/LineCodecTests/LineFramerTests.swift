import LineCodec
import TestSupport
import Testing

@Suite struct LineFramerTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func howeverTheBytesAreCutTheLinesAreTheSame(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let lines = (0..<random.below(8)).map { _ in random.bytes().filter { $0 != UInt8(ascii: "\n") } }
        let unfinished = random.bytes(atMost: 5).filter { $0 != UInt8(ascii: "\n") }
        var stream = lines.flatMap { $0 + [UInt8(ascii: "\n")] } + unfinished
        var framer = LineFramer(lineBytesMax: 12)
        var received: [[UInt8]] = []
        while !stream.isEmpty {
            let length = min(stream.count, 1 + random.below(9))
            framer.receive(stream.prefix(length))
            stream.removeFirst(length)
            while let line = try framer.nextLine() { received.append(Array(line)) }
        }
        #expect(received == lines)
        #expect(framer.pendingBytes == unfinished.count)
    }

    @Test func aLineMayBeAsLongAsTheLimit() throws {
        var framer = LineFramer(lineBytesMax: 4)
        framer.receive(Array("abcd".utf8))
        #expect(try framer.nextLine() == nil)
        framer.receive(Array("\n".utf8))
        #expect(try framer.nextLine() == Array("abcd".utf8)[...])
    }

    @Test func aLongerOneIsRefusedBeforeItEnds() {
        var framer = LineFramer(lineBytesMax: 4)
        framer.receive(Array("abcde".utf8))
        #expect(throws: LineError.tooLong(limit: 4)) { try framer.nextLine() }
        #expect(throws: LineError.tooLong(limit: 4)) { try framer.nextLine() }
    }

    @Test func aLongerOneThatComesWholeIsRefused() {
        var framer = LineFramer(lineBytesMax: 4)
        framer.receive(Array("abcde\nx\n".utf8))
        #expect(throws: LineError.tooLong(limit: 4)) { try framer.nextLine() }
    }

    @Test func linesBeforeTheLongOneAreStillGivenOut() throws {
        var framer = LineFramer(lineBytesMax: 4)
        framer.receive(Array("ab\nabcde".utf8))
        #expect(try framer.nextLine() == Array("ab".utf8)[...])
        #expect(throws: LineError.tooLong(limit: 4)) { try framer.nextLine() }
    }

    /// A block may hold anything, ends of lines too, and be longer than a line.
    @Test(arguments: 1...10)
    func aBlockBetweenLinesIsCutOutByItsLength(bytesAtATime: Int) throws {
        var stream = Array("ZIP 8\nx\ny\nz\n!?after\n".utf8)
        var framer = LineFramer(lineBytesMax: 5)
        var pieces: [[UInt8]] = []
        while !stream.isEmpty {
            framer.receive(stream.prefix(bytesAtATime))
            stream.removeFirst(min(bytesAtATime, stream.count))
            while let piece = pieces.count == 1 ? framer.nextBlock(ofBytes: 8) : try framer.nextLine() {
                pieces.append(Array(piece))
            }
        }
        #expect(pieces == [Array("ZIP 8".utf8), Array("x\ny\nz\n!?".utf8), Array("after".utf8)])
        #expect(framer.pendingBytes == 0)
    }
}
