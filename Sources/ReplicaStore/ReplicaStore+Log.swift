package import Digests
package import Replication

/// Reading the log for the other side of the line.
extension ReplicaStore {
    /// Own operations from a sequence on, at most so many, with the chain's head before the first.
    package func outgoing(
        of actor: ActorID, from: UInt64, atMost limit: UInt64
    ) throws -> (operations: [Operation], chain: OperationChain) {
        guard let state = actors[actor], from > 0, from <= state.lastSequence, limit > 0 else { return ([], .start) }
        let through = from + min(limit - 1, state.lastSequence - from)
        let known = chainMarks.nearest(to: from - 1, of: state)
        if known.sequence == from - 1, through == from, let lastWritten, lastWritten.dot == Dot(actor, from) {
            return ([lastWritten], known.chain)
        }
        return try readLog { log in
            let before = try chain(of: state, through: from - 1, in: log)
            let operations = try log.operations(of: state, from: from, through: through)
            if through < state.lastSequence {
                chainMarks.note(before.appending(operations), of: actor, through: through)
            }
            return (operations, before)
        }
    }

    /// Whether the own history up to a sequence has the given head: what the hub holds is then a part of it.
    package func agrees(_ actor: ActorID, through sequence: UInt64, chain: [UInt8]) throws -> Bool {
        guard let state = actors[actor], sequence <= state.lastSequence else { return false }
        return try readLog { try self.chain(of: state, through: sequence, in: $0).head.bytes == chain }
    }

    /// Takes the hub's word that it holds an own actor's operations up to a sequence. False if its history is not
    /// ours.
    package func acknowledge(_ actor: ActorID, through sequence: UInt64, chain: [UInt8]) throws -> Bool {
        guard var state = actors[actor], try agrees(actor, through: sequence, chain: chain),
            let head = Digest256(bytes: chain)
        else { return false }
        state.acknowledgedSequence = sequence
        state.acknowledgedChain = OperationChain(head: head)
        noteAcknowledged(state)
        return true
    }

    /// A stretch of the hub's log for one node: what the chain or it is to know, and its own operations.
    ///
    /// - Returns: the entries, and the last position looked at.
    package func entries(
        for node: NodeID, own: [ActorID], after position: UInt64, atMost limit: Int
    ) throws -> (entries: [LogEntry], through: UInt64) {
        let entries = try readLog { log in
            try log.positions(for: node, own: own.compactMap { actors[$0] }, after: position, atMost: limit)
                .compactMap { try log.entry(at: $0) { actors[$0]?.actor } }
        }
        let through = entries.count < limit ? head : entries.last?.stamp.hubSequence ?? head
        return (entries, through)
    }

    /// The same without what is for the chain, up to a place: what an image leaves out.
    package func entriesBesideImage(
        for node: NodeID, own: [ActorID], after position: UInt64, through end: UInt64, atMost limit: Int
    ) throws -> (entries: [LogEntry], through: UInt64) {
        let entries = try readLog { log in
            try log.positions(
                for: node, own: own.compactMap { actors[$0] }, after: position, atMost: limit, isForNodeAlone: true
            ).compactMap { try log.entry(at: $0) { actors[$0]?.actor } }
        }
        let wanted = entries.filter { $0.stamp.hubSequence <= end }
        return (wanted, wanted.count < limit ? end : wanted.last?.stamp.hubSequence ?? end)
    }

    /// The hub's log in its order, a page at a time; for checks.
    package func entries(after position: UInt64, atMost limit: Int) throws -> [LogEntry] {
        try read { database in
            let sql = "\(OperationColumns.select) WHERE hub_sequence > ? ORDER BY position LIMIT ?"
            let statement = try SQLStatement(cached: sql, in: database)
            defer { statement.reset() }
            try statement.bind(.unsigned(position), .integer(Int64(limit)))
            var entries: [LogEntry] = []
            while try statement.step() {
                guard let actor = actors[statement.integer(0)], let stamp = try OperationColumns.stamp(in: statement)
                else { continue }
                let operation = try OperationColumns.operation(in: statement, actor: actor.actor)
                entries.append(LogEntry(operation: operation, stamp: stamp))
            }
            return entries
        }
    }

    /// What is held of an actor, from a sequence on; for checks.
    package func operations(of actor: ActorID, from: UInt64) throws -> [Operation] {
        guard let state = actors[actor], from <= state.lastSequence else { return [] }
        return try readLog { try $0.operations(of: state, from: from, through: state.lastSequence) }
    }

    /// How many own operations the hub is not known to hold, and the time of the first of them.
    package func waiting() throws -> (operations: UInt64, sinceMilliseconds: UInt64?) {
        guard let state = actors[identity.actor], state.lastSequence > state.acknowledgedSequence else {
            return (0, nil)
        }
        let next = state.acknowledgedSequence + 1
        let first = try readLog { try $0.operations(of: state, from: next, through: next) }.first
        return (state.lastSequence - state.acknowledgedSequence, first?.time.milliseconds)
    }

    /// Whether the hub has stamped every own operation, so that digests can be compared.
    package func isEverythingStamped() throws -> Bool {
        guard let state = actors[identity.actor], state.lastSequence > 0 else { return true }
        return try readLog { try $0.hubSequence(of: state.lastSequence, by: state.key) } != nil
    }

    /// The sum over all records that the chain shares.
    package var digest: AdditiveDigest { standing.digest }

    /// The head at an earlier sequence, counted on from the nearest known one.
    private func chain(
        of state: ActorState, through sequence: UInt64, in log: OperationLog
    ) throws -> OperationChain {
        var mark = chainMarks.nearest(to: sequence, of: state)
        while mark.sequence < sequence {
            let through = min(sequence, mark.sequence + Self.chainPageOperations)
            let operations = try log.operations(of: state, from: mark.sequence + 1, through: through)
            mark = ChainMarks.Mark(sequence: through, chain: mark.chain.appending(operations))
        }
        return mark.chain
    }

    /// A history of years is not read into memory at once.
    private static let chainPageOperations: UInt64 = 1_000
}

extension OperationChain {
    func appending(_ operations: [Operation]) -> OperationChain {
        operations.reduce(into: self) { $0.append($1) }
    }

    mutating func append(_ operation: Operation) {
        append(
            header: OperationColumns.header(operation), publicBody: operation.publicBody,
            personal: operation.personal.map { ($0.salt, $0.body) })
    }
}
