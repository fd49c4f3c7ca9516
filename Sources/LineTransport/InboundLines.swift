import LineCodec
import SyncProtocol

/// From bytes to messages, within what the peer has earned so far.
struct InboundLines {
    private var reader: FrameReader
    private var isBeforeGreeting: Bool

    init(from peer: Peer) {
        switch peer {
        case .newcomer, .expired:
            reader = Self.greetingReader
            isBeforeGreeting = false
        case .node:
            reader = Self.greetingReader
            isBeforeGreeting = true
        case .hub:
            reader = FrameReader(allowsChunks: true)
            isBeforeGreeting = false
        case .administrator:
            reader = FrameReader(allowsDeflated: false)
            isBeforeGreeting = false
        }
    }

    /// What was whole before an error is in `messages` when it throws.
    mutating func receive(_ bytes: [UInt8], into messages: inout [Message]) throws(LineError) {
        var rest = bytes[...]
        if isBeforeGreeting {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            reader.receive(rest[..<end])
            rest = rest[end...]
            guard try Self.take(&reader, into: &messages) else { return }
            isBeforeGreeting = false
            reader = FrameReader(allowsDeflated: messages.last?.offersDeflate ?? false)
        }
        reader.receive(rest)
        while try Self.take(&reader, into: &messages) {}
    }

    private static var greetingReader: FrameReader {
        FrameReader(lineBytesMax: Limits.lineBytesBeforeGreetingMax, allowsDeflated: false)
    }

    private static func take(_ reader: inout FrameReader, into messages: inout [Message]) throws(LineError) -> Bool {
        switch try reader.next() {
        case .message(let message):
            messages.append(message)
            return true
        case .deflated(let block, let inflatedBytesMax):
            try takeBlock(block, inflatedBytesMax, into: &messages)
            return true
        case nil:
            return false
        }
    }

    private static func takeBlock(
        _ block: [UInt8], _ inflatedBytesMax: Int, into messages: inout [Message]
    ) throws(LineError) {
        guard let lines = Deflate.inflated(block, bytesMax: inflatedBytesMax) else { throw .badBlock }
        var inner = FrameReader(allowsDeflated: false)
        inner.receive(lines)
        while try take(&inner, into: &messages) {}
        guard inner.isBetweenFrames else { throw .badBlock }
    }
}

extension Message {
    /// The hub agrees to deflate wherever it is offered.
    fileprivate var offersDeflate: Bool {
        guard case .hello(let hello) = self else { return false }
        return hello.features.contains(Protocol.deflate)
    }
}
