package import LineCodec

/// What stands between two line ends: a message, or a block of deflated lines.
package enum Frame: Equatable, Sendable {
    case message(Message)
    /// Raw deflate (RFC 1951); inflated, it is whole lines, at most so many bytes of them, and holds no block itself.
    case deflated([UInt8], inflatedBytesMax: Int)
}

/// Cuts a stream of bytes into frames. `ZIP n m` on a line announces n deflated bytes that give at most m; `CHUNK`
/// announces a piece of an image.
///
/// After it has thrown, the stream is lost: answer the peer and close.
package struct FrameReader: Sendable {
    private var framer: LineFramer
    private var announced: Announcement?
    private let allowsDeflated: Bool
    private let allowsChunks: Bool

    private enum Announcement {
        case deflated(bytes: Int, inflatedBytesMax: Int)
        case chunk(bytes: Int, offset: UInt64)

        var bytes: Int {
            switch self {
            case .deflated(let bytes, _), .chunk(let bytes, _): bytes
            }
        }
    }

    /// - Parameters:
    ///   - allowsDeflated: false for the lines that came out of a deflated block.
    ///   - allowsChunks: only from the hub.
    package init(lineBytesMax: Int = Limits.lineBytesMax, allowsDeflated: Bool = true, allowsChunks: Bool = false) {
        framer = LineFramer(lineBytesMax: lineBytesMax)
        self.allowsDeflated = allowsDeflated
        self.allowsChunks = allowsChunks
    }

    /// Nothing of an unfinished line or block is waiting.
    package var isBetweenFrames: Bool { framer.pendingBytes == 0 && announced == nil }

    package mutating func receive(_ bytes: some Sequence<UInt8>) { framer.receive(bytes) }

    /// The next frame, or nil until more bytes have come.
    package mutating func next() throws(LineError) -> Frame? {
        if let announced {
            guard let block = framer.nextBlock(ofBytes: announced.bytes) else { return nil }
            self.announced = nil
            switch announced {
            case .deflated(_, let inflatedBytesMax):
                return .deflated(Array(block), inflatedBytesMax: inflatedBytesMax)
            case .chunk(_, let offset): return .message(.chunk(ImageChunk(offset: offset, bytes: Array(block))))
            }
        }
        guard let line = try framer.nextLine() else { return nil }
        if line.starts(with: Self.deflatedVerb) {
            announced = try deflated(line)
        } else if allowsChunks, line.starts(with: Self.chunkVerb) {
            announced = try chunk(line)
        } else {
            return .message(try Message.parse(line))
        }
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

    private func deflated(_ line: ArraySlice<UInt8>) throws(LineError) -> Announcement {
        guard allowsDeflated else { throw .unknownVerb("ZIP") }
        var reader = LineReader(line)
        _ = try reader.text()
        let deflatedBytes = try reader.integer(UInt32.self)
        let inflatedBytes = try reader.integer(UInt32.self)
        try reader.end()
        guard deflatedBytes <= Limits.deflatedBytesMax else { throw .tooLong(limit: Limits.deflatedBytesMax) }
        guard inflatedBytes <= Limits.inflatedBytesMax else { throw .tooLong(limit: Limits.inflatedBytesMax) }
        return .deflated(bytes: Int(deflatedBytes), inflatedBytesMax: Int(inflatedBytes))
    }

    private func chunk(_ line: ArraySlice<UInt8>) throws(LineError) -> Announcement {
        var reader = LineReader(line)
        _ = try reader.text()
        let offset = try reader.integer(UInt64.self)
        let bytes = try reader.integer(UInt32.self)
        try reader.end()
        guard bytes <= Limits.chunkBytesMax else { throw .tooLong(limit: Limits.chunkBytesMax) }
        guard bytes > 0 else { throw .notCanonical }
        return .chunk(bytes: Int(bytes), offset: offset)
    }

    private static let deflatedVerb = Array("ZIP\t".utf8)
    private static let chunkVerb = Array("CHUNK\t".utf8)
}
