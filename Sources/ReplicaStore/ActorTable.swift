package import Digests
import GRDB
package import Replication

import struct Foundation.Data

/// How far one actor's writing is held here.
package struct ActorState: Equatable, Sendable {
    let key: Int64
    package let actor: ActorID
    package let node: NodeID
    package var lastSequence: UInt64
    /// Over all operations up to `lastSequence`; of use at the hub, and at a node for its own actors.
    package var chain: OperationChain
    /// At a node: what the hub has acknowledged of an own actor.
    package var acknowledgedSequence: UInt64
    package var acknowledgedChain: OperationChain
}

/// All actors that this replica has heard of: small integers in the file, identifiers everywhere else.
struct ActorTable {
    private var states: [Int64: ActorState] = [:]
    private var keys: [ActorID: Int64] = [:]

    subscript(actor: ActorID) -> ActorState? {
        get { keys[actor].flatMap { states[$0] } }
        set {
            guard let newValue else { return }
            keys[actor] = newValue.key
            states[newValue.key] = newValue
        }
    }

    subscript(key: Int64) -> ActorState? { states[key] }

    func key(of actor: ActorID) -> Int64? { keys[actor] }

    /// Numbers are given from 1 on and never taken back.
    var count: Int { states.count }
    var all: [ActorState] { states.values.sorted { $0.key < $1.key } }

    mutating func take(_ changed: ActorTable) {
        for state in changed.states.values { self[state.actor] = state }
    }
}

// MARK: Opening a database

extension ActorTable {
    init(in database: Database, as identity: ReplicaIdentity) throws {
        self.init()
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT key, id, node, last_sequence, chain, acknowledged_sequence, acknowledged_chain FROM actor")
        while let row = try rows.next() {
            let actor = ActorID(UInt128(bigEndianBytes: row[1] as Data))
            self[actor] = ActorState(
                key: row[0], actor: actor, node: NodeID(row[2]), lastSequence: UInt64(bitPattern: row[3]),
                chain: try Self.chain(row[4]), acknowledgedSequence: UInt64(bitPattern: row[5]),
                acknowledgedChain: try Self.chain(row[6]))
        }
        for state in all where identity.keepsChain(of: state.actor) {
            self[state.actor] = try Self.caughtUp(state, in: database)
        }
    }

    /// The row may be a few operations behind the log.
    private static func caughtUp(_ state: ActorState, in database: Database) throws -> ActorState {
        let sql = "\(OperationColumns.select) WHERE actor = ? AND sequence > ? ORDER BY sequence"
        let rows = try SQLStatement(cached: sql, in: database)
        defer { rows.reset() }
        try rows.bind(.integer(state.key), .unsigned(state.lastSequence))
        var state = state
        while try rows.step() {
            let operation = try OperationColumns.operation(in: rows, actor: state.actor)
            guard operation.dot.sequence == state.lastSequence + 1 else {
                throw StoreError.damaged("a gap in an actor's operations")
            }
            state.chain.append(operation)
            state.lastSequence = operation.dot.sequence
        }
        return state
    }

    private static func chain(_ bytes: Data) throws -> OperationChain {
        guard let head = Digest256(bytes: Array(bytes)) else { throw StoreError.damaged("a chain's head") }
        return OperationChain(head: head)
    }
}

/// The table as one transaction sees it. What it changes lies beside the table: to copy thousands of actors for every
/// transaction would cost more than the transaction.
struct ActorDraft {
    private let table: ActorTable
    private var earlier = ActorTable()
    /// What was changed last: operations that come together are mostly by one author.
    private var latest: ActorState?
    private var added = 0

    init(of table: ActorTable) { self.table = table }

    /// As it was before this transaction.
    func before(_ actor: ActorID) -> ActorState? { table[actor] }

    var changed: ActorTable {
        var changed = earlier
        if let latest { changed[latest.actor] = latest }
        return changed
    }

    subscript(actor: ActorID) -> ActorState? {
        get {
            if let latest, latest.actor == actor { return latest }
            return earlier[actor] ?? table[actor]
        }
        set {
            guard let newValue else { return }
            if key(of: actor) == nil { added += 1 }
            if let latest, latest.actor != actor { earlier[latest.actor] = latest }
            latest = newValue
        }
    }

    subscript(key: Int64) -> ActorState? {
        if let latest, latest.key == key { return latest }
        return earlier[key] ?? table[key]
    }

    func key(of actor: ActorID) -> Int64? {
        if let latest, latest.actor == actor { return latest.key }
        return earlier.key(of: actor) ?? table.key(of: actor)
    }

    var nextKey: Int64 { Int64(table.count + added) + 1 }
}
