import LineCodec
import Replication
import SyncProtocol
import TestSupport
import Testing

/// A message has exactly one spelling.
struct MessageLineTests {
    @Test(arguments: RandomMessages.cases.indices)
    func aMessageIsReadAsItWasWritten(kind: Int) throws {
        var messages = RandomMessages(seed: UInt64(kind))
        for _ in 0..<200 {
            let message = RandomMessages.cases[kind](&messages)
            let line = message.line()
            #expect(!line.contains(UInt8(ascii: "\n")))
            #expect(try Message.parse(line[...]) == message)
        }
    }

    @Test func theRandomMessagesHaveEveryVerb() {
        var messages = RandomMessages(seed: 0)
        let verbs = RandomMessages.cases.map { text($0(&messages).line().prefix { $0 != UInt8(ascii: "\t") }) }
        #expect(
            Set(verbs) == [
                "JOIN", "JOINED", "RENEW", "RENEWED", "HELLO", "WELCOME", "PUSH", "OP", "ACK", "ENTRY", "STAMP",
                "STAMPS", "MARK", "APPLIED", "AUTH", "GRANT", "DENY", "RECALL", "YIELD", "ASK", "ANSWER", "IMAGE",
                "FETCH", "PING",
                "PONG", "BUSY", "ERROR", "BYE", "DO", "ROW", "DONE", "FAIL",
            ])
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func whateverIsAcceptedIsSpelledAsItWouldBeWritten(seed: UInt64) {
        var messages = RandomMessages(seed: seed)
        var accepted = 0
        for _ in 0..<200 {
            let line = messages.random.mutated(messages.message().line())
            guard let message = try? Message.parse(line[...]) else { continue }
            accepted += 1
            if message.line() != line { Issue.record("accepted: \(text(line))") }
        }
        #expect(accepted > 5)
    }

    @Test(arguments: NonCanonical.lines)
    func anotherSpellingIsRefused(line: NonCanonical) {
        #expect(throws: line.error) { try Message.parse(line.bytes[...]) }
    }

    @Test func aCodeFromAPeerIsRepeatedOnlyInPart() {
        let long = String(repeating: "Z", count: 5_000)
        #expect(throws: LineError.unknownVerb(String(repeating: "Z", count: 32))) { try Message.parse(long.bytes[...]) }
        #expect(throws: LineError.unknownCode(String(repeating: "Z", count: 32))) {
            try Message.parse("ERROR\t\(long)\t".bytes[...])
        }
    }

    @Test func bodiesAreBoundedTogether() throws {
        let body = [UInt8](repeating: 65, count: Limits.operationBodyBytesMax / 2)
        #expect(throws: Never.self) { try Message.parse(Self.operation(body, body).line()[...]) }
        #expect(throws: LineError.tooLong(limit: Limits.operationBodyBytesMax)) {
            try Message.parse(Self.operation(body, body + [65]).line()[...])
        }
    }

    @Test func listsAreBounded() {
        let head = "\t\(String(repeating: "0", count: 32))\t0\t\(String(repeating: "0", count: 64))"
        let heads = String(repeating: head, count: Limits.actorsPerNodeMax + 1)
        let kinds = Array(repeating: "k", count: Limits.operationKindsMax + 1).joined(separator: ",")
        let features = Array(repeating: "f", count: Limits.featuresMax + 1).joined(separator: ",")
        let arguments = String(repeating: "\ta", count: Limits.requestArgumentsMax + 1)
        expect("HELLO\t1\t1\t\t\\-\t1\tx" + heads, tooMany: Limits.actorsPerNodeMax)
        expect("HELLO\t1\t1\t\(features)\t\\-\t1\tx", tooMany: Limits.featuresMax)
        expect(
            "WELCOME\t1\t\t\(String(repeating: "0", count: 32))\t0\t1\t\(kinds)\t0", tooMany: Limits.operationKindsMax)
        expect("DO\t1" + arguments, tooMany: Limits.requestArgumentsMax)
        expect("ASK\t1" + arguments, tooMany: Limits.requestArgumentsMax)
        let id = String(repeating: "0", count: 32)
        let holders = String(repeating: "\t017\t1\tyes", count: Limits.denialHoldersMax + 1)
        expect("DENY\t\(id)\tinsufficient\t0" + holders, tooMany: Limits.denialHoldersMax)
        let lots = String(repeating: "\t\(id)\t1", count: Limits.recallLotsMax + 1)
        expect("RECALL\t\(id)" + lots, tooMany: Limits.recallLotsMax)
        expect("STAMPS\t1\t\(String(repeating: "0", count: 32))\t1\t1000001", tooMany: 1_000_000)
    }

    private func expect(_ line: String, tooMany limit: Int) {
        #expect(throws: LineError.tooMany(limit: limit)) { try Message.parse(line.bytes[...]) }
    }

    private static func operation(_ publicBody: [UInt8], _ personalBody: [UInt8]) -> Message {
        .operation(
            PushedOperation(
                Operation(
                    dot: Dot(ActorID(1), 1), observed: Observed(), time: .zero, audience: .hub,
                    kind: OperationKind(rawValue: "sale"), publicBody: publicBody,
                    personal: PersonalPart(salt: Array(repeating: 0, count: 16), body: personalBody))))
    }
}

/// Lines that a lenient reader would take, and the reason why this one does not.
struct NonCanonical: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let error: LineError

    var bytes: [UInt8] { text.bytes }

    init(_ description: String, _ text: String, _ error: LineError) {
        testDescription = description
        self.text = text
        self.error = error
    }

    private static let id = String(repeating: "a", count: 32)

    static let lines = [
        NonCanonical("leading zero", "PING\t01", .notAnInteger),
        NonCanonical("plus sign", "PING\t+1", .notAnInteger),
        NonCanonical("minus sign", "PING\t-1", .notAnInteger),
        NonCanonical("empty number", "PING\t", .notAnInteger),
        NonCanonical("number beyond 64 bits", "PING\t18446744073709551616", .integerTooLarge),
        NonCanonical("number beyond what databases count", "PING\t9223372036854775808", .integerTooLarge),
        NonCanonical("trailing tab", "BYE\t", .trailingFields),
        NonCanonical("one field more", "PING\t1\t2", .trailingFields),
        NonCanonical("one field less", "PING", .missingField),
        NonCanonical("lower-case verb", "ping\t1", .unknownVerb("ping")),
        NonCanonical("carriage return", "BYE\r", .unknownVerb("BYE\r")),
        NonCanonical("unknown escape", "ERROR\tgap\t\\x", .badEscape),
        NonCanonical("half an escape", "ERROR\tgap\t\\", .badEscape),
        NonCanonical("bare line feed", "ERROR\tgap\ta\nb", .notCanonical),
        NonCanonical("absent where it may not be", "ERROR\tgap\t\\-", .badEscape),
        NonCanonical("upper-case identifier", "MARK\t1\t\(id.uppercased())", .notHexadecimal),
        NonCanonical("short identifier", "MARK\t1\t\(id.dropLast())", .notHexadecimal),
        NonCanonical("sequence 0 of an operation", "PUSH\t\(id)\t0\t\(id)\(id)", .notCanonical),
        NonCanonical("short chain", "ACK\t\(id)\t1\t\(id)", .notCanonical),
        NonCanonical("two cursors", "HELLO\t1\t1\t\t\(id):1,\(id):2\t1\tx", .notCanonical),
        NonCanonical("a tab behind a cursor", "HELLO\t1\t1\t\t\(id):1\\tx\t1\tx", .notAnInteger),
        NonCanonical("a tab behind a receiver", "OP\t1\t\t3\\t4\tsale\t\t\\-\t\\-", .trailingFields),
        NonCanonical("receivers out of order", "OP\t1\t\t4,3\tsale\t\t\\-\t\\-", .notCanonical),
        NonCanonical("a receiver twice", "OP\t1\t\t3,3\tsale\t\t\\-\t\\-", .notCanonical),
        NonCanonical("salt without a body", "OP\t1\t\thub\tsale\t\t\(id)\t\\-", .notCanonical),
        NonCanonical("short salt", "OP\t1\t\thub\tsale\t\t00\tx", .notCanonical),
        NonCanonical("kind with a capital", "OP\t1\t\thub\tSale\t\t\\-\t\\-", .unknownCode("Sale")),
        NonCanonical("verdict with a leading colon", "STAMP\t1\t1\t:void:x\t\(id)\t1", .unknownCode(":void:x")),
        NonCanonical("verdict without a reason", "STAMP\t1\t1\tvoid:\t\(id)\t1", .unknownCode("void:")),
        NonCanonical("verdict whose reason is no code", "STAMP\t1\t1\tvoid:A b\t\(id)\t1", .unknownCode("void:A b")),
        NonCanonical("own time spelled out", "ENTRY\t1\t5\tok\t\(id)\t1\t5\t\thub\tsale\t\t\\-\t\\-", .notCanonical),
        NonCanonical("own stamp without a time", "STAMP\t1\t\\-\tok\t\(id)\t1", .notCanonical),
        NonCanonical("hub sequence 0", "STAMP\t0\t1\tok\t\(id)\t1", .notCanonical),
        NonCanonical("an empty run", "STAMPS\t1\t\(id)\t1\t0", .notCanonical),
        NonCanonical("a run past the end", "STAMPS\t9223372036854775807\t\(id)\t1\t1", .notCanonical),
        NonCanonical("feature list with a hole", "HELLO\t1\t1\ta,,b\t\\-\t1\tx", .unknownCode("")),
        NonCanonical("unknown error code", "ERROR\tbad\t", .unknownCode("bad")),
        NonCanonical("rights in neither wallet nor lot", "AUTH\t\(id)\t\(id)\tcard\t\(id)\tx\t1", .unknownCode("card")),
        NonCanonical("a wallet without its name", "AUTH\t\(id)\t\(id)\twallet\t\(id)\t\\-\t1", .notCanonical),
        NonCanonical("a wallet whose name is empty", "AUTH\t\(id)\t\(id)\twallet\t\(id)\t\t1", .unknownCode("")),
        NonCanonical("a lot with a wallet's name", "AUTH\t\(id)\t\(id)\tlot\t\(id)\tpoints\t1", .notCanonical),
        NonCanonical("rights to nothing", "AUTH\t\(id)\t\(id)\tlot\t\(id)\t\\-\t0", .notCanonical),
        NonCanonical("a grant without its entry", "GRANT\t\(id)", .missingField),
        NonCanonical("unknown reason of a denial", "DENY\t\(id)\tbad\t0", .unknownCode("bad")),
        NonCanonical("half a holder", "DENY\t\(id)\tspent\t0\t017\t1", .missingField),
        NonCanonical("a holder who is perhaps there", "DENY\t\(id)\tspent\t0\t017\t1\t1", .unknownCode("1")),
        NonCanonical("nothing recalled of a lot", "RECALL\t\(id)\t\(id)\t0", .notCanonical),
        NonCanonical("a lot recalled without its amount", "RECALL\t\(id)\t\(id)", .missingField),
        NonCanonical("an answer whose code is none", "ANSWER\t1\tNo way", .unknownCode("No way")),
        NonCanonical("a question with a word that is not there", "ASK\t1\t\\-", .badEscape),
    ]
}

extension SplitMix64 {
    /// A line that has been through a bad copyist.
    mutating func mutated(_ line: [UInt8]) -> [UInt8] {
        let alphabet = Array("\t\\-tn0123456789abcfgokhubAZ:,\0\u{e9}\r".utf8)
        let marks = line.indices.filter { "\t:,\\".utf8.contains(line[$0]) } + [line.count]
        var line = line
        for _ in 0...below(3) {
            let place = below(line.count + 1)
            switch below(5) {
            case 0: line.insert(pick(alphabet), at: place)
            case 4:
                let words = ["\\t1", "\\-", "\\\\", ",", ":", "0", "-", "\n"]
                line.insert(contentsOf: pick(words).utf8, at: min(pick(marks), line.count))
            case 1 where place < line.count: line.remove(at: place)
            case 2 where place < line.count: line[place] = pick(alphabet)
            default: line.insert(contentsOf: line[min(below(line.count + 1), place)..<place], at: place)
            }
        }
        return line
    }
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
