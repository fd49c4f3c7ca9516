import Digests
import GRDB
package import Replication

import struct Foundation.Data

/// The hub's list of nodes and of invitations that are still open.
extension ReplicaStore {
    package struct RosterEntry: Equatable, Sendable {
        package let node: NodeID
        package let branchCode: String
        package let branchName: String
        /// DER SubjectPublicKeyInfo of the key that the node made for itself.
        package let publicKey: [UInt8]
        package let joinedAtMilliseconds: UInt64
        package let revokedAtMilliseconds: UInt64?
        package let revokedBecause: String?
        /// A person has said that what lay there will not come back.
        package let lostAtMilliseconds: UInt64?
        package let lostBecause: String?
        package let lastSeenAtMilliseconds: UInt64?
        /// The last position of the hub's log that the node is known to hold durably.
        package let appliedPosition: UInt64
        package let software: String?
    }

    package enum InvitationFault: Error, Equatable, Sendable {
        case unknown
        case expired
        /// Used by another key than the one shown now.
        case used
    }

    /// - Parameter token: random, at least 16 bytes; only its hash is kept.
    package func invite(
        token: [UInt8], branchCode: String, branchName: String, expiresAtMilliseconds: UInt64
    ) throws {
        try writeRare { database in
            try database.execute(
                sql: "INSERT INTO invitation (token_hash, branch_code, branch_name, expires_at) VALUES (?, ?, ?, ?)",
                arguments: [
                    Data(Digest256(of: token).bytes), branchCode, branchName, Int64(bitPattern: expiresAtMilliseconds),
                ])
        }
    }

    /// Uses up an invitation. The same key may use it again: its first answer may have been lost on the way.
    package func enrol(token: [UInt8], publicKey: [UInt8], nowMilliseconds: UInt64) throws -> RosterEntry {
        try writeRare { database in
            let hash = Data(Digest256(of: token).bytes)
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT branch_code, branch_name, expires_at, used_by FROM invitation WHERE token_hash = ?",
                    arguments: [hash])
            else { throw InvitationFault.unknown }
            if let user = row[3] as Int64? {
                guard let entry = try Self.rosterEntry(NodeID(UInt32(clamping: user)), in: database),
                    entry.publicKey == publicKey
                else { throw InvitationFault.used }
                return entry
            }
            guard UInt64(bitPattern: row[2] as Int64) >= nowMilliseconds else { throw InvitationFault.expired }
            try database.execute(
                sql: """
                    INSERT INTO node (id, branch_code, branch_name, public_key, joined_at)
                    VALUES ((SELECT coalesce(max(id), 0) + 1 FROM node), ?, ?, ?, ?)
                    """,
                arguments: [
                    row[0] as String, row[1] as String, Data(publicKey), Int64(bitPattern: nowMilliseconds),
                ])
            let node = NodeID(UInt32(clamping: database.lastInsertedRowID))
            try database.execute(
                sql: "UPDATE invitation SET used_by = ? WHERE token_hash = ?", arguments: [Int64(node.value), hash])
            guard let entry = try Self.rosterEntry(node, in: database) else { throw StoreError.damaged("the roster") }
            return entry
        }
    }

    package func rosterEntry(_ node: NodeID) throws -> RosterEntry? {
        try read { try Self.rosterEntry(node, in: $0) }
    }

    package func roster() throws -> [RosterEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "\(Self.rosterSQL) WHERE id > 0 ORDER BY id").map(Self.entry)
        }
    }

    /// False where there is no such node, or it is shut out already.
    package func revoke(_ node: NodeID, because reason: String, nowMilliseconds: UInt64) throws -> Bool {
        try writeRare { database in
            try database.execute(
                sql: "UPDATE node SET revoked_at = ?, revoked_because = ? WHERE id = ? AND revoked_at IS NULL",
                arguments: [Int64(bitPattern: nowMilliseconds), reason, Int64(node.value)])
            return database.changesCount > 0
        }
    }

    /// False where there is no such node, or it has been declared lost before.
    package func declareLost(_ node: NodeID, because reason: String, nowMilliseconds: UInt64) throws -> Bool {
        try writeRare { database in
            try database.execute(
                sql: "UPDATE node SET lost_at = ?, lost_because = ? WHERE id = ? AND lost_at IS NULL",
                arguments: [Int64(bitPattern: nowMilliseconds), reason, Int64(node.value)])
            return database.changesCount > 0
        }
    }

    /// A branch that had been written off is heard again. What was written off stays so; that it is back is kept.
    package func noteReturned(_ entry: RosterEntry, nowMilliseconds: UInt64) throws {
        try writeRare { database in
            try database.execute(
                sql: "UPDATE node SET lost_at = NULL, lost_because = NULL WHERE id = ?",
                arguments: [Int64(entry.node.value)])
        }
        try noteIncident(
            "lost_branch_back",
            detail: "branch \(entry.branchCode) had been written off: \(entry.lostBecause ?? ""); what it has spent "
                + "meanwhile is among the cases",
            nowMilliseconds: nowMilliseconds)
    }

    /// Which software each of several nodes came in with, in one transaction.
    package func noteGreetings(_ software: [NodeID: String], nowMilliseconds: UInt64) throws {
        try writeRare { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE node SET software = ?, last_seen_at = ? WHERE id = ?")
            for (node, software) in software.sorted(by: { $0.key < $1.key }) {
                try statement.execute(
                    arguments: [software, Int64(bitPattern: nowMilliseconds), Int64(node.value)])
            }
        }
    }

    /// What is known of several nodes, in one transaction.
    package func noteProgress(_ positions: [NodeID: UInt64], nowMilliseconds: UInt64) throws {
        try writeRare { database in
            let statement = try database.cachedStatement(
                sql: "UPDATE node SET applied_position = max(applied_position, ?), last_seen_at = ? WHERE id = ?")
            for (node, position) in positions.sorted(by: { $0.key < $1.key }) {
                try statement.execute(
                    arguments: [Int64(bitPattern: position), Int64(bitPattern: nowMilliseconds), Int64(node.value)])
            }
        }
    }

    private static let rosterSQL = """
        SELECT id, branch_code, branch_name, public_key, joined_at, revoked_at, revoked_because, last_seen_at,
          applied_position, software, lost_at, lost_because FROM node
        """

    private static func rosterEntry(_ node: NodeID, in database: Database) throws -> RosterEntry? {
        try Row.fetchOne(database, sql: "\(rosterSQL) WHERE id = ?", arguments: [Int64(node.value)]).map(entry)
    }

    private static func entry(_ row: Row) -> RosterEntry {
        RosterEntry(
            node: NodeID(UInt32(clamping: row[0] as Int64)), branchCode: row[1], branchName: row[2],
            publicKey: Array(row[3] as Data), joinedAtMilliseconds: UInt64(bitPattern: row[4] as Int64),
            revokedAtMilliseconds: (row[5] as Int64?).map(UInt64.init(bitPattern:)), revokedBecause: row[6],
            lostAtMilliseconds: (row[10] as Int64?).map(UInt64.init(bitPattern:)), lostBecause: row[11],
            lastSeenAtMilliseconds: (row[7] as Int64?).map(UInt64.init(bitPattern:)),
            appliedPosition: UInt64(bitPattern: row[8] as Int64), software: row[9])
    }
}
