import Loyalty
package import Replication

/// What the hub does with operations: judge, give a place in the log, stamp, fold.
extension ReplicaStore {
    /// An operation on its way into the log, with the node whose certificate vouched for it.
    package struct Arrival: Equatable, Sendable {
        package let operation: Operation
        package let node: NodeID

        package init(operation: Operation, node: NodeID) {
            self.operation = operation
            self.node = node
        }
    }

    /// Everything that one transaction of the hub has accepted.
    package struct Acceptance: Equatable, Sendable {
        /// Ascending by hub sequence.
        package let entries: [LogEntry]
        /// What is now held of every actor that had an operation in the batch, repeats included.
        package let heads: [ActorID]
    }

    /// Accepts a batch in one transaction. Operations already held are passed over; one that is not its actor's
    /// next is left out, and its author will send again from where it is told that the hub stands.
    package func accept(
        _ arrivals: [Arrival], nowMilliseconds: UInt64, toleranceMilliseconds: UInt64
    ) throws -> Acceptance {
        guard let epoch = identity.epoch else { throw StoreError.wrongRole(path: "") }
        var next = head + 1
        var programmes = arrivals.contains { Scrutiny.looksAt($0.operation) } ? try programmeHistory() : nil
        defer { if let programmes { knownHistory?.take(programmes) } }
        let acceptance = try write { transaction in
            var entries: [LogEntry] = []
            var heads: Set<ActorID> = []
            for arrival in arrivals {
                let operation = arrival.operation
                heads.insert(operation.dot.actor)
                let held = try transaction.actor(operation.dot.actor, of: arrival.node).lastSequence
                guard operation.dot.sequence == held + 1 else { continue }
                let judgement = try Judgement.of(
                    operation, isByHub: arrival.node == .hub, epoch: epoch, nowMilliseconds: nowMilliseconds,
                    toleranceMilliseconds: toleranceMilliseconds, isHeld: transaction.holds)
                let scrutiny = scrutiny(of: operation, in: epoch, &programmes, transaction)
                let entry = try Self.place(
                    operation, judgement, at: next, by: arrival.node, under: scrutiny, in: transaction)
                entries.append(entry)
                next += 1
            }
            return Acceptance(entries: entries, heads: heads.sorted())
        }
        head += UInt64(acceptance.entries.count)
        note(acceptance.entries)
        for entry in acceptance.entries {
            observe(
                entry.stamp.effectiveTime, nowMilliseconds: nowMilliseconds,
                toleranceMilliseconds: toleranceMilliseconds)
        }
        return acceptance
    }

    private func note(_ entries: [LogEntry]) {
        for (index, entry) in entries.enumerated() {
            let dot = entry.operation.dot
            let isLast = index + 1 == entries.count || entries[index + 1].operation.dot.actor != dot.actor
            if isLast { placements.note(dot, at: entry.stamp.hubSequence) }
        }
    }

    private func scrutiny(
        of operation: Operation, in epoch: EpochID, _ programmes: inout ProgrammeHistory?,
        _ transaction: WriteTransaction
    ) -> Scrutiny? {
        guard Scrutiny.looksAt(operation), let latest = programmes?.latest else { return nil }
        #if DEBUG
            if faults.bug == .countedByNewerRules {
                return Scrutiny(transaction: transaction, known: latest, latest: latest)
            }
        #endif
        let known = operation.kind == Sale.kind ? programmes?.known(to: operation.observed, in: epoch) : nil
        return Scrutiny(transaction: transaction, known: known, latest: latest)
    }

    private static func place(
        _ operation: Operation, _ judgement: Judgement, at hubSequence: UInt64, by node: NodeID,
        under scrutiny: Scrutiny?, in transaction: WriteTransaction
    ) throws -> LogEntry {
        #if DEBUG
            let fact = judgement.fact ?? transaction.passed(operation)
        #else
            let fact = judgement.fact
        #endif
        let draft = try transaction.draft(fact, by: operation.dot.actor, of: node, view: nil)
        let reason = try draft.objection ?? scrutiny?.reason(to: judgement, by: node, at: hubSequence)
        let stamp = Stamp(
            hubSequence: hubSequence, effectiveTime: judgement.effectiveTime,
            verdict: reason.map { .flagged($0) } ?? judgement.verdict)
        let position = try transaction.insert(operation, by: node, position: hubSequence, stamp: stamp)
        try transaction.write(
            draft, of: operation, at: position, by: node, time: stamp.effectiveTime, view: nil)
        return LogEntry(operation: operation, stamp: stamp)
    }
}
