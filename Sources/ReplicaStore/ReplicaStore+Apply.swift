import Loyalty
package import Replication

/// What a node does with the hub's log: keep it, fold it, and take the hub's word on its own operations.
extension ReplicaStore {
    /// One item of the download.
    package enum Delivery: Equatable, Sendable {
        /// Another's operation.
        case entry(LogEntry)
        /// The hub's word on an own operation.
        case stamp(Dot, Stamp)
        /// The same for consecutive own operations, all ok and with their own times.
        case stamps(first: Dot, firstHubSequence: UInt64, count: UInt64)
    }

    /// Applies a batch and moves the cursor, in one transaction. What was applied before is passed over, and within
    /// an epoch the cursor never goes back: what this replica writes next would otherwise deny what it has seen.
    package func apply(
        _ deliveries: [Delivery], cursor: HubPosition, nowMilliseconds: UInt64, toleranceMilliseconds: UInt64
    ) throws {
        let cursor =
            self.cursor.map { $0.epoch == cursor.epoch && $0.sequence > cursor.sequence ? $0 : cursor } ?? cursor
        #if DEBUG
            if faults.bug == .cursorApartFromData {
                try write { try $0.setMeta(.cursor, .unsigned(cursor.sequence)) }
            }
        #endif
        try write { transaction in
            for delivery in deliveries { try Self.apply(delivery, in: transaction) }
            if cursor.epoch != self.cursor?.epoch { try transaction.setMeta(.epoch, .identifier(cursor.epoch.value)) }
            try transaction.setMeta(.cursor, .unsigned(cursor.sequence))
        }
        self.cursor = cursor
        for case .entry(let entry) in deliveries {
            observe(
                entry.stamp.effectiveTime, nowMilliseconds: nowMilliseconds,
                toleranceMilliseconds: toleranceMilliseconds)
        }
        if deliveries.contains(where: \.isVerdict) { try retreatClock(nowMilliseconds: nowMilliseconds) }
    }

    private static func apply(_ delivery: Delivery, in transaction: WriteTransaction) throws {
        switch delivery {
        case .entry(let entry): try apply(entry, in: transaction)
        case .stamp(let dot, let stamp): try settle(dot, stamp, in: transaction)
        case .stamps(let first, let firstHubSequence, let count):
            try settle(first, firstHubSequence, count, in: transaction)
        }
    }

    private static func apply(_ entry: LogEntry, in transaction: WriteTransaction) throws {
        let held = transaction.actors[entry.operation.dot.actor]?.lastSequence ?? 0
        guard entry.operation.dot.sequence > held else { return }
        try transaction.keep(entry)
        guard !entry.stamp.verdict.isVoid, case .member(let edit)? = Fact(entry.operation) else { return }
        let delta = edit.delta(dot: entry.operation.dot, time: entry.stamp.effectiveTime)
        transaction.enqueue(.write(delta, holding: false), for: edit.member)
    }

    private static func settle(_ dot: Dot, _ stamp: Stamp, in transaction: WriteTransaction) throws {
        guard let actor = transaction.actors[dot.actor] else { return }
        try transaction.statements[.stampOne].run(
            .integer(actor.key), .unsigned(dot.sequence), .unsigned(stamp.hubSequence),
            .unsigned(stamp.effectiveTime.value), .text(OperationColumns.spelled(stamp.verdict)))
        for operation in try transaction.log.edits(of: actor, from: dot.sequence, through: dot.sequence) {
            enqueue(
                .settle(dot, effectiveTime: stamp.effectiveTime, isVoid: stamp.verdict.isVoid), operation, transaction)
        }
    }

    private static func settle(
        _ first: Dot, _ firstHubSequence: UInt64, _ count: UInt64, in transaction: WriteTransaction
    ) throws {
        guard let actor = transaction.actors[first.actor], count > 0 else { return }
        let (last, isBeyond) = first.sequence.addingReportingOverflow(count - 1)
        guard !isBeyond else { throw StoreError.damaged("more stamps than there can be operations") }
        try transaction.statements[.stampRun].run(
            .integer(actor.key), .unsigned(first.sequence), .unsigned(firstHubSequence), .clamped(last))
        for operation in try transaction.log.edits(of: actor, from: first.sequence, through: last) {
            let settled = RecordChange.settle(operation.dot, effectiveTime: operation.time, isVoid: false)
            enqueue(settled, operation, transaction)
        }
    }

    /// Only an edit that replaced something, or whose time or verdict the hub changed, has anything to settle.
    private static func enqueue(_ change: RecordChange, _ operation: Operation, _ transaction: WriteTransaction) {
        guard case .member(let edit)? = Fact(operation) else { return }
        if case .settle(_, operation.time, isVoid: false) = change,
            edit.writes.allSatisfy({ $0.replaces.isEmpty })
        {
            return
        }
        transaction.enqueue(change, for: edit.member)
    }
}

extension ReplicaStore.Delivery {
    /// The hub has objected to an own operation, and may have clamped its time.
    fileprivate var isVerdict: Bool {
        switch self {
        case .stamp(_, let stamp): stamp.verdict != .ok
        case .entry, .stamps: false
        }
    }
}
