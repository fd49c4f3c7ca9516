import GRDB

import struct Foundation.Data

/// Headquarters' own questions: any single SELECT on the views, on a connection that can do nothing else.
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

    /// - Throws: `StoreError.query` for anything that is not one reading statement on the views, and for one that takes
    ///   more than `stepsMax`.
    package func query(_ sql: String, rowsMax: Int, stepsMax: Int = queryStepsMax) throws -> Answer {
        do {
            let connection = try QueryConnection(beside: database.now)
            let question = try connection.statement(sql)
            guard Self.asks(sql) else { throw StoreError.query(QueryConnection.onlySelect) }
            return try connection.limitingSteps(to: stepsMax) { try Self.answer(question, rowsMax: rowsMax) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw StoreError.query("stopped: the question takes more than \(stepsMax) steps")
        } catch let error as DatabaseError {
            throw StoreError.query(error.message ?? error.resultCode.description)
        }
    }

    private static func answer(_ question: Question, rowsMax: Int) throws -> Answer {
        var rows: [[String?]] = []
        while let row = try question.next() {
            guard rows.count < rowsMax else { return Answer(columns: question.columns, rows: rows, isCut: true) }
            rows.append(row)
        }
        return Answer(columns: question.columns, rows: rows, isCut: false)
    }

    /// Whatever is asked of the tables themselves, for those who look in from outside: the simulator, and tests.
    package func inspect(_ sql: String) throws -> [[String?]] {
        try database.read { database in
            try Row.fetchAll(database, sql: sql).map { $0.databaseValues.map(Self.text) }
        }
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
