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
            let statement = try ReplicaStore.statement(sql, in: database)
            try statement.bind(.identifier(dot.actor.value), .unsigned(dot.sequence))
            guard try statement.step() else { return nil }
            let operation = try OperationColumns.operation(in: statement, actor: dot.actor)
            let node = try Int64.fetchOne(
                database, sql: "SELECT node FROM actor WHERE id = ?", arguments: [Data(dot.actor.value.bigEndianBytes)])
            return OperationClock(
                dot: dot, node: NodeID(UInt32(clamping: node ?? 0)), time: operation.time, observed: operation.observed,
                stamp: try OperationColumns.stamp(in: statement), vector: try Self.vector(of: operation, in: database))
        }
    }

    private static func vector(of operation: Operation, in database: Database) throws -> VersionVector {
        let observed = operation.observed.positions.map(\.sequence).max() ?? 0
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT actor.id, max(op.sequence) FROM op JOIN actor ON actor.key = op.actor
                WHERE op.hub_sequence <= ? GROUP BY op.actor
                """,
            arguments: [Int64(bitPattern: observed)])
        var vector = VersionVector(
            rows.map { Dot(ActorID(UInt128(bigEndianBytes: $0[0] as Data)), UInt64(bitPattern: $0[1] as Int64)) })
        vector.include(operation.dot)
        return vector
    }
}
