import GRDB
import LineCodec
package import Replication

import struct Foundation.Data

extension ReplicaReader {
    /// Members whose id, in hexadecimal, begins with the digits; at most `limit`, ascending.
    ///
    /// - Parameter digits: 1 to 32 lower-case hexadecimal digits; for anything else there is none.
    package func members(withIDBeginning digits: String, limit: Int) throws -> [RecordID] {
        guard let (first, last) = Self.range(beginningWith: digits) else { return [] }
        return try database.read { database in
            try Data.fetchAll(
                database, sql: "SELECT id FROM member WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?",
                arguments: [Data(first.bigEndianBytes), Data(last.bigEndianBytes), limit]
            ).map { RecordID(UInt128(bigEndianBytes: $0)) }
        }
    }

    private static func range(beginningWith digits: String) -> (first: UInt128, last: UInt128)? {
        guard (1...32).contains(digits.utf8.count) else { return nil }
        func filled(_ digit: String) -> UInt128? {
            Hexadecimal.identifier(digits + String(repeating: digit, count: 32 - digits.utf8.count))
        }
        guard let first = filled("0"), let last = filled("f") else { return nil }
        return (first, last)
    }
}
