package import LineCodec
import Replication

/// The spelling of messages: one line each, one spelling each.
extension Message {
    /// All that goes onto the line: the line with its LF, and a chunk's bytes behind it.
    package func frame() -> [UInt8] {
        var bytes = line()
        bytes.append(UInt8(ascii: "\n"))
        if case .chunk(let chunk) = self { bytes += chunk.bytes }
        return bytes
    }

    /// The line without its LF.
    package func line() -> [UInt8] {
        var writer = LineWriter(reserving: 128)
        writer.text(verb)
        writeFields(to: &writer)
        return writer.bytes
    }

    /// Accepts only the spelling that `line()` gives; `line` is without its LF. A chunk is more than a line:
    /// `FrameReader` reads it.
    package static func parse(_ line: ArraySlice<UInt8>) throws(LineError) -> Message {
        var reader = LineReader(line)
        let verb = try reader.text()
        let message = try read(verb, from: &reader)
        try reader.end()
        return message
    }

    /// Whether it is within the limits of a peer's reader.
    var canBeRead: Bool {
        let line = line()
        return line.count <= Limits.lineBytesMax && (try? Message.parse(line[...])) == self
    }

    private var verb: String {
        switch self {
        case .join: "JOIN"
        case .joined: "JOINED"
        case .renew: "RENEW"
        case .renewed: "RENEWED"
        case .hello: "HELLO"
        case .welcome: "WELCOME"
        case .push: "PUSH"
        case .operation: "OP"
        case .acknowledge: "ACK"
        case .entry: "ENTRY"
        case .stamp: "STAMP"
        case .stamps: "STAMPS"
        case .mark: "MARK"
        case .applied: "APPLIED"
        case .authorize: "AUTH"
        case .grant: "GRANT"
        case .deny: "DENY"
        case .recall: "RECALL"
        case .yield: "YIELD"
        case .ask: "ASK"
        case .answer: "ANSWER"
        case .image: "IMAGE"
        case .fetch: "FETCH"
        case .chunk: "CHUNK"
        case .ping: "PING"
        case .pong: "PONG"
        case .busy: "BUSY"
        case .error: "ERROR"
        case .bye: "BYE"
        case .request: "DO"
        case .row: "ROW"
        case .done: "DONE"
        case .failed: "FAIL"
        }
    }

    private func writeFields(to writer: inout LineWriter) {
        switch self {
        case .join(let join): join.write(to: &writer)
        case .joined(let joined): joined.write(to: &writer)
        case .renewed(let certificate): writer.text(certificate)
        case .hello(let hello): hello.write(to: &writer)
        case .welcome(let welcome): welcome.write(to: &writer)
        case .push(let push):
            writer.head(ActorHead(actor: push.actor, sequence: push.from, chain: push.chain))
        case .operation(let operation): operation.write(to: &writer)
        case .acknowledge(let head): writer.head(head)
        case .entry(let entry): entry.write(to: &writer)
        case .stamp(let own): own.write(to: &writer)
        case .stamps(let run): run.write(to: &writer)
        case .mark(let mark):
            writer.integer(mark.position)
            writer.identifier(mark.digest)
        case .applied(let applied):
            writer.integer(applied.position)
            writer.integer(applied.credit)
        case .authorize(let request): request.write(to: &writer)
        case .grant(let grant): grant.write(to: &writer)
        case .deny(let denial): denial.write(to: &writer)
        case .recall(let recall): recall.write(to: &writer)
        case .yield(let yield): yield.write(to: &writer)
        case .ask(let question): question.write(to: &writer)
        case .answer(let answer): answer.write(to: &writer)
        case .image(let offer): offer.write(to: &writer)
        case .fetch(let fetch): fetch.write(to: &writer)
        case .chunk(let chunk):
            writer.integer(chunk.offset)
            writer.integer(chunk.bytes.count)
        case .ping(let token), .pong(let token): writer.integer(token)
        case .busy(let retryMilliseconds): writer.integer(retryMilliseconds)
        case .error(let code, let detail):
            writer.text(code.rawValue)
            writer.text(detail)
        case .request(let id, let arguments):
            writer.integer(id)
            for argument in arguments { writer.text(argument) }
        case .row(let id, let fields):
            writer.integer(id)
            for field in fields { writer.optional(field) { $0.text($1) } }
        case .done(let id): writer.integer(id)
        case .failed(let id, let code, let detail):
            writer.integer(id)
            writer.text(code)
            writer.text(detail)
        case .renew, .bye: break
        }
    }

    private static func read(_ verb: String, from reader: inout LineReader) throws(LineError) -> Message {
        switch verb {
        case "JOIN": .join(try Join(from: &reader))
        case "JOINED": .joined(try Joined(from: &reader))
        case "RENEW": .renew
        case "RENEWED": .renewed(certificate: try reader.text())
        case "HELLO": .hello(try Hello(from: &reader))
        case "WELCOME": .welcome(try Welcome(from: &reader))
        case "PUSH": .push(try Push(from: &reader))
        case "OP": .operation(try PushedOperation(from: &reader))
        case "ACK": .acknowledge(try reader.head())
        case "ENTRY": .entry(try LogEntry(from: &reader))
        case "STAMP": .stamp(try OwnStamp(from: &reader))
        case "STAMPS": .stamps(try StampRun(from: &reader))
        case "MARK": .mark(Mark(position: try reader.integer(), digest: try reader.identifier()))
        case "APPLIED": .applied(Applied(position: try reader.integer(), credit: try reader.integer()))
        case "AUTH": .authorize(try AuthorizationRequest(from: &reader))
        case "GRANT": .grant(try Grant(from: &reader))
        case "DENY": .deny(try Denial(from: &reader))
        case "RECALL": .recall(try Recall(from: &reader))
        case "YIELD": .yield(try Yield(from: &reader))
        case "ASK": .ask(try Question(from: &reader))
        case "ANSWER": .answer(try Answer(from: &reader))
        case "IMAGE": .image(try ImageOffer(from: &reader))
        case "FETCH": .fetch(try ImageFetch(from: &reader))
        case "PING": .ping(try reader.integer())
        case "PONG": .pong(try reader.integer())
        case "BUSY": .busy(retryMilliseconds: try reader.integer())
        case "ERROR": .error(try errorCode(from: &reader), detail: try reader.text())
        case "BYE": .bye
        case "DO": .request(id: try reader.integer(), arguments: try arguments(from: &reader))
        case "ROW": .row(id: try reader.integer(), fields: try reader.optionalTexts())
        case "DONE": .done(id: try reader.integer())
        case "FAIL": .failed(id: try reader.integer(), code: try reader.text(), detail: try reader.text())
        default: throw .unknownVerb(LineError.excerpt(verb))
        }
    }

    private static func errorCode(from reader: inout LineReader) throws(LineError) -> ErrorCode {
        let code = try reader.text()
        guard let known = ErrorCode(rawValue: code) else { throw .unknownCode(LineError.excerpt(code)) }
        return known
    }

    private static func arguments(from reader: inout LineReader) throws(LineError) -> [String] {
        try reader.list(atMost: Limits.requestArgumentsMax) { reader throws(LineError) in try reader.text() }
    }
}
