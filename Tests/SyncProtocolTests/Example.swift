import Digests
import LineCodec
import Replication
import SyncProtocol

/// The people of the dialogues: node 17 with two actors, node 3 with one, and the hub in its first epoch.
enum Example {
    static let actor = ActorID(0x17a)
    static let secondActor = ActorID(0x17b)
    static let neighbour = ActorID(0x3a)
    static let epoch = EpochID(0xe1)
    static let node = Peer.node(NodeID(17), serial: "5e")
    static let start = OperationChain.start.head.bytes

    static func operation(_ sequence: UInt64, of actor: ActorID = actor, audience: Audience = .chain) -> Operation {
        Operation(
            dot: Dot(actor, sequence), observed: Observed(), time: HybridTime(sequence), audience: audience,
            kind: OperationKind(rawValue: "member"), publicBody: Array("body \(sequence)".utf8), personal: nil)
    }

    static func pushed(_ sequence: UInt64, of actor: ActorID = actor) -> Message {
        .operation(PushedOperation(operation(sequence, of: actor)))
    }

    static func entry(_ position: UInt64, _ operation: Operation, _ verdict: Verdict = .ok) -> LogEntry {
        let stamp = Stamp(hubSequence: position, effectiveTime: operation.time, verdict: verdict)
        return LogEntry(operation: operation, stamp: stamp)
    }

    static func head(_ sequence: UInt64, of actor: ActorID = actor) -> ActorHead {
        var chain = OperationChain.start
        for sequence in 0..<sequence { chain.append(operation(sequence + 1, of: actor)) }
        return ActorHead(actor: actor, sequence: sequence, chain: chain.head.bytes)
    }

    static func push(after sequence: UInt64, of actor: ActorID = actor) -> Message {
        .push(Push(actor: actor, from: sequence + 1, chain: head(sequence, of: actor).chain))
    }

    static func hello(
        version: UInt32 = Protocol.version, node: UInt32 = 17, cursor: HubPosition? = nil, credit: UInt64 = 10,
        features: [String] = []
    ) -> Hello {
        Hello(
            version: version, node: NodeID(node), features: features, cursor: cursor, credit: credit,
            actors: [head(2), head(0, of: secondActor)], software: "test")
    }

    static func welcome(
        version: UInt32 = Protocol.version, holding: UInt64 = 0, window: UInt64 = 3, features: [String] = []
    ) -> Welcome {
        Welcome(
            version: version, features: features, head: at(40), window: window,
            kinds: [OperationKind(rawValue: "member")],
            nowMilliseconds: 1_000, holding: [head(holding), head(0, of: secondActor)])
    }

    static func at(_ position: UInt64, in epoch: EpochID = epoch) -> HubPosition {
        HubPosition(epoch: epoch, sequence: position)
    }
}

extension OperationChain {
    /// As protocol/README.md says: header, public body, and the salted hash of the personal body.
    mutating func append(_ operation: Operation) {
        var header = LineWriter()
        header.header(of: operation)
        append(
            header: header.bytes, publicBody: operation.publicBody,
            personal: operation.personal.map { ($0.salt, $0.body) })
    }
}

extension HubSession {
    /// A session past its greeting.
    static func syncing(
        cursor: HubPosition? = nil, credit: UInt64 = 10, holding: UInt64 = 0, features: [String] = [],
        agreed: [String]? = nil
    ) -> HubSession {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        let hello = Example.hello(cursor: cursor, credit: credit, features: features)
        _ = session.receive(.hello(hello))
        _ = session.admit(hello, as: Example.welcome(holding: holding, features: agreed ?? features))
        return session
    }

    mutating func receive(_ message: Message) -> [Action] { receive(message, nowMilliseconds: 0) }
}

extension NodeSession {
    /// A session past its greeting.
    static func syncing(
        cursor: HubPosition? = nil, holding: UInt64 = 0, window: UInt64 = 3, features: [String] = [],
        agreed: [String]? = nil
    ) -> NodeSession {
        var (session, _) = NodeSession.open(
            with: Example.hello(cursor: cursor, features: features), nowMilliseconds: 0)
        _ = session.receive(.welcome(Example.welcome(holding: holding, window: window, features: agreed ?? features)))
        return session
    }

    mutating func receive(_ message: Message) -> [Action] { receive(message, nowMilliseconds: 0) }
}
