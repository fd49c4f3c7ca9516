/// Reads comma-separated values (RFC 4180), a row at a time, from bytes that come in pieces.
///
/// Strict, because a row that is guessed at is worse than one that is refused: UTF-8, with or without a byte-order
/// mark; rows end with LF or CR LF; the first row names the columns; every row has as many fields; quotes stand around
/// whole fields. Empty lines are passed over.
struct CsvReader {
    /// Longer rows are a quote that somebody forgot to close.
    static let rowBytesMax = 1 << 20
    static let columnsMax = 1_000

    private(set) var header: [String] = []
    private let nextPiece: () throws -> [UInt8]?
    private var piece: [UInt8] = []
    private var position = 0
    /// Counted as a spreadsheet counts, the header being row 1.
    private var rowNumber = 0

    /// - Parameter nextPiece: nil at the end; an empty piece is not the end.
    /// - Throws: `CsvError`, and what the source throws.
    init(_ nextPiece: @escaping () throws -> [UInt8]?) throws {
        self.nextPiece = nextPiece
        guard let first = try readRow() else { throw CsvError.noHeader }
        let names = first.fields.enumerated().map { column, name in
            column == 0 && name.hasPrefix("\u{FEFF}") ? String(name.unicodeScalars.dropFirst()) : name
        }
        for (column, name) in names.enumerated() where names[..<column].contains(name) {
            throw CsvError.repeatedColumn(name)
        }
        header = names
    }

    /// The place of a column in every row.
    func column(_ name: String) throws -> Int {
        guard let column = optionalColumn(name) else { throw CsvError.noColumn(name, header: header) }
        return column
    }

    func optionalColumn(_ name: String) -> Int? { header.firstIndex(of: name) }

    /// Nil at the end.
    mutating func next() throws -> CsvRow? {
        while let row = try readRow() {
            if row.count == 1, row.bytes(0).isEmpty, header.count > 1 { continue }
            guard row.count == header.count else {
                throw CsvError.fieldCount(row: row.number, found: row.count, expected: header.count)
            }
            return row
        }
        return nil
    }

    // MARK: Bytes

    /// - unquoted: at the start of a field, or within one without quotes.
    /// - closed: after the quote that may end a field, or be the first half of a doubled one.
    private enum State { case start, unquoted, quoted, closed, carriageReturn }

    private mutating func readRow() throws -> CsvRow? {
        var row = CsvRow(number: rowNumber + 1)
        var state = State.start
        while let byte = try nextByte() {
            switch (state, byte) {
            case (.quoted, Byte.quote): state = .closed
            case (.quoted, _): row.append(byte)
            case (.start, Byte.quote): state = .quoted
            case (.closed, Byte.quote):
                row.append(byte)
                state = .quoted
            case (.start, Byte.comma), (.unquoted, Byte.comma), (.closed, Byte.comma):
                row.endField()
                state = .start
            case (.start, Byte.lineFeed), (.unquoted, Byte.lineFeed), (.closed, Byte.lineFeed),
                (.carriageReturn, Byte.lineFeed):
                return try finished(&row)
            case (.carriageReturn, _): throw CsvError.strayCarriageReturn(row: row.number)
            case (.start, Byte.carriageReturn), (.unquoted, Byte.carriageReturn), (.closed, Byte.carriageReturn):
                state = .carriageReturn
            case (.closed, _), (.unquoted, Byte.quote): throw CsvError.strayQuote(row: row.number)
            case (.start, _), (.unquoted, _):
                row.append(byte)
                state = .unquoted
            }
            guard row.byteCount <= Self.rowBytesMax, row.count < Self.columnsMax else {
                throw CsvError.tooLong(row: row.number)
            }
        }
        switch state {
        case .quoted: throw CsvError.openQuote(row: row.number)
        case .start where row.count == 0: return nil
        case .start, .unquoted, .closed, .carriageReturn: return try finished(&row)
        }
    }

    private mutating func finished(_ row: inout CsvRow) throws -> CsvRow {
        row.endField()
        rowNumber += 1
        guard row.isUTF8 else { throw CsvError.notUTF8(row: row.number) }
        return row
    }

    @inline(__always)
    private mutating func nextByte() throws -> UInt8? {
        while position == piece.count {
            guard let next = try nextPiece() else { return nil }
            piece = next
            position = 0
        }
        defer { position += 1 }
        return piece[position]
    }

    private enum Byte {
        static let quote = UInt8(ascii: "\"")
        static let comma = UInt8(ascii: ",")
        static let lineFeed = UInt8(ascii: "\n")
        static let carriageReturn = UInt8(ascii: "\r")
    }
}

/// One row, quotes already taken off.
struct CsvRow {
    /// As a spreadsheet counts, the header being row 1.
    let number: Int
    private var content: [UInt8] = []
    private var ends: [Int] = []

    fileprivate init(number: Int) {
        self.number = number
        content.reserveCapacity(128)
        ends.reserveCapacity(16)
    }

    var count: Int { ends.count }
    var fields: [String] { ends.indices.map { self[$0] } }

    subscript(column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func bytes(_ column: Int) -> ArraySlice<UInt8> {
        content[(column == 0 ? 0 : ends[column - 1])..<ends[column]]
    }

    fileprivate var byteCount: Int { content.count }
    fileprivate mutating func append(_ byte: UInt8) { content.append(byte) }
    fileprivate mutating func endField() { ends.append(content.count) }

    fileprivate var isUTF8: Bool {
        content.allSatisfy { $0 < 0x80 } || String(validating: content, as: UTF8.self) != nil
    }
}

/// What is wrong with the text of a file; what is wrong with a value in it is the reader's caller's to say.
enum CsvError: Error, Equatable {
    case noHeader
    case repeatedColumn(String)
    case noColumn(String, header: [String])
    case fieldCount(row: Int, found: Int, expected: Int)
    case strayQuote(row: Int)
    case openQuote(row: Int)
    case strayCarriageReturn(row: Int)
    case notUTF8(row: Int)
    case tooLong(row: Int)

    var words: String {
        switch self {
        case .noHeader: "the file is empty; its first row names the columns"
        case .repeatedColumn(let name): "two columns are named \(name)"
        case .noColumn(let name, let header):
            "there is no column \(name); there are \(header.joined(separator: ", "))"
        case .fieldCount(let row, let found, let expected):
            "row \(row): \(found) fields, but the header names \(expected) columns"
        case .strayQuote(let row):
            "row \(row): a quotation mark within a field; put the field in quotes and double the mark"
        case .openQuote(let row): "row \(row): a quotation mark is opened and never closed"
        case .strayCarriageReturn(let row): "row \(row): a carriage return without a line feed"
        case .notUTF8(let row): "row \(row): not UTF-8; save the file as “CSV UTF-8”"
        case .tooLong(let row):
            "row \(row): longer than \(CsvReader.rowBytesMax) bytes or \(CsvReader.columnsMax) fields; "
                + "is a quotation mark missing?"
        }
    }
}
