import Digests
import Replication
import SyncProtocol
import TestSupport
import Testing

/// A log in memory, and what waits to be committed to it.
struct HubStore {
    private(set) var log: [LogEntry] = []
    private var heads: [ActorID: [ActorHead]] = [:]
    private var pending: [Operation] = []
    private var others: UInt64 = 0

    mutating func hold(_ operation: Operation) { pending.append(operation) }

    mutating func forgetUncommitted() { pending = [] }

    mutating func commit() -> [ActorHead] {
        for operation in pending { append(operation) }
        let actors = Set(pending.map(\.dot.actor)).sorted()
        pending = []
        return actors.compactMap { heads[$0]?.last }
    }

    /// Another branch has been heard.
    mutating func writeOther(_ audience: Audience, _ random: inout SplitMix64) {
        others += 1
        append(Example.operation(others, of: Example.neighbour, audience: audience))
    }

    func committed(_ actor: ActorID) -> UInt64 { heads[actor]?.last?.sequence ?? 0 }

    func welcome(_ hello: Hello) -> Welcome {
        Welcome(
            version: Protocol.version, features: [], head: Example.at(UInt64(log.count)), window: 3, kinds: [],
            nowMilliseconds: 0,
            holding: hello.actors.map {
                heads[$0.actor]?.last ?? ActorHead(actor: $0.actor, sequence: 0, chain: Example.start)
            })
    }

    /// As many entries for node 17 as there is room for, and the last position looked at.
    func entries(after position: UInt64, atMost room: UInt64) -> (entries: [LogEntry], through: UInt64) {
        var chosen: [LogEntry] = []
        var through = position
        for entry in log.dropFirst(Int(position)) {
            if Self.isForNode(entry) {
                guard chosen.count < room else { break }
                chosen.append(entry)
            }
            through = entry.stamp.hubSequence
        }
        return (chosen, through)
    }

    static func isForNode(_ entry: LogEntry) -> Bool {
        NodeStore.actors.contains(entry.operation.dot.actor) || entry.operation.audience.includes(NodeID(17))
    }

    private mutating func append(_ operation: Operation) {
        var known = heads[operation.dot.actor] ?? []
        var chain = known.last.flatMap { Digest256(bytes: $0.chain) }.map(OperationChain.init(head:)) ?? .start
        chain.append(operation)
        #expect(operation.dot.sequence == UInt64(known.count) + 1)
        known.append(
            ActorHead(actor: operation.dot.actor, sequence: operation.dot.sequence, chain: chain.head.bytes))
        heads[operation.dot.actor] = known
        log.append(Example.entry(UInt64(log.count) + 1, operation, Self.verdict(on: operation)))
    }

    private static func verdict(on operation: Operation) -> Verdict {
        operation.dot.sequence.isMultiple(of: 5) ? .flagged(VerdictReason(rawValue: "clock_ahead")) : .ok
    }
}

/// A node's own operations and what it has been told, with one transaction's worth waiting.
struct NodeStore {
    static let actors = [Example.actor, Example.secondActor]

    private(set) var written: [ActorID: [Operation]] = [:]
    private(set) var entries: [LogEntry] = []
    private(set) var stamps: [Dot: Stamp] = [:]
    private(set) var cursor: UInt64 = 0
    private var heads: [ActorID: [ActorHead]] = [:]
    private var pending: [NodeSession.Delivery] = []
    private var pendingCursor: UInt64?

    mutating func write(_ actor: ActorID, _ audience: Audience) {
        let operation = Example.operation(UInt64(written[actor]?.count ?? 0) + 1, of: actor, audience: audience)
        var chain = Digest256(bytes: head(of: actor, at: operation.dot.sequence - 1).chain).map(
            OperationChain.init(head:))
        chain?.append(operation)
        guard let chain else { return }
        written[actor, default: []].append(operation)
        heads[actor, default: []].append(
            ActorHead(actor: actor, sequence: operation.dot.sequence, chain: chain.head.bytes))
    }

    func head(of actor: ActorID, at sequence: UInt64) -> ActorHead {
        guard sequence > 0, let known = heads[actor], sequence <= known.count else {
            return ActorHead(actor: actor, sequence: 0, chain: Example.start)
        }
        return known[Int(sequence) - 1]
    }

    func hello(credit: UInt64) -> Hello {
        Hello(
            version: Protocol.version, node: NodeID(17), features: [],
            cursor: cursor == 0 ? nil : Example.at(cursor), credit: credit,
            actors: Self.actors.map { head(of: $0, at: UInt64(written[$0]?.count ?? 0)) }, software: "pair")
    }

    func operations(of actor: ActorID, from sequence: UInt64, atMost count: Int) -> [Operation] {
        Array((written[actor] ?? []).dropFirst(Int(sequence) - 1).prefix(count))
    }

    mutating func hold(_ delivery: NodeSession.Delivery) {
        pending.append(delivery)
        pendingCursor = delivery.lastPosition
    }

    mutating func held(_ mark: Mark) { pendingCursor = mark.position }

    mutating func forgetUncommitted() {
        pending = []
        pendingCursor = nil
    }

    /// The position that is now durable, nil if nothing was waiting, and how many entries that took.
    mutating func commit() -> (position: UInt64?, entries: UInt64) {
        defer { forgetUncommitted() }
        guard let pendingCursor else { return (nil, 0) }
        for delivery in pending { apply(delivery) }
        cursor = pendingCursor
        return (pendingCursor, pending.reduce(0) { $0 + $1.entries })
    }

    private mutating func apply(_ delivery: NodeSession.Delivery) {
        switch delivery {
        case .entry(let entry): entries.append(entry)
        case .stamp(let own): settle(own.dot, own.stamp)
        case .stamps(let run):
            for offset in 0..<run.count { settle(run, offset) }
        }
    }

    private mutating func settle(_ run: StampRun, _ offset: UInt64) {
        let dot = Dot(run.firstDot.actor, run.firstDot.sequence + offset)
        guard let operation = written[dot.actor]?[Int(dot.sequence) - 1] else { return }
        settle(dot, Example.entry(run.firstPosition + offset, operation).stamp)
    }

    private mutating func settle(_ dot: Dot, _ stamp: Stamp) {
        #expect(stamps.updateValue(stamp, forKey: dot) == nil, "stamped twice")
    }
}
