import GRDB
import LineCodec
package import Replication

import struct Foundation.Data

/// Full vector clocks, for people and for checks.
extension ReplicaReader {
    package struct OperationClock: Equatable, Sendable {
        package let dot: Dot
        package let node: NodeID
        package let time: HybridTime
        package let observed: Observed
        package let stamp: Stamp?
        /// What its author had seen, actor by actor, itself included.
        package let vector: VersionVector
    }

    /// Nil for an operation that is not held here.
    package func clock(of dot: Dot) throws -> OperationClock? {
        try database.read { database -> OperationClock? in
            let sql = """
                \(OperationColumns.select) WHERE actor = (SELECT key FROM actor WHERE id = ?) AND sequence = ?
                """
            let statement = try SQLStatement(cached: sql, in: database)
            defer { statement.reset() }
            try statement.bind(.identifier(dot.actor.value), .unsigned(dot.sequence))
            guard try statement.step() else { return nil }
            let operation = try OperationColumns.operation(in: statement, actor: dot.actor)
            let node = try Int64.fetchOne(
                database, sql: "SELECT node FROM actor WHERE id = ?", arguments: [Data(dot.actor.value.bigEndianBytes)])
            return OperationClock(
                dot: dot, node: NodeID(UInt32(clamping: node ?? 0)), time: operation.time, observed: operation.observed,
                stamp: try OperationColumns.stamp(in: statement),
                vector: try Self.vector(ofOperationAt: statement.integer(OperationColumns.position), in: database))
        }
    }

    private static func vector(ofOperationAt position: Int64, in database: Database) throws -> VersionVector {
        let rows = try Row.fetchAll(
            database, sql: "SELECT known_actor, known_sequence FROM record_clocks WHERE position = ?",
            arguments: [position])
        return VersionVector(
            try rows.map { row in
                guard let actor = Hexadecimal.identifier(row[0] as String) else {
                    throw StoreError.damaged("an actor's name")
                }
                return Dot(ActorID(actor), UInt64(bitPattern: row[1] as Int64))
            })
    }
}
