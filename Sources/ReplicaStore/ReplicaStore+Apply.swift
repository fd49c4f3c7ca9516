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
        let isWrittenOff = deliveries.contains { writeOff(in: $0) != nil }
        let time = isWrittenOff ? tick(nowMilliseconds: nowMilliseconds) : .zero
        let observed = observed
        try write { transaction in
            for delivery in deliveries {
                try apply(delivery, in: transaction)
                guard isWrittenOff, let writeOff = writeOff(in: delivery) else { continue }
                try surrender(to: writeOff, at: time, observed, in: transaction)
            }
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

    /// A person has given this replica up, over its head.
    func writeOff(in delivery: Delivery) -> Transfer? {
        guard case .entry(let entry) = delivery, entry.operation.kind == Transfer.kind,
            case .transfer(let transfer)? = Self.taken(entry), transfer.cause == .writeoff, transfer.from == holder
        else { return nil }
        return transfer
    }

    /// What this replica believes to hold, the hub need not believe: it has written on, not knowing. In the same
    /// transaction it lays all of it down.
    func surrender(
        to writeOff: Transfer, at time: HybridTime, _ observed: Observed, in transaction: WriteTransaction
    ) throws {
        #if DEBUG
            if faults.bug == .writtenOffBranchGoesOn { return }
        #endif
        let surrender = Transfer.surrender(of: writeOff.from, to: writeOff.id)
        guard try BookTable(transaction: transaction).position(of: surrender.id) == nil else { return }
        try log(
            own(.transfer(surrender), at: time, observed, transaction), saying: .transfer(surrender), in: transaction)
    }

    private func apply(_ delivery: Delivery, in transaction: WriteTransaction) throws {
        switch delivery {
        case .entry(let entry): try apply(entry, in: transaction)
        case .stamp, .stamps: try Self.settle(delivery, in: transaction)
        }
    }

    static func settle(_ delivery: Delivery, in transaction: WriteTransaction) throws {
        switch delivery {
        case .entry: break
        case .stamp(let dot, let stamp): try settle(dot, stamp, in: transaction)
        case .stamps(let first, let firstHubSequence, let count):
            try settle(first, firstHubSequence, count, in: transaction)
        }
    }

    private func apply(_ entry: LogEntry, in transaction: WriteTransaction) throws {
        let dot = entry.operation.dot
        guard dot.sequence > transaction.actors[dot.actor]?.lastSequence ?? 0 else { return }
        guard try transaction.position(of: dot) == nil else {
            #if DEBUG
                if faults.bug == .earlyGrantCountedAgain { try countAgain(entry, in: transaction) }
            #endif
            return try transaction.noteArrived(dot)
        }
        let position = try transaction.keep(entry)
        try take(entry, at: position, in: transaction)
    }

    /// An operation of the hub's that answers a question, ahead of the log: kept and folded once, now. The log will
    /// bring it again, at its place.
    package func applyEarly(_ entry: LogEntry, nowMilliseconds: UInt64, toleranceMilliseconds: UInt64) throws {
        let dot = entry.operation.dot
        try write { transaction in
            let isKnown =
                try dot.sequence <= transaction.actors[dot.actor]?.lastSequence ?? 0
                || transaction.position(of: dot) != nil
            guard !isKnown else { return }
            let position = try transaction.keep(entry, isEarly: true)
            try take(entry, at: position, in: transaction)
        }
        observe(
            entry.stamp.effectiveTime, nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: toleranceMilliseconds)
    }

    private func take(_ entry: LogEntry, at position: Int64, in transaction: WriteTransaction) throws {
        guard let fact = Self.taken(entry) else { return }
        let draft = try transaction.draft(fact, by: entry.operation.dot.actor, of: .hub, view: holder)
        try transaction.write(
            draft, of: entry.operation, at: position, by: .hub, time: entry.stamp.effectiveTime, view: holder)
    }

    /// What a node takes in of others' operations: members, and the hub's word on rights. Sales and decisions are
    /// headquarters' business, and come only where their author named the wrong audience.
    static func taken(_ entry: LogEntry) -> Fact? {
        switch entry.stamp.verdict {
        case .void: nil
        case .ok, .flagged:
            switch Fact(entry.operation) {
            case .member(let edit)?: .member(edit)
            // The hub's clock may have been set back behind its own log: what it says holds all the same.
            case .transfer?, .couponIssue?, .couponVoid?, .couponSpent?, .programme?, .tier?:
                [.ok, .flagged(.clockAhead)].contains(entry.stamp.verdict) ? Fact(entry.operation) : nil
            case .sale?, .decision?, .topUp?, .refund?, .release?, .booking?, .unknown?, nil: nil
            }
        }
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
    var isVerdict: Bool {
        switch self {
        case .stamp(_, let stamp): stamp.verdict != .ok
        case .entry, .stamps: false
        }
    }
}
