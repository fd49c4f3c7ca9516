import Digests
import LineCodec
import Replication
import SyncProtocol
import Testing

/// One side of a transcript: hears the peer's lines and must say ours.
protocol TranscriptPlayer {
    var isClosed: Bool { get }
    /// What has been said and the transcript has not yet come to.
    var due: [String] { get }
    mutating func hear(_ line: String) throws
    mutating func say(_ line: String) throws
    mutating func pass(seconds: UInt64)
    mutating func breakLine()
    /// What stands behind a CHUNK.
    mutating func pass(_ bytes: [UInt8]) throws
}

/// The hub: its session speaks by itself where it can; where the engine decides, the transcript is the engine.
struct HubPlayer: TranscriptPlayer {
    private let peer: Peer
    private var session: HubSession
    private var hello: Hello?
    private var chains: [ActorID: OperationChain] = [:]
    private var nowMilliseconds: UInt64 = 0
    private(set) var due: [String] = []

    init(facing peer: Peer) {
        self.peer = peer
        session = HubSession(peer: peer, nowMilliseconds: 0)
    }

    var isClosed: Bool { session.isClosed }

    mutating func hear(_ line: String) throws {
        guard let message = try? Message.parse(line.bytes[...]) else { return }
        #expect(text(message.line()) == line)
        perform(session.receive(message, nowMilliseconds: nowMilliseconds))
    }

    mutating func say(_ line: String) throws {
        if line.hasPrefix("CHUNK\t") { lend(line) } else if due.isEmpty { try decide(Message.parse(line.bytes[...])) }
        try #require(!due.isEmpty, "the hub is silent instead of: \(line)")
        #expect(due.removeFirst() == line)
    }

    mutating func pass(seconds: UInt64) {
        nowMilliseconds += seconds * 1_000
        perform(session.tick(nowMilliseconds: nowMilliseconds))
    }

    mutating func breakLine() { session = HubSession(peer: peer, nowMilliseconds: nowMilliseconds) }

    /// Whatever they are: the hub reads them from a file.
    mutating func pass(_ bytes: [UInt8]) throws {}

    /// Up to the image's place there is nothing more for this node; then comes as much as the transcript says.
    private mutating func lend(_ line: String) {
        let end = session.offeredImage?.position.sequence ?? 0
        perform(session.deliver([], own: [], through: end))
        guard let bytes = line.split(separator: "\t").last.flatMap({ UInt64($0) }),
            let range = session.lend(chunkBytesMax: bytes)
        else { return }
        due.append("CHUNK\t\(range.lowerBound)\t\(range.count)")
    }

    private mutating func decide(_ message: Message) throws {
        switch message {
        case .welcome(let welcome):
            for head in welcome.holding {
                chains[head.actor] = Digest256(bytes: head.chain).map(OperationChain.init(head:))
            }
            perform(session.admit(try #require(hello), as: welcome))
        case .joined, .renewed: perform(session.certify(message))
        case .acknowledge(let head):
            if let chain = chains[head.actor] { #expect(head.chain == chain.head.bytes) }
            perform(session.accepted(head))
        case .entry(let entry): deliver([entry])
        case .stamp(let own): deliver([Self.entry(own)])
        case .stamps(let run): deliver(Self.entries(run))
        case .mark(let mark):
            perform(session.deliver([], own: [], through: mark.position))
            perform(session.mark(mark))
        case .busy(let retryMilliseconds): perform(session.postpone(retryMilliseconds: retryMilliseconds))
        case .error(let code, let detail): perform(session.refuse(code, detail))
        case .grant(let grant): perform(session.grant(grant))
        case .deny(let denial): perform(session.deny(denial))
        case .recall(let recall): perform(session.recall(recall))
        case .answer(let answer): perform(session.answer(answer))
        case .image(let offer): perform(session.offer(offer))
        case .join, .renew, .hello, .push, .operation, .applied, .authorize, .yield, .ask, .ping, .pong, .bye,
            .request, .row, .done, .failed, .fetch, .chunk:
            break
        }
    }

    private mutating func deliver(_ entries: [LogEntry]) {
        let own = Set(hello?.actors.map(\.actor) ?? [])
        perform(session.deliver(entries, own: own, through: entries.last?.stamp.hubSequence ?? 0))
    }

    private mutating func perform(_ actions: [HubSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message): due.append(text(message.line()))
            case .greet(let greeting): hello = greeting
            case .accept(let operation): chains[operation.dot.actor, default: .start].append(operation)
            case .enrol, .renew, .applied, .authorize, .answer, .yielded, .fetch, .close: break
            }
        }
    }

    private static func entry(_ own: OwnStamp) -> LogEntry {
        let unlike = HybridTime(own.stamp.effectiveTime.value + 1)
        return LogEntry(operation: operation(own.dot, unlike), stamp: own.stamp)
    }

    private static func entries(_ run: StampRun) -> [LogEntry] {
        (0..<run.count).map { offset in
            let dot = Dot(run.firstDot.actor, run.firstDot.sequence + offset)
            return Example.entry(run.firstPosition + offset, operation(dot, .zero))
        }
    }

    private static func operation(_ dot: Dot, _ time: HybridTime) -> Operation {
        Operation(
            dot: dot, observed: Observed(), time: time, audience: .chain, kind: OperationKind(rawValue: "member"),
            publicBody: [], personal: nil)
    }
}
