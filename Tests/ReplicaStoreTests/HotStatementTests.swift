import GRDB
import Testing

import struct Foundation.Data

@testable import ReplicaStore

@Suite struct HotStatementTests {
    /// A statement that nobody has run yet is still one that SQLite understands.
    @Test(arguments: HotQuery.allCases)
    func everyStatementFitsTheSchema(query: HotQuery) throws {
        #expect(!query.sql.isEmpty)
        try Stores.hub().write { _ = try $0.statements[query] }
    }

    /// Bound bytes stay where they are although more come than there was room for.
    @Test(arguments: [(0, 0), (1, 600), (600, 1), (400, 400), (5_000, 90_000)])
    func whatIsBoundIsStored(keyBytes: Int, valueBytes: Int) throws {
        let store = try Stores.hub()
        for byte in 1...2 as ClosedRange<UInt8> {
            try store.write { transaction in
                let row = try transaction.statements[.setMeta]
                row.begin()
                row.add(text: Array(repeating: UInt8(ascii: "k"), count: keyBytes))
                row.add(blob: Array(repeating: byte, count: valueBytes))
                try row.runComplete()
            }
        }
        let stored = try store.read { database in
            try Data.fetchOne(
                database, sql: "SELECT value FROM meta WHERE key = ?",
                arguments: [String(repeating: "k", count: keyBytes)])
        }
        #expect(stored == Data(repeating: 2, count: valueBytes))
    }

    @Test func aRowThatIsNotCompleteIsNotRun() throws {
        try Stores.hub().write { transaction in
            let row = try transaction.statements[.setMeta]
            row.begin()
            row.add(text: "alone")
            #expect(throws: DatabaseError.self) { try row.runComplete() }
            row.begin()
            row.add(text: "alone")
            row.add(1 as Int64)
            try row.runComplete()
        }
    }
}
