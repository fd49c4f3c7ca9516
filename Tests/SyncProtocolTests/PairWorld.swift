import Digests
import LineCodec
import Replication
import SyncProtocol
import TestSupport
import Testing

/// A hub and one node with the least of stores, and a line between them that carries real lines and breaks.
///
/// What is not committed is forgotten whenever the line breaks, as if both had crashed.
struct PairWorld {
    private(set) var hub = HubStore()
    private(set) var node = NodeStore()
    private var line: Line?
    private var nowMilliseconds: UInt64 = 0
    private var random: SplitMix64
    private(set) var reconnections = 0

    private struct Line {
        var hubSession: HubSession
        var nodeSession: NodeSession
        var toHub: [[UInt8]] = []
        var toNode: [[UInt8]] = []
    }

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func step() {
        nowMilliseconds += UInt64(random.below(400))
        switch random.below(20) {
        case 0...2: node.write(random.pick(NodeStore.actors), random.pick([.chain, .hub]))
        case 3: hub.writeOther(random.pick([.chain, .hub, .nodes([NodeID(17)]), .nodes([NodeID(4)])]), &random)
        case 4 where random.chance(percent: 30): cut()
        case _ where line == nil: connect()
        case 4...7: carryToHub()
        case 8...11: carryToNode()
        case 12, 13: nodeUploads()
        case 14: hubCommits()
        case 15: nodeCommits()
        case 16...18: hubDelivers()
        default: tick()
        }
    }

    /// No more faults and no more news: everything must arrive within a bounded number of rounds.
    mutating func heal() {
        for _ in 0..<400 {
            if line == nil { connect() }
            for _ in 0..<20 { nodeUploads() }
            while let line, !line.toHub.isEmpty { carryToHub() }
            hubCommits()
            hubDelivers()
            while let line, !line.toNode.isEmpty { carryToNode() }
            nodeCommits()
        }
    }

    private mutating func connect() {
        reconnections += 1
        let (session, actions) = NodeSession.open(
            with: node.hello(credit: UInt64(1 + random.below(6))), nowMilliseconds: nowMilliseconds)
        line = Line(
            hubSession: HubSession(peer: Example.node, nowMilliseconds: nowMilliseconds), nodeSession: session)
        performAtNode(actions)
    }

    private mutating func cut() {
        line = nil
        hub.forgetUncommitted()
        node.forgetUncommitted()
    }

    private mutating func carryToHub() {
        guard let bytes = line?.toHub.first, let message = Self.read(bytes) else { return }
        line?.toHub.removeFirst()
        performAtHub(line?.hubSession.receive(message, nowMilliseconds: nowMilliseconds) ?? [])
    }

    private mutating func carryToNode() {
        guard let bytes = line?.toNode.first, let message = Self.read(bytes) else { return }
        line?.toNode.removeFirst()
        performAtNode(line?.nodeSession.receive(message, nowMilliseconds: nowMilliseconds) ?? [])
    }

    private mutating func nodeUploads() {
        for actor in NodeStore.actors {
            guard let next = line?.nodeSession.nextToUpload(of: actor),
                let room = line?.nodeSession.uploadRoom(of: actor)
            else { continue }
            let batch = node.operations(of: actor, from: next, atMost: min(Int(room), 1 + random.below(3)))
            performAtNode(line?.nodeSession.upload(batch, chain: node.head(of: actor, at: next - 1).chain) ?? [])
        }
    }

    private mutating func hubCommits() {
        for head in hub.commit() { performAtHub(line?.hubSession.accepted(head) ?? []) }
    }

    private mutating func hubDelivers() {
        guard let session = line?.hubSession, session.isSyncing else { return }
        let batch = hub.entries(after: session.sentThrough, atMost: session.room)
        performAtHub(
            line?.hubSession.deliver(batch.entries, own: Set(NodeStore.actors), through: batch.through) ?? [])
        performAtHub(line?.hubSession.mark(Mark(position: batch.through, digest: 0)) ?? [])
    }

    private mutating func nodeCommits() {
        let (position, entries) = node.commit()
        guard let position else { return }
        performAtNode(line?.nodeSession.applied(through: position, entries: entries) ?? [])
    }

    private mutating func tick() {
        performAtHub(line?.hubSession.tick(nowMilliseconds: nowMilliseconds) ?? [])
        performAtNode(line?.nodeSession.tick(nowMilliseconds: nowMilliseconds) ?? [])
    }

    private mutating func performAtHub(_ actions: [HubSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message):
                if case .error(let code, let detail) = message { #expect(code == .silent, "\(detail)") }
                line?.toNode.append(message.line())
            case .greet(let hello): performAtHub(line?.hubSession.admit(hello, as: hub.welcome(hello)) ?? [])
            case .accept(let operation): hub.hold(operation)
            case .applied(let position): #expect(position <= node.cursor)
            case .close: cut()
            case .enrol, .renew, .authorize, .answer, .yielded, .fetch: Issue.record("the hub would \(action)")
            }
        }
    }

    private mutating func performAtNode(_ actions: [NodeSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message):
                if case .error(let code, let detail) = message { #expect(code == .silent, "\(detail)") }
                line?.toHub.append(message.line())
            case .welcomed(let welcome):
                for head in welcome.holding { #expect(head == node.head(of: head.actor, at: head.sequence)) }
            case .acknowledged(let head):
                #expect(head == node.head(of: head.actor, at: head.sequence))
                #expect(hub.committed(head.actor) >= head.sequence)
            case .apply(let delivery): node.hold(delivery)
            case .audit(let mark): node.held(mark)
            case .refused(let code, _): #expect(code == .silent)
            case .close: cut()
            case .retry, .granted, .denied, .recalled, .answered, .offered, .chunk:
                Issue.record("the node would \(action)")
            }
        }
    }

    private static func read(_ bytes: [UInt8]) -> Message? {
        do throws(LineError) {
            return try Message.parse(bytes[...])
        } catch {
            Issue.record("\(text(bytes)): \(error)")
            return nil
        }
    }
}
