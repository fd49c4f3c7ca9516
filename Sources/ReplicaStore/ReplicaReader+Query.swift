import GRDB

import struct Foundation.Data

/// Headquarters' own questions: any single SELECT on the views, on a connection that cannot write.
extension ReplicaReader {
    package struct Answer: Equatable, Sendable {
        package let columns: [String]
        /// Text as it is, numbers in decimal, blobs in hexadecimal; nil for NULL.
        package let rows: [[String?]]
        /// True where there were more rows than the limit.
        package let isCut: Bool
    }

    /// - Throws: `StoreError.query` with SQLite's own words for anything that is not one reading statement.
    package func query(_ sql: String, rowsMax: Int) throws -> Answer {
        do {
            return try database.read { database in
                let statement = try database.makeStatement(sql: sql)
                guard statement.isReadonly else { throw StoreError.query("only statements that read are allowed") }
                var rows: [[String?]] = []
                let cursor = try Row.fetchCursor(statement)
                while let row = try cursor.next() {
                    guard rows.count < rowsMax else {
                        return Answer(columns: statement.columnNames, rows: rows, isCut: true)
                    }
                    rows.append(row.databaseValues.map(Self.text))
                }
                return Answer(columns: statement.columnNames, rows: rows, isCut: false)
            }
        } catch let error as DatabaseError {
            let words = error.message ?? error.resultCode.description
            throw StoreError.query(words.hasPrefix("Multiple statements") ? "one statement at a time" : words)
        }
    }

    private static func text(_ value: DatabaseValue) -> String? {
        switch value.storage {
        case .null: nil
        case .int64(let integer): String(integer)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let data): data.map { String($0, radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }.joined()
        }
    }
}
