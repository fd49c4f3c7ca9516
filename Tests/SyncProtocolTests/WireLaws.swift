import LineCodec
import Replication
import SyncProtocol

/// What must hold for any bytes at all. The fuzzer looks for bytes for which it does not.
enum WireLaws {
    /// Nil if all laws hold; otherwise which one does not.
    static func broken(by bytes: [UInt8]) -> String? {
        brokenSpelling(bytes) ?? brokenCutting(bytes) ?? brokenDialogue(bytes)
    }

    /// What is accepted is spelled as it would be written.
    private static func brokenSpelling(_ bytes: [UInt8]) -> String? {
        for line in [bytes[...]] + bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let message = try? Message.parse(line) else { continue }
            guard message.line().elementsEqual(line) else { return "another spelling was accepted" }
        }
        return nil
    }

    /// Frames do not depend on how the bytes arrive.
    private static func brokenCutting(_ bytes: [UInt8]) -> String? {
        let whole = Reading(of: [bytes], bytes.count)
        guard Reading(of: bytes.map { [$0] }, bytes.count) == whole else { return "bytes one by one give other frames" }
        let middle = bytes.first.map { Int($0) % (bytes.count + 1) } ?? 0
        let halves = [Array(bytes[..<middle]), Array(bytes[middle...])]
        return Reading(of: halves, bytes.count) == whole ? nil : "two halves give other frames"
    }

    private struct Reading: Equatable {
        var frames: [Frame] = []
        var error: LineError?

        init(of pieces: [[UInt8]], _ count: Int) {
            var reader = FrameReader(lineBytesMax: max(8, count / 2))
            for piece in pieces where error == nil {
                reader.receive(piece)
                do throws(LineError) {
                    while let frame = try reader.next() { frames.append(frame) }
                } catch {
                    self.error = error
                }
            }
        }
    }

    /// Both sessions survive any messages, and are silent once they have closed.
    private static func brokenDialogue(_ bytes: [UInt8]) -> String? {
        var hub = HubWorld()
        var node = NodeWorld()
        for frame in Reading(of: [bytes], 2 * bytes.count).frames {
            guard case .message(let message) = frame else { continue }
            guard hub.hear(message) else { return "the hub spoke after closing" }
            guard node.hear(message) else { return "the node spoke after closing" }
        }
        return nil
    }
}

/// A hub that welcomes everybody and holds everything at once.
private struct HubWorld {
    private var session = HubSession(peer: .node(NodeID(17), serial: "5e"), nowMilliseconds: 0)
    private var nowMilliseconds: UInt64 = 0

    /// False if a closed session still acts.
    mutating func hear(_ message: Message) -> Bool {
        nowMilliseconds += 1_000
        let wasClosed = session.isClosed
        let actions = session.receive(message, nowMilliseconds: nowMilliseconds)
        perform(actions)
        perform(session.tick(nowMilliseconds: nowMilliseconds))
        return !wasClosed || actions.isEmpty
    }

    private mutating func perform(_ actions: [HubSession.Action]) {
        for action in actions {
            switch action {
            case .greet(let hello): admit(hello)
            case .accept(let operation): accept(operation.dot)
            case .authorize(let request) where request.amount.isMultiple(of: 2):
                let denial = Denial(authorization: request.id, code: .policy, available: 0, held: [])
                perform(session.deny(denial))
            case .answer(let question):
                perform(session.answer(Answer(id: question.id, code: Answer.ok, fields: question.words)))
            case .applied, .authorize, .yielded, .enrol, .renew, .fetch, .send, .close: break
            }
        }
    }

    private mutating func admit(_ hello: Hello) {
        let welcome = Welcome(
            version: Protocol.version, features: hello.features, head: HubPosition(epoch: EpochID(1), sequence: 9),
            window: 3,
            kinds: [], nowMilliseconds: 0,
            holding: hello.actors.map { ActorHead(actor: $0.actor, sequence: 1, chain: $0.chain) })
        perform(session.admit(hello, as: welcome))
        perform(session.mark(Mark(position: session.sentThrough, digest: 0)))
        for id in 0..<3 as Range<UInt128> { perform(session.recall(Recall(id: id, wanted: []))) }
    }

    private mutating func accept(_ dot: Dot) {
        let chain = [UInt8](repeating: 0, count: 32)
        if dot.sequence.isMultiple(of: 2) {
            perform(session.accepted(ActorHead(actor: dot.actor, sequence: dot.sequence, chain: chain)))
        }
    }
}

/// A node that sends nothing it has not been asked for.
private struct NodeWorld {
    private var session: NodeSession
    private var nowMilliseconds: UInt64 = 0

    init() {
        let hello = Hello(
            version: Protocol.version, node: NodeID(17), features: [Protocol.rights], cursor: nil, credit: 9,
            actors: [],
            software: "")
        session = NodeSession.open(with: hello, nowMilliseconds: 0).session
    }

    /// False if a closed session still acts.
    mutating func hear(_ message: Message) -> Bool {
        nowMilliseconds += 1_000
        let wasClosed = session.isClosed
        let actions = session.receive(message, nowMilliseconds: nowMilliseconds)
        for action in actions {
            if case .apply(let delivery) = action {
                _ = session.applied(through: delivery.lastPosition, entries: delivery.entries)
            }
            if case .welcomed(let welcome) = action {
                look(at: welcome.holding)
                ask()
            }
            if case .recalled(let recall) = action, recall.wanted.isEmpty {
                _ = session.yield(Yield(recall: recall.id, through: 0))
            }
        }
        _ = session.tick(nowMilliseconds: nowMilliseconds)
        return !wasClosed || actions.isEmpty
    }

    private mutating func ask() {
        for id in 0..<3 as Range<UInt64> {
            _ = session.ask(Question(id: id, words: []))
            let request = AuthorizationRequest(id: UInt128(id), sale: 0, subject: .lot(RecordID(1)), amount: 1)
            _ = session.authorize(request)
        }
    }

    private func look(at holding: [ActorHead]) {
        for head in holding {
            _ = session.nextToUpload(of: head.actor)
            _ = session.uploadRoom(of: head.actor)
        }
    }
}
