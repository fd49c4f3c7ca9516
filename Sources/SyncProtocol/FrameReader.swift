package import LineCodec

/// What stands between two line ends: a message, or a block of deflated lines.
package enum Frame: Equatable, Sendable {
    case message(Message)
    /// Raw deflate (RFC 1951); inflated, it is whole lines, at most so many bytes of them, and holds no block itself.
    case deflated([UInt8], inflatedBytesMax: Int)
}

/// Cuts a stream of bytes into frames. `ZIP n m` on a line announces n deflated bytes that give at most m.
///
/// After it has thrown, the stream is lost: answer the peer and close.
package struct FrameReader: Sendable {
    private var framer: LineFramer
    private var announced: (deflatedBytes: Int, inflatedBytesMax: Int)?
    private let allowsDeflated: Bool

    /// - Parameter allowsDeflated: false for the lines that came out of a deflated block.
    package init(lineBytesMax: Int = Limits.lineBytesMax, allowsDeflated: Bool = true) {
        framer = LineFramer(lineBytesMax: lineBytesMax)
        self.allowsDeflated = allowsDeflated
    }

    /// Nothing of an unfinished line or block is waiting.
    package var isBetweenFrames: Bool { framer.pendingBytes == 0 && announced == nil }

    package mutating func receive(_ bytes: some Sequence<UInt8>) { framer.receive(bytes) }

    /// The next frame, or nil until more bytes have come.
    package mutating func next() throws(LineError) -> Frame? {
        if let (deflatedBytes, inflatedBytesMax) = announced {
            guard let block = framer.nextBlock(ofBytes: deflatedBytes) else { return nil }
            announced = nil
            return .deflated(Array(block), inflatedBytesMax: inflatedBytesMax)
        }
        guard let line = try framer.nextLine() else { return nil }
        guard line.starts(with: Self.announcement) else { return .message(try Message.parse(line)) }
        announced = try announcement(line)
        return try next()
    }

    /// The line that announces a deflated block, with its LF.
    package static func announcing(deflatedBytes: Int, inflatedBytes: Int) -> [UInt8] {
        var writer = LineWriter()
        writer.text("ZIP")
        writer.integer(deflatedBytes)
        writer.integer(inflatedBytes)
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func announcement(_ line: ArraySlice<UInt8>) throws(LineError) -> (Int, Int) {
        guard allowsDeflated else { throw .unknownVerb("ZIP") }
        var reader = LineReader(line)
        _ = try reader.text()
        let deflatedBytes = try reader.integer(UInt32.self)
        let inflatedBytes = try reader.integer(UInt32.self)
        try reader.end()
        guard deflatedBytes <= Limits.deflatedBytesMax else { throw .tooLong(limit: Limits.deflatedBytesMax) }
        guard inflatedBytes <= Limits.inflatedBytesMax else { throw .tooLong(limit: Limits.inflatedBytesMax) }
        return (Int(deflatedBytes), Int(inflatedBytes))
    }

    private static let announcement = Array("ZIP\t".utf8)
}
