import Foundation
import Localization

/// A file of comma-separated values whose columns have names that we know.
struct TableFile {
    /// One row by the names of its columns, without blanks around the values.
    struct Row {
        let number: Int
        fileprivate let values: [String: String]

        /// Nil where the column is missing or the cell is empty.
        subscript(column: String) -> String? { values[column].flatMap { $0.isEmpty ? nil : $0 } }

        func fault(_ column: String?, _ english: String, _ chinese: String) -> RowFault {
            RowFault(row: number, column: column, words: Phrase(english, chinese))
        }
    }

    /// Files of more rows are to be divided: all of it is checked before anything is written.
    static let rowsMax = 1_000_000

    let rows: [Row]

    /// - Parameters:
    ///   - aliases: other names of a column, by their lower-case spelling.
    ///   - faults: rows that have too few or too many fields go there.
    /// - Throws: `CsvError` and `Complaint` for what makes the whole file unreadable.
    init(
        path: String, columns: [String], required: [String], aliases: [String: String], faults: inout RowFaults
    ) throws {
        let pieces = try FilePieces(path: path)
        var reader = try CsvReader { try pieces.next() }
        let names = try reader.header.map { name in
            let plain = name.trimmingCharacters(in: .whitespaces).lowercased()
            guard let known = columns.contains(plain) ? plain : aliases[plain] else {
                throw Self.complaint("there is no column “\(name)”; there are \(columns.joined(separator: ", "))")
            }
            return known
        }
        for name in required where !names.contains(name) {
            throw Self.complaint("the column \(name) is missing; the first row names the columns")
        }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw Self.complaint("two columns are named \(name)")
        }
        rows = try Self.rows(&reader, names, &faults)
    }

    private static func rows(
        _ reader: inout CsvReader, _ names: [String], _ faults: inout RowFaults
    ) throws -> [Row] {
        var rows: [Row] = []
        while true {
            do {
                guard let row = try reader.next() else { return rows }
                guard rows.count < rowsMax else { throw complaint("more than \(rowsMax) rows; divide the file") }
                rows.append(
                    Row(
                        number: row.number,
                        values: Dictionary(
                            zip(names, row.fields.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) })
                        ) { first, _ in first }))
            } catch CsvError.fieldCount(let number, let found, let expected) {
                faults.add(
                    RowFault(
                        row: number, column: nil,
                        words: Phrase(
                            "\(found) fields, but the header names \(expected) columns",
                            "有 \(found) 栏，表头有 \(expected) 栏")))
            }
        }
    }

    private static func complaint(_ words: String) -> Complaint { Complaint(code: Failure.inputCode, words: words) }
}
