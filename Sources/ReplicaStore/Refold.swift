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
        /// Every actor's chain, computed again from the log, has the head that is kept. After a restart the last few
        /// operations are vouched for by their effects alone, and by the hub.
        package let areChainsSound: Bool
        /// Every lot is the sum of its movements, the rights to it are what is left, and every branch's account is the
        /// sum of its charges.
        package let areBooksSound: Bool
        package let operations: UInt64
        package let digest: AdditiveDigest

        package var isSound: Bool { isFileSound && isFoldEqual && areChainsSound && areBooksSound }
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
        let imageEnd = try imageEnd()
        var operations: UInt64 = 0
        try eachLogPage { page in
            if let imageEnd { try fresh.refold(page, behindImage: imageEnd) } else { try fresh.refold(page) }
            operations += UInt64(page.count)
        }
        if imageEnd != nil { try fresh.takeRecords(of: self) }
        let isFoldEqual = try read(Standing.init).digest == fresh.digest && holdsTheSame(as: fresh)
        return Verification(
            isFileSound: file == ["ok"], isFoldEqual: isFoldEqual,
            areChainsSound: imageEnd == nil ? chainsAgree(with: fresh) : try isOwnChainSound(),
            areBooksSound: try lotsOutOfBalance() == 0 && accountsOutOfBalance() == 0, operations: operations,
            digest: digest)
    }

    struct LogRow {
        let position: Int64
        let node: NodeID
        let operation: Operation
        let stamp: Stamp?
    }

    private static let pageRows = 1_000

    func eachLogPage(_ body: ([LogRow]) throws -> Void) throws {
        var position: Int64 = 0
        while true {
            let page = try logPage(after: position)
            guard let last = page.last else { return }
            try body(page)
            position = last.position
        }
    }

    private func logPage(after position: Int64) throws -> [LogRow] {
        try read { database in
            let sql = "\(OperationColumns.select) WHERE position > ? ORDER BY position LIMIT ?"
            let statement = try SQLStatement(cached: sql, in: database)
            defer { statement.reset() }
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

    private func refold(_ rows: [LogRow]) throws {
        try write { transaction in
            for row in rows {
                let isOwn = row.operation.dot.actor == identity.actor
                if identity.role == .hub || isOwn {
                    _ = try transaction.insert(
                        row.operation, by: row.node, position: UInt64(bitPattern: row.position), stamp: row.stamp)
                } else if let stamp = row.stamp {
                    _ = try transaction.keep(
                        LogEntry(operation: row.operation, stamp: stamp), position: UInt64(bitPattern: row.position))
                }
                guard let fact = effect(of: row) else { continue }
                let draft = try transaction.draft(fact, by: row.operation.dot.actor, of: row.node, view: holder)
                try transaction.write(
                    draft, of: row.operation, at: row.position, by: row.node,
                    time: row.stamp?.effectiveTime ?? row.operation.time, view: holder)
            }
        }
    }

    func effect(of row: LogRow) -> Fact? {
        if identity.role == .node, row.operation.dot.actor != identity.actor {
            return row.stamp.flatMap { Self.taken(LogEntry(operation: row.operation, stamp: $0)) }
        }
        return isEffective(row) ? Fact(row.operation) : nil
    }

    /// At a node every operation counts until it is declared void: what is flagged has happened. The hub leaves out
    /// of its books what it has flagged because it could not be read, or was not allowed.
    private func isEffective(_ row: LogRow) -> Bool {
        switch row.stamp?.verdict {
        case nil, .ok?: true
        case .void?: false
        case .flagged(let reason)?:
            identity.role == .node
                || [
                    .clockAhead, .ruleMismatch, .ruleUnknown, .duplicateSale, .duplicateEntry, .overdrawn, .expired,
                    .foreignLot, .couponVoid, .overLimit, .tierDisputed,
                ].contains(reason)
        }
    }

    /// Every table that is folded from the log, in the order of its key.
    private static let folded: [String] = [
        """
        SELECT id, \(MemberColumns.registers.map(\.name).joined(separator: ", ")), contested FROM member
        WHERE substr(clocks, 2, 1) <> x'00' ORDER BY id
        """,
        "SELECT * FROM member_tag ORDER BY tag, member",
        "SELECT * FROM member_identity ORDER BY kind, key, member",
        "SELECT * FROM member_link ORDER BY a, b",
        "SELECT * FROM chain_stretch ORDER BY first",
        "SELECT * FROM sale ORDER BY position",
        "SELECT * FROM sale_again ORDER BY sale",
        "SELECT * FROM sale_line ORDER BY sale, line",
        "SELECT * FROM sale_share ORDER BY sale, line",
        "SELECT * FROM lot ORDER BY id",
        "SELECT * FROM lot_right ORDER BY lot, holder",
        "SELECT * FROM ledger ORDER BY position, number",
        "SELECT * FROM debt ORDER BY member, wallet",
        "SELECT * FROM business ORDER BY id",
        "SELECT * FROM refund ORDER BY position",
        "SELECT * FROM refund_line ORDER BY sale, line, refund",
        "SELECT * FROM top_up ORDER BY position",
        "SELECT * FROM booking ORDER BY position",
        "SELECT * FROM tender ORDER BY position, number",
        "SELECT * FROM branch_charge ORDER BY position, number",
        "SELECT * FROM branch_account ORDER BY node, item, code",
        "SELECT * FROM programme ORDER BY category, code, revision",
        "SELECT * FROM coupon ORDER BY id",
        "SELECT * FROM redemption ORDER BY coupon, position",
        "SELECT * FROM tier_change ORDER BY position",
        "SELECT * FROM decision ORDER BY case_id",
    ]

    private func holdsTheSame(as other: ReplicaStore) throws -> Bool {
        try database.read { own in
            try other.database.read { others in
                try Self.folded.allSatisfy { sql in
                    let rows = try Row.fetchCursor(own, sql: sql)
                    let otherRows = try Row.fetchCursor(others, sql: sql)
                    while let row = try rows.next() {
                        guard try otherRows.next() == row else { return false }
                    }
                    return try otherRows.next() == nil
                }
            }
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
