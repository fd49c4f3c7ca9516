import GRDB
package import Replication

import struct Foundation.Data

/// Whose database this is, and what it must know of its chain to work without the hub.
package struct ReplicaIdentity: Equatable, Sendable {
    package enum Role: String, Sendable { case hub, node }

    package let role: Role
    package let node: NodeID
    /// The actor under which this replica writes.
    package let actor: ActorID
    package let branchCode: String
    package let branchName: String
    package let chainName: String
    /// IANA name.
    package let zone: String
    /// ISO 4217.
    package let currency: String
    /// ISO 3166-1 alpha-2.
    package let country: String
    /// 32 bytes under which phones and cards are hashed for look-ups.
    package let lookupKey: [UInt8]
    /// The hub's own epoch; nil at a node, which learns it at the first contact.
    package let epoch: EpochID?

    package init(
        role: Role, node: NodeID, actor: ActorID, branchCode: String, branchName: String, chainName: String,
        zone: String, currency: String, country: String, lookupKey: [UInt8], epoch: EpochID?
    ) {
        self.role = role
        self.node = node
        self.actor = actor
        self.branchCode = branchCode
        self.branchName = branchName
        self.chainName = chainName
        self.zone = zone
        self.currency = currency
        self.country = country
        self.lookupKey = lookupKey
        self.epoch = epoch
    }

    init(in database: Database, path: String) throws {
        func value<Value: DatabaseValueConvertible>(_ key: MetaKey, _: Value.Type) throws -> Value {
            let sql = "SELECT value FROM meta WHERE key = ?"
            guard let value = try Value.fetchOne(database, sql: sql, arguments: [key.rawValue]) else {
                throw StoreError.damaged("\(key.rawValue) is missing")
            }
            return value
        }
        guard let role = Role(rawValue: try value(.role, String.self)) else { throw StoreError.foreign(path: path) }
        self.role = role
        node = NodeID(UInt32(clamping: try value(.node, Int64.self)))
        actor = ActorID(UInt128(bigEndianBytes: try value(.actor, Data.self)))
        branchCode = try value(.branchCode, String.self)
        branchName = try value(.branchName, String.self)
        chainName = try value(.chainName, String.self)
        zone = try value(.zone, String.self)
        currency = try value(.currency, String.self)
        country = try value(.country, String.self)
        lookupKey = Array(try value(.lookupKey, Data.self))
        epoch = role == .hub ? EpochID(UInt128(bigEndianBytes: try value(.epoch, Data.self))) : nil
    }

    /// Whether this replica has all that the actor has written: then the log tells the head of its chain.
    func keepsChain(of actor: ActorID) -> Bool { role == .hub || actor == self.actor }

    func write(in database: Database) throws {
        var values: [(MetaKey, any DatabaseValueConvertible)] = [
            (.role, role.rawValue), (.node, Int64(node.value)), (.actor, Data(actor.value.bigEndianBytes)),
            (.branchCode, branchCode), (.branchName, branchName), (.chainName, chainName), (.zone, zone),
            (.currency, currency), (.country, country), (.lookupKey, Data(lookupKey)),
        ]
        if let epoch { values.append((.epoch, Data(epoch.value.bigEndianBytes))) }
        for (key, value) in values {
            try database.execute(
                sql: "INSERT INTO meta (key, value) VALUES (?, ?)", arguments: [key.rawValue, value])
        }
        try database.execute(
            sql: "INSERT INTO actor (key, id, node, last_sequence, chain) VALUES (1, ?, ?, 0, zeroblob(32))",
            arguments: [Data(actor.value.bigEndianBytes), Int64(node.value)])
    }
}
