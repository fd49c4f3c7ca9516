import GRDB
import GRDBSQLite

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

    /// Steps of SQLite's machine, about a minute's worth: a question that never ends must not keep a connection that
    /// others wait for.
    package static let queryStepsMax = 4_000_000_000

    /// - Throws: `StoreError.query` with SQLite's own words for anything that is not one reading statement, and for
    ///   one that takes more than `stepsMax`.
    package func query(_ sql: String, rowsMax: Int, stepsMax: Int = queryStepsMax) throws -> Answer {
        do {
            return try database.read { database in
                let statement = try database.makeStatement(sql: sql)
                guard statement.isReadonly, Self.asks(sql) else {
                    throw StoreError.query("only SELECT is allowed here")
                }
                return try Self.limitingSteps(to: stepsMax, on: database) {
                    try Self.answer(statement, rowsMax: rowsMax)
                }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw StoreError.query("stopped: the question takes more than \(stepsMax) steps")
        } catch let error as DatabaseError {
            let words = error.message ?? error.resultCode.description
            throw StoreError.query(words.hasPrefix("Multiple statements") ? "one statement at a time" : words)
        }
    }

    private static func answer(_ statement: Statement, rowsMax: Int) throws -> Answer {
        var rows: [[String?]] = []
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            guard rows.count < rowsMax else { return Answer(columns: statement.columnNames, rows: rows, isCut: true) }
            rows.append(row.databaseValues.map(text))
        }
        return Answer(columns: statement.columnNames, rows: rows, isCut: false)
    }

    /// ATTACH, PRAGMA, BEGIN and their like count as reading for SQLite, and would change the connection.
    private static func asks(_ sql: String) -> Bool {
        let words = ["select", "with", "values", "explain"]
        return words.contains(firstWord(sql[...].utf8).lowercased())
    }

    private static func firstWord(_ sql: Substring.UTF8View) -> String {
        var rest = sql
        while let first = rest.first {
            if first <= UInt8(ascii: " ") || first == UInt8(ascii: ";") {
                rest = rest.dropFirst()
            } else if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if rest.starts(with: "/*".utf8) {
                rest = Substring(rest).firstRange(of: "*/").map { rest[$0.upperBound...] } ?? rest[rest.endIndex...]
            } else {
                break
            }
        }
        return String(Substring(rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }))
    }

    private static func limitingSteps<Result>(
        to stepsMax: Int, on database: Database, _ body: () throws -> Result
    ) throws -> Result {
        guard let connection = database.sqliteConnection else { throw StoreError.damaged("the connection is closed") }
        var looksLeft = stepsMax / Int(stepsPerLook)
        return try withUnsafeMutablePointer(to: &looksLeft) { looksLeft in
            sqlite3_progress_handler(
                connection, stepsPerLook,
                { context in
                    guard let looksLeft = context?.assumingMemoryBound(to: Int.self) else { return 1 }
                    looksLeft.pointee -= 1
                    return looksLeft.pointee < 0 ? 1 : 0
                }, looksLeft)
            defer { sqlite3_progress_handler(connection, 0, nil, nil) }
            return try body()
        }
    }

    private static let stepsPerLook: Int32 = 10_000

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
