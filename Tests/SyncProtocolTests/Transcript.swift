import LineCodec
import Testing

/// A golden dialogue from `protocol/transcripts`; `protocol/README.md` says how to read one.
struct Transcript: CustomTestStringConvertible, Sendable {
    enum Side: String, Sendable {
        case hubFacingNode = "hub, facing node 17"
        case hubFacingExpiredNode = "hub, facing node 17, expired"
        case hubFacingNewcomer = "hub, facing a newcomer"
        case node = "node 17, facing the hub"
    }

    enum Step: Equatable, Sendable {
        case peer(String)
        case us(String)
        /// What follows a CHUNK on the line.
        case bytes([UInt8])
        case pass(seconds: UInt64)
        case lineBreaks
        case closed
    }

    let testDescription: String
    let side: Side
    let peerLies: Bool
    let steps: [Step]

    init(name: String, text: String) throws {
        var side: Side?
        var peerLies = false
        var steps: [Step] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let content = String(line.dropFirst(2))
            switch line.prefix(2) {
            case "> ": steps.append(.peer(content))
            case "< ": steps.append(.us(content))
            case "* " where side == nil: side = Side(rawValue: content)
            case "* " where content == "the peer lies": peerLies = true
            case "* ": steps.append(try Self.direction(content))
            case _: throw Fault(line: String(line))
            }
        }
        testDescription = name
        self.side = try #require(side)
        self.peerLies = peerLies
        self.steps = steps
    }

    struct Fault: Error { let line: String }

    private static func direction(_ content: String) throws -> Step {
        let words = content.split(separator: " ")
        if content == "the line breaks" { return .lineBreaks }
        if content == "closed" { return .closed }
        if words.count == 2, words[0] == "bytes", let bytes = Hexadecimal.bytes(String(words[1])) {
            return .bytes(bytes)
        }
        guard words.count == 3, let seconds = UInt64(words[0]), content.hasSuffix(" seconds pass") else {
            throw Fault(line: content)
        }
        return .pass(seconds: seconds)
    }
}
