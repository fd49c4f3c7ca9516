import Replication

@testable import ReplicaStore

/// How operations get from store to store when no line is there: by hand.
enum Travel {
    /// Everything that the node has and the hub has not.
    @discardableResult
    static func push(
        _ node: ReplicaStore, to hub: ReplicaStore, nowMilliseconds: UInt64 = Stores.noon
    ) throws -> [LogEntry] {
        let actor = node.identity.actor
        let held = hub.actorState(actor)?.lastSequence ?? 0
        let operations = try node.outgoing(of: actor, from: held + 1, atMost: 1_000).operations
        return try hub.accept(
            operations.map { .init(operation: $0, node: node.identity.node) }, nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Stores.tolerance
        ).entries
    }

    /// Everything that the hub has for the node.
    static func pull(_ node: ReplicaStore, from hub: ReplicaStore, nowMilliseconds: UInt64 = Stores.noon) throws {
        let page = try hub.entries(
            for: node.identity.node, own: [node.identity.actor], after: node.cursor?.sequence ?? 0, atMost: 1_000)
        try node.apply(
            page.entries.map { delivery(of: $0, to: node) },
            cursor: HubPosition(epoch: Stores.epoch, sequence: page.through), nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Stores.tolerance)
    }

    static func exchange(
        _ nodes: ReplicaStore..., with hub: ReplicaStore, nowMilliseconds: UInt64 = Stores.noon
    ) throws {
        for node in nodes { try push(node, to: hub, nowMilliseconds: nowMilliseconds) }
        for node in nodes { try pull(node, from: hub, nowMilliseconds: nowMilliseconds) }
    }

    static func delivery(of entry: LogEntry, to node: ReplicaStore) -> ReplicaStore.Delivery {
        entry.operation.dot.actor == node.identity.actor ? .stamp(entry.operation.dot, entry.stamp) : .entry(entry)
    }

    /// The same with consecutive plain stamps as one, as the line spells them.
    static func deliveries(of entries: [LogEntry], to node: ReplicaStore) -> [ReplicaStore.Delivery] {
        var deliveries: [ReplicaStore.Delivery] = []
        for entry in entries {
            let isPlain = entry.stamp.verdict == .ok && entry.stamp.effectiveTime == entry.operation.time
            guard entry.operation.dot.actor == node.identity.actor, isPlain else {
                deliveries.append(delivery(of: entry, to: node))
                continue
            }
            if case .stamps(let first, let position, let count)? = deliveries.last,
                first.sequence + count == entry.operation.dot.sequence,
                position + count == entry.stamp.hubSequence
            {
                deliveries[deliveries.count - 1] = .stamps(first: first, firstHubSequence: position, count: count + 1)
            } else {
                deliveries.append(
                    .stamps(first: entry.operation.dot, firstHubSequence: entry.stamp.hubSequence, count: 1))
            }
        }
        return deliveries
    }
}

extension ReplicaStore {
    /// The hub's whole log in its order.
    func wholeLog() throws -> [LogEntry] {
        try readLog { log in
            try (0..<Int64(head)).compactMap { try log.entry(at: $0 + 1) { actors[$0]?.actor } }
        }
    }
}
