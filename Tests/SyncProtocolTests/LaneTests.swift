import SyncProtocol
import TestSupport
import Testing

struct LaneTests {
    @Test func aWaitingTillGoesAheadOfTheLog() {
        let grant = Message.grant(Grant(authorization: 1, entry: Example.entry(9, Example.operation(1))))
        let denial = Message.deny(Denial(authorization: 2, code: .spent, available: 0, held: []))
        let log = (1...3).map { Message.entry(Example.entry($0, Example.operation($0))) }
        let welcome = Message.welcome(Example.welcome())
        #expect(Lane.ordered([welcome] + log + [grant, denial, .bye]) == [welcome, grant, denial] + log + [.bye])
        #expect(
            Lane.ordered(log + [.busy(retryMilliseconds: 1), grant]) == log + [.busy(retryMilliseconds: 1), grant])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func onlyTheLogIsOvertakenAndOnlyByRights(seed: UInt64) {
        var messages = RandomMessages(seed: seed)
        let sent = (0..<messages.random.below(30)).map { _ in messages.message() }
        let left = Lane.ordered(sent)
        #expect(left.filter(Self.isAboutRights) == sent.filter(Self.isAboutRights))
        #expect(left.filter { !Self.isAboutRights($0) } == sent.filter { !Self.isAboutRights($0) })
        #expect(left.filter { !Self.isLog($0) } == sent.filter { !Self.isLog($0) })
        for (waiting, next) in zip(left, left.dropFirst()) {
            #expect(!(Self.isLog(waiting) && Self.isAboutRights(next)), "seed \(seed)")
        }
    }

    private static func isAboutRights(_ message: Message) -> Bool {
        ["AUTH", "GRANT", "DENY", "RECALL", "YIELD", "ASK", "ANSWER"].contains(verb(message))
    }

    private static func isLog(_ message: Message) -> Bool {
        ["PUSH", "OP", "ACK", "ENTRY", "STAMP", "STAMPS", "MARK", "APPLIED"].contains(verb(message))
    }

    private static func verb(_ message: Message) -> String { text(message.line().prefix { $0 != UInt8(ascii: "\t") }) }
}
