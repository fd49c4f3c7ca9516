package import Digests
import GRDB
package import Replication

/// Reading the log for the other side of the line.
extension ReplicaStore {
    /// Own operations from a sequence on, at most so many, with the chain's head before the first.
    package func outgoing(
        of actor: ActorID, from: UInt64, atMost limit: UInt64
    ) throws -> (operations: [Operation], chain: OperationChain) {
        guard let state = actors[actor], from <= state.lastSequence, limit > 0 else { return ([], .start) }
        let through = min(state.lastSequence, from + limit - 1)
        return try database.read { database in
            let operations = try Self.operations(of: state, from: from, through: through, in: database)
            return (operations, try Self.chain(of: state, through: from - 1, in: database))
        }
    }

    /// Whether the own history up to a sequence has the given head: what the hub holds is then a part of it.
    package func agrees(_ actor: ActorID, through sequence: UInt64, chain: [UInt8]) throws -> Bool {
        guard let state = actors[actor], sequence <= state.lastSequence else { return false }
        return try database.read { try Self.chain(of: state, through: sequence, in: $0).head.bytes == chain }
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
        let keys = own.compactMap { actors[$0]?.key }
        let entries = try database.read { database in
            let statement = try Self.statement(Self.downloadSQL(ownActors: keys), in: database)
            try statement.bind(.unsigned(position), .integer(Int64(limit)), .text("%,\(node.value),%"))
            return try readEntries(statement)
        }
        let through = entries.count < limit ? head : entries.last?.stamp.hubSequence ?? head
        return (entries, through)
    }

    /// The whole log in its order, a page at a time; for checks.
    package func entries(after position: UInt64, atMost limit: Int) throws -> [LogEntry] {
        try database.read { database in
            let sql = "\(OperationColumns.select) WHERE hub_sequence > ? ORDER BY position LIMIT ?"
            let statement = try Self.statement(sql, in: database)
            try statement.bind(.unsigned(position), .integer(Int64(limit)))
            return try readEntries(statement)
        }
    }

    /// What is held of an actor, from a sequence on; for checks.
    package func operations(of actor: ActorID, from: UInt64) throws -> [Operation] {
        guard let state = actors[actor], from <= state.lastSequence else { return [] }
        return try database.read {
            try Self.operations(of: state, from: from, through: state.lastSequence, in: $0)
        }
    }

    /// How many own operations the hub is not known to hold, and the time of the first of them.
    package func waiting() throws -> (operations: UInt64, sinceMilliseconds: UInt64?) {
        guard let state = actors[identity.actor], state.lastSequence > state.acknowledgedSequence else {
            return (0, nil)
        }
        let first = try outgoing(of: identity.actor, from: state.acknowledgedSequence + 1, atMost: 1).operations.first
        return (state.lastSequence - state.acknowledgedSequence, first?.time.milliseconds)
    }

    /// Whether the hub has stamped every own operation, so that digests can be compared.
    package func isEverythingStamped() throws -> Bool {
        guard let state = actors[identity.actor], state.lastSequence > 0 else { return true }
        return try database.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT hub_sequence IS NOT NULL FROM op WHERE actor = ? AND sequence = ?",
                arguments: [state.key, Int64(bitPattern: state.lastSequence)]) ?? false
        }
    }

    /// The sum over all records that the chain shares.
    package func digest() throws -> AdditiveDigest {
        try database.read { database in
            let statement = try Self.statement("SELECT sum FROM digest", in: database)
            var sum = AdditiveDigest()
            while try statement.step() { sum.add(AdditiveDigest(sum: statement.identifier(0))) }
            return sum
        }
    }

    static func statement(_ sql: String, in database: Database) throws -> SQLStatement {
        guard let connection = database.sqliteConnection else { throw StoreError.damaged("the connection is closed") }
        return try SQLStatement(sql, on: connection)
    }

    private static func downloadSQL(ownActors keys: [Int64]) -> String {
        let own = keys.map { key in
            """
            UNION SELECT * FROM (SELECT position FROM op INDEXED BY op_by_dot
              WHERE actor = \(key) AND position > ?1 ORDER BY position LIMIT ?2)
            """
        }
        return """
            \(OperationColumns.select) WHERE position IN (
              SELECT * FROM (SELECT position FROM op INDEXED BY op_to_chain
                WHERE audience = 'chain' AND position > ?1 ORDER BY position LIMIT ?2)
              UNION SELECT * FROM (SELECT position FROM op INDEXED BY op_to_named
                WHERE audience NOT IN ('chain', 'hub') AND position > ?1 AND (',' || audience || ',') LIKE ?3
                ORDER BY position LIMIT ?2)
              \(own.joined(separator: "\n  "))
            ) ORDER BY position LIMIT ?2
            """
    }

    private func readEntries(_ statement: SQLStatement) throws -> [LogEntry] {
        var entries: [LogEntry] = []
        while try statement.step() {
            guard let actor = actors[statement.integer(0)], let stamp = try OperationColumns.stamp(in: statement) else {
                continue
            }
            let operation = try OperationColumns.operation(in: statement, actor: actor.actor)
            entries.append(LogEntry(operation: operation, stamp: stamp))
        }
        return entries
    }

    private static func operations(
        of state: ActorState, from: UInt64, through: UInt64, in database: Database
    ) throws -> [Operation] {
        let statement = try statement(HotQuery.ownOperations.sql, in: database)
        try statement.bind(.integer(state.key), .unsigned(from), .unsigned(through))
        var operations: [Operation] = []
        while try statement.step() {
            operations.append(try OperationColumns.operation(in: statement, actor: state.actor))
        }
        return operations
    }

    /// The head at an earlier sequence, counted on from the nearest known one.
    private static func chain(
        of state: ActorState, through sequence: UInt64, in database: Database
    ) throws -> OperationChain {
        if sequence == state.lastSequence { return state.chain }
        let isAfter = sequence >= state.acknowledgedSequence
        var chain = isAfter ? state.acknowledgedChain : .start
        let from = isAfter ? state.acknowledgedSequence + 1 : 1
        guard from <= sequence else { return chain }
        for operation in try operations(of: state, from: from, through: sequence, in: database) {
            chain.append(
                header: OperationColumns.header(operation), publicBody: operation.publicBody,
                personal: operation.personal.map { ($0.salt, $0.body) })
        }
        return chain
    }
}
