import Digests
import GRDB
import Loyalty
import Replication

import struct Foundation.Data

/// What can be checked of a replica that began with an image. The operations that made its members are not here: that
/// they give these records is the hub's word, which marks have confirmed. Everything else is folded again.
extension ReplicaStore {
    /// The last place in the log that came with an image; nil for a replica that has read the log from its beginning.
    func imageEnd() throws -> UInt64? { try number(.imageEnd) }

    /// Up to here the hub's log is not at this node, but what the chain has heard of it is in its records.
    package func imagePosition() throws -> UInt64? { try number(.imagePosition) }

    private func number(_ key: MetaKey) throws -> UInt64? {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key.rawValue])
        }.map(UInt64.init(bitPattern:))
    }

    /// Folds the books again, from the image's log and from what has come since.
    func refold(_ rows: [LogRow], behindImage end: UInt64) throws {
        try write { transaction in
            for row in rows {
                let author = try transaction.actor(row.operation.dot.actor, of: row.node)
                _ = try transaction.store(
                    row.operation, actorKey: author.key, position: UInt64(bitPattern: row.position), stamp: row.stamp)
                let isOfImage = UInt64(bitPattern: row.position) <= end
                guard let fact = isOfImage ? Self.taken(row) : effect(of: row) else { continue }
                if case .member = fact { continue }
                let draft = try transaction.draft(fact, by: author.actor, of: row.node, view: holder)
                try transaction.write(
                    draft, of: row.operation, at: row.position, by: row.node,
                    time: row.stamp?.effectiveTime ?? row.operation.time, view: holder)
            }
        }
    }

    private static func taken(_ row: LogRow) -> Fact? {
        row.stamp.flatMap { taken(LogEntry(operation: row.operation, stamp: $0)) }
    }

    /// Writes every record into this empty database as the other one has it: what is looked up by, and the digest,
    /// follow from the records.
    func takeRecords(of other: ReplicaStore) throws {
        try repeatWordsOnCoupons()
        var last = Data()
        while true {
            let ids = try other.read { database in
                try Data.fetchAll(
                    database, sql: "SELECT id FROM member WHERE id > ? ORDER BY id LIMIT 1000", arguments: [last])
            }
            guard let end = ids.last else { return }
            let members = try other.read { database in
                try ids.map { try ReplicaReader.member(RecordID(UInt128(bigEndianBytes: $0)), in: database) }
            }
            try write { transaction in
                for state in other.actorStates { _ = try transaction.actor(state.actor, of: .hub) }
                for member in members { try transaction.place(member) }
            }
            last = end
        }
    }

    /// The own operations, one after the other, give the head that is kept.
    func isOwnChainSound() throws -> Bool {
        guard let state = actorState(identity.actor) else { return true }
        var chain = OperationChain.start
        var sequence: UInt64 = 0
        while sequence < state.lastSequence {
            let through = min(state.lastSequence, sequence + 1_000)
            let operations = try readLog { try $0.operations(of: state, from: sequence + 1, through: through) }
            guard UInt64(operations.count) == through - sequence else { return false }
            chain = chain.appending(operations)
            sequence = through
        }
        return chain == state.chain
    }
}

extension WriteTransaction {
    /// A record that was not there before, whole.
    func place(_ member: Member) throws {
        let nothing = Member(id: member.id, state: RecordState())
        if !member.state.live.isEmpty { replaceDigest(of: nothing, with: member) }
        try MemberTable(transaction: self).write(member, replacing: nothing, touching: .all)
    }
}
