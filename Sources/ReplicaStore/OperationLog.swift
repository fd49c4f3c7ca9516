import Replication

/// Reading the log with the statements of the writer's connection.
struct OperationLog {
    let statements: HotStatements

    /// Consecutive operations of one actor, as far as they are held.
    func operations(of state: ActorState, from: UInt64, through: UInt64) throws -> [Operation] {
        try read(.ownOperations, .integer(state.key), .clamped(from), .clamped(through), of: state.actor)
    }

    /// Those of them that write to members: only they have anything to settle.
    func edits(of state: ActorState, from: UInt64, through: UInt64) throws -> [Operation] {
        try read(.ownEdits, .integer(state.key), .clamped(from), .clamped(through), of: state.actor)
    }

    func operation(at position: Int64, actor: (Int64) -> ActorID?) throws -> Operation? {
        try statements.first(.operationAtPosition, .integer(position)) { row in
            guard let actor = actor(row.integer(0)) else { throw StoreError.damaged("an unknown actor") }
            return try OperationColumns.operation(in: row, actor: actor)
        }
    }

    func entry(at position: Int64, actor: (Int64) -> ActorID?) throws -> LogEntry? {
        try statements.first(.operationAtPosition, .integer(position)) { row in
            guard let actor = actor(row.integer(0)) else { throw StoreError.damaged("an unknown actor") }
            return try OperationColumns.stamp(in: row).map {
                LogEntry(operation: try OperationColumns.operation(in: row, actor: actor), stamp: $0)
            }
        }
    }

    /// Nil for a dot that is not held, or not stamped.
    func hubSequence(of sequence: UInt64, by key: Int64) throws -> UInt64? {
        try statements.first(.hubSequenceOfDot, .integer(key), .unsigned(sequence)) { row in
            row.isNull(0) ? nil : row.unsigned(0)
        }
    }

    /// Positions after one, ascending, that a node is to know of, at most `limit`: what is for the chain, what names
    /// the node, and its own actors' operations.
    ///
    /// - Parameter isForNodeAlone: leaves out what is for the chain.
    func positions(
        for node: NodeID, own: [ActorState], after position: UInt64, atMost limit: Int, isForNodeAlone: Bool = false
    ) throws -> [Int64] {
        let (after, limitValue) = (SQLValue.unsigned(position), SQLValue.integer(Int64(limit)))
        var positions = isForNodeAlone ? [] : try self.positions(.chainPositions, after, limitValue)
        positions += try self.positions(.namedPositions, after, limitValue, .text("%,\(node.value),%"))
        for state in own {
            let first = try firstSequence(of: state, after: position)
            positions += try self.positions(.ownPositions, .integer(state.key), .unsigned(first), limitValue)
        }
        return Array(Set(positions).sorted().prefix(limit))
    }

    /// An actor's operations stand in the hub's log in the order of their sequence: so the first behind a position is
    /// found by halving, from the end on, where it nearly always is.
    private func firstSequence(of state: ActorState, after position: UInt64) throws -> UInt64 {
        var beyond = state.lastSequence + 1
        var before: UInt64 = 0
        var stride: UInt64 = 1
        while beyond > before + 1 {
            let probe = beyond - before > stride ? beyond - stride : before + (beyond - before) / 2
            if try self.position(of: probe, by: state.key) > position {
                beyond = probe
                stride *= 2
            } else {
                before = probe
                stride = (beyond - before) / 2 + 1
            }
        }
        return beyond
    }

    private func position(of sequence: UInt64, by key: Int64) throws -> UInt64 {
        let position = try statements.first(.positionOfDot, .integer(key), .unsigned(sequence)) { $0.unsigned(0) }
        guard let position else { throw StoreError.damaged("a gap in an actor's operations") }
        return position
    }

    private func positions(_ query: HotQuery, _ values: SQLValue...) throws -> [Int64] {
        var positions: [Int64] = []
        try statements.each(query, values) { positions.append($0.integer(0)) }
        return positions
    }

    private func read(_ query: HotQuery, _ values: SQLValue..., of actor: ActorID) throws -> [Operation] {
        var operations: [Operation] = []
        try statements.each(query, values) {
            operations.append(try OperationColumns.operation(in: $0, actor: actor))
        }
        return operations
    }
}
