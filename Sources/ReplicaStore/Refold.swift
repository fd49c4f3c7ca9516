package import Digests
import GRDB
import Loyalty
import Replication

import struct Foundation.Data

/// Checks of a store against itself.
extension ReplicaStore {
    package struct Verification: Equatable, Sendable {
        /// SQLite's own check of the file.
        package let isFileSound: Bool
        /// The log, folded from its beginning into an empty database, gives the same records and books.
        package let isFoldEqual: Bool
        /// Every actor's chain, computed again from the log, has the head that is kept.
        package let areChainsSound: Bool
        package let operations: UInt64
        package let digest: AdditiveDigest

        package var isSound: Bool { isFileSound && isFoldEqual && areChainsSound }
    }

    /// Folds the whole log again beside the store and compares. Costs a pass over everything.
    package func verify() throws -> Verification {
        let file = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(5)") }
        let fresh = try Self.createInMemory(as: identity)
        defer { fresh.close() }
        #if DEBUG
            // A mistake of the rules would be made here, too.
            fresh.faults.bug = faults.bug
        #endif
        var position: Int64 = 0
        var operations: UInt64 = 0
        while true {
            let page = try logPage(after: position)
            guard let last = page.last else { break }
            try fresh.refold(page, from: self)
            position = last.position
            operations += UInt64(page.count)
        }
        let digest = try digest()
        let isFoldEqual = try digest == fresh.digest() && books() == fresh.books()
        return Verification(
            isFileSound: file == ["ok"], isFoldEqual: isFoldEqual, areChainsSound: chainsAgree(with: fresh),
            operations: operations, digest: digest)
    }

    private struct LogRow {
        let position: Int64
        let node: NodeID
        let operation: Operation
        let stamp: Stamp?
    }

    private static let pageRows = 1_000

    private func logPage(after position: Int64) throws -> [LogRow] {
        try database.read { database in
            let sql = "\(OperationColumns.select) WHERE position > ? ORDER BY position LIMIT ?"
            let statement = try Self.statement(sql, in: database)
            try statement.bind(.integer(position), .integer(Int64(Self.pageRows)))
            var rows: [LogRow] = []
            while try statement.step() {
                guard let actor = actors[statement.integer(0)] else { throw StoreError.damaged("an unknown actor") }
                rows.append(
                    LogRow(
                        position: statement.integer(OperationColumns.position), node: actor.node,
                        operation: try OperationColumns.operation(in: statement, actor: actor.actor),
                        stamp: try OperationColumns.stamp(in: statement)))
            }
            return rows
        }
    }

    private func refold(_ rows: [LogRow], from original: ReplicaStore) throws {
        try write { transaction in
            for row in rows {
                let isOwnOrHub = identity.role == .hub || row.operation.dot.actor == identity.actor
                if isOwnOrHub {
                    _ = try transaction.insert(
                        row.operation, by: row.node, position: UInt64(bitPattern: row.position), stamp: row.stamp)
                } else if let stamp = row.stamp {
                    try transaction.keep(LogEntry(operation: row.operation, stamp: stamp))
                }
                guard isEffective(row), let fact = Fact(row.operation) else { continue }
                try Self.fold(
                    fact, of: row.operation, at: row.position, by: row.node,
                    time: row.stamp?.effectiveTime ?? row.operation.time, in: transaction)
            }
        }
    }

    /// What was flagged for being unreadable or unacceptable had no effect; other flags do not take it away. A sale
    /// that another branch had recorded, too, stays in this branch's own books.
    private func isEffective(_ row: LogRow) -> Bool {
        switch row.stamp?.verdict {
        case .ok?, nil: true
        case .void?: false
        case .flagged(let reason)?:
            reason == .clockAhead || reason == .ruleMismatch || (reason == .duplicateSale && identity.role == .node)
        }
    }

    /// Totals over the books, to be compared with another's.
    private func books() throws -> [String] {
        try database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT (SELECT count(*) || '/' || coalesce(sum(net_minor), 0) FROM sale),
                      (SELECT count(*) || '/' || coalesce(sum(net_minor), 0) FROM sale_line),
                      (SELECT count(*) || '/' || coalesce(sum(earned), 0) FROM lot),
                      (SELECT count(*) FROM member_identity), (SELECT count(*) FROM member_tag),
                      (SELECT count(*) FROM member_link), (SELECT count(*) FROM decision)
                    """
            ).map(\.description)
        }
    }

    private func chainsAgree(with fresh: ReplicaStore) -> Bool {
        let own = actors.all.filter { identity.role == .hub || $0.actor == identity.actor }
        return own.allSatisfy { state in
            let again = fresh.actors[state.actor]
            return (again?.lastSequence ?? 0) == state.lastSequence && (again?.chain ?? .start) == state.chain
        }
    }
}
