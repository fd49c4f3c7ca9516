import Digests
import LineCodec
import Replication
import SyncProtocol
import Testing

/// The node: the transcript decides what it wants to say, its session whether and how it may.
struct NodePlayer: TranscriptPlayer {
    private var session: NodeSession?
    private var push: Push?
    private var pushing: ActorID?
    private var chains: [ActorID: OperationChain] = [:]
    private var received: (position: UInt64, entries: UInt64) = (0, 0)
    private var nowMilliseconds: UInt64 = 0
    private(set) var due: [String] = []
    /// A CHUNK whose bytes are still to come.
    private var chunkOffset: UInt64?

    var isClosed: Bool { session?.isClosed ?? false }

    mutating func hear(_ line: String) throws {
        if line.hasPrefix("CHUNK\t") {
            chunkOffset = line.split(separator: "\t").dropFirst().first.flatMap { UInt64($0) }
            return
        }
        let message = try Message.parse(line.bytes[...])
        #expect(text(message.line()) == line)
        perform(session?.receive(message, nowMilliseconds: nowMilliseconds) ?? [])
    }

    mutating func say(_ line: String) throws {
        if due.isEmpty { try decide(Message.parse(line.bytes[...])) }
        guard push == nil else { return }
        try #require(!due.isEmpty, "the node is silent instead of: \(line)")
        #expect(due.removeFirst() == line)
    }

    mutating func pass(seconds: UInt64) {
        nowMilliseconds += seconds * 1_000
        perform(session?.tick(nowMilliseconds: nowMilliseconds) ?? [])
    }

    mutating func pass(_ bytes: [UInt8]) throws {
        let chunk = ImageChunk(offset: try #require(chunkOffset), bytes: bytes)
        chunkOffset = nil
        perform(session?.receive(.chunk(chunk), nowMilliseconds: nowMilliseconds) ?? [])
    }

    mutating func breakLine() { session = nil }

    private mutating func decide(_ message: Message) throws {
        switch message {
        case .hello(let hello): open(hello)
        case .push(let announced):
            push = announced
            pushing = announced.actor
        case .operation(let operation): try upload(operation)
        case .applied(let applied):
            #expect(applied == Applied(position: received.position, credit: received.entries))
            received.entries = 0
            perform(session?.applied(through: applied.position, entries: applied.credit) ?? [])
        case .authorize(let request): perform(session?.authorize(request) ?? [])
        case .ask(let question): perform(session?.ask(question) ?? [])
        case .yield(let yield): perform(session?.yield(yield) ?? [])
        case .fetch(let fetch): perform(session?.fetch(from: fetch.from, through: fetch.through) ?? [])
        case .ping(let token): due.append(text(Message.ping(token).line()))
        case .error(let code, let detail): perform(session?.fail(code, detail) ?? [])
        case .bye: perform(session?.leave() ?? [])
        case .join, .joined, .renew, .renewed, .welcome, .acknowledge, .entry, .stamp, .stamps, .mark, .grant,
            .deny, .recall, .answer, .image, .chunk, .pong, .busy, .request, .row, .done, .failed:
            break
        }
    }

    private mutating func open(_ hello: Hello) {
        let (session, actions) = NodeSession.open(with: hello, nowMilliseconds: nowMilliseconds)
        self.session = session
        pushing = nil
        perform(actions)
    }

    /// The session says PUSH together with the first operation behind it.
    private mutating func upload(_ pushed: PushedOperation) throws {
        let actor = try #require(pushing)
        let next = try #require(session?.nextToUpload(of: actor))
        let operation = pushed.operation(Dot(actor, next))
        let before = chains[actor] ?? push.flatMap { Digest256(bytes: $0.chain) }.map(OperationChain.init(head:))
        var chain = try #require(before)
        perform(session?.upload([operation], chain: chain.head.bytes) ?? [])
        chain.append(operation)
        chains[actor] = chain
        if let push { #expect(due.removeFirst() == text(Message.push(push).line())) }
        push = nil
    }

    private mutating func perform(_ actions: [NodeSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message): due.append(text(message.line()))
            case .acknowledged(let head): #expect(head.chain == chains[head.actor]?.head.bytes)
            case .apply(let delivery):
                received = (delivery.lastPosition, received.entries + delivery.entries)
            case .audit(let mark): received.position = mark.position
            case .welcomed, .granted, .denied, .recalled, .answered, .retry, .refused, .offered, .chunk, .close: break
            }
        }
    }
}
