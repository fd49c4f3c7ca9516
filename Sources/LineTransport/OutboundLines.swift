package import SyncProtocol

/// From messages to bytes: lines, and blocks of lines where that is shorter.
package struct OutboundLines {
    package private(set) var isDeflating: Bool
    private let deflatedFromBytes: Int
    private var bytes: [UInt8] = []
    /// Where in `bytes` the lines begin that are not yet in a block.
    private var blockStart = 0

    package init(isDeflating: Bool, deflatedFromBytes: Int) {
        self.isDeflating = isDeflating
        self.deflatedFromBytes = deflatedFromBytes
    }

    package mutating func append(_ messages: [Message]) {
        for message in messages {
            if case .chunk = message {
                append(raw: message.frame())
                continue
            }
            let line = message.line()
            if bytes.count - blockStart + line.count >= Limits.inflatedBytesMax { closeBlock() }
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// Bytes that no block may hold.
    private mutating func append(raw frame: [UInt8]) {
        closeBlock()
        bytes += frame
        blockStart = bytes.count
    }

    /// What was appended before stays readable without deflate.
    mutating func startDeflating() {
        closeBlock()
        isDeflating = true
    }

    package mutating func finish() -> [UInt8] {
        closeBlock()
        return bytes
    }

    private mutating func closeBlock() {
        defer { blockStart = bytes.count }
        let lines = bytes[blockStart...]
        guard isDeflating, lines.count >= deflatedFromBytes, let block = Deflate.deflated(Array(lines)),
            block.count <= Limits.deflatedBytesMax
        else { return }
        let announcement = FrameReader.announcing(deflatedBytes: block.count, inflatedBytes: lines.count)
        guard announcement.count + block.count < lines.count else { return }
        bytes.replaceSubrange(blockStart..., with: announcement + block)
    }
}
