import GRDB
import GRDBSQLite

/// A prepared statement on the hot path: GRDB's own costs three to four times the C calls.
///
/// Belongs to one connection and is used only inside that connection's transactions.
final class SQLStatement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer
    /// The statement's owner where it is not this object.
    private let cached: Statement?
    private let parametersCount: Int32
    /// Behind a pointer: access to an object's own fields is checked at run time, which costs as much as binding does.
    private let row: UnsafeMutablePointer<BoundRow>

    /// Prepared once on each connection and kept there by GRDB; to be reset before the connection is given back.
    init(cached sql: String, in database: Database) throws {
        guard let connection = database.sqliteConnection else { throw StoreError.damaged("the connection is closed") }
        let statement = try database.cachedStatement(sql: sql)
        self.connection = connection
        handle = statement.sqliteStatement
        cached = statement
        parametersCount = sqlite3_bind_parameter_count(handle)
        row = Self.emptyRow()
    }

    init(_ sql: String, on connection: OpaquePointer) throws {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw Self.error(code, connection, sql) }
        self.connection = connection
        self.handle = handle
        cached = nil
        parametersCount = sqlite3_bind_parameter_count(handle)
        row = Self.emptyRow()
    }

    private static func emptyRow() -> UnsafeMutablePointer<BoundRow> {
        let row = UnsafeMutablePointer<BoundRow>.allocate(capacity: 1)
        row.initialize(to: BoundRow())
        return row
    }

    deinit {
        if cached == nil { sqlite3_finalize(handle) } else { reset() }
        row.deinitialize(count: 1)
        row.deallocate()
    }

    /// Binds from the first parameter on; all at once, so that none keeps an earlier call's value.
    func bind(_ values: SQLValue...) throws { try bind(all: values) }

    func bind(all values: [SQLValue]) throws {
        begin()
        for value in values { add(value) }
        try checkBinding()
    }

    private func checkBinding() throws {
        guard row.pointee.fault == SQLITE_OK else { throw error(row.pointee.fault) }
    }

    // MARK: One value after the other

    /// Before the first value of a row.
    func begin() { row.pointee.clear() }

    func addNull() { note(sqlite3_bind_null(handle, next())) }
    func add(_ integer: Int64) { note(sqlite3_bind_int64(handle, next(), integer)) }
    func add(_ unsigned: UInt64) { add(Int64(bitPattern: unsigned)) }
    func add(_ identifier: UInt128) { withUnsafeBytes(of: identifier.bigEndian) { addBlob($0) } }
    func add(blob: [UInt8]) { blob.withUnsafeBytes { addBlob($0) } }
    func add(text: [UInt8]) { text.withUnsafeBytes { addText($0) } }

    func add(text: String) {
        var text = text
        text.withUTF8 { addText(UnsafeRawBufferPointer($0)) }
    }

    func add(word: StaticString) {
        let start = UnsafeRawPointer(word.utf8Start).assumingMemoryBound(to: CChar.self)
        note(sqlite3_bind_text(handle, next(), start, Int32(word.utf8CodeUnitCount), nil))
    }

    func add(_ value: SQLValue) {
        switch value {
        case .null: addNull()
        case .integer(let integer): add(integer)
        case .string(let text): add(text: text)
        case .text(let bytes): add(text: bytes)
        case .blob(let bytes): add(blob: bytes)
        case .identifier(let value): add(value)
        }
    }

    /// Runs a statement that gives no rows, once every parameter has its value.
    func runComplete() throws {
        if row.pointee.count != parametersCount { note(SQLITE_MISUSE) }
        try checkBinding()
        _ = try step()
        sqlite3_reset(handle)
    }

    private func next() -> Int32 { row.pointee.next() }
    private func note(_ code: Int32) { row.pointee.note(code) }

    private func addText(_ content: UnsafeRawBufferPointer) {
        let start = row.pointee.keep(content)?.assumingMemoryBound(to: CChar.self)
        note(sqlite3_bind_text(handle, next(), start.map { UnsafePointer($0) }, Int32(content.count), nil))
    }

    private func addBlob(_ content: UnsafeRawBufferPointer) {
        note(sqlite3_bind_blob(handle, next(), row.pointee.keep(content), Int32(content.count), nil))
    }

    // MARK: Rows

    /// True while there is a row to read.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = error(code)
            reset()
            throw error
        }
    }

    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Runs a statement that gives no rows.
    func run(_ values: SQLValue...) throws {
        try bind(all: values)
        _ = try step()
        reset()
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func unsigned(_ column: Int32) -> UInt64 { UInt64(bitPattern: integer(column)) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(sqlite3_column_bytes(handle, column))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    func identifier(_ column: Int32) -> UInt128 {
        let width = MemoryLayout<UInt128>.size
        guard let start = sqlite3_column_blob(handle, column), sqlite3_column_bytes(handle, column) == width else {
            return UInt128(bigEndianBytes: bytes(column))
        }
        return UInt128(bigEndian: start.loadUnaligned(as: UInt128.self))
    }

    private func error(_ code: Int32) -> DatabaseError { Self.error(code, connection, nil) }

    private static func error(_ code: Int32, _ connection: OpaquePointer, _ sql: String?) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)), sql: sql)
    }
}

/// A value for a parameter. Text is given as UTF-8 bytes, as it came.
enum SQLValue {
    case null
    case integer(Int64)
    case string(String)
    case text([UInt8])
    case blob([UInt8])
    case identifier(UInt128)

    static func text(_ value: String) -> SQLValue { .string(value) }
    static func unsigned(_ value: UInt64) -> SQLValue { .integer(Int64(bitPattern: value)) }
    /// For the ends of ranges: beyond what a column can hold is simply the greatest.
    static func clamped(_ value: UInt64) -> SQLValue { .integer(Int64(clamping: value)) }

    static func optional<Wrapped>(_ value: Wrapped?, _ make: (Wrapped) -> SQLValue) -> SQLValue {
        value.map(make) ?? .null
    }
}

extension UInt128 {
    package var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }

    /// Zero-filled where there are fewer than 16 bytes; the schema's checks see to it that there are not.
    package init(bigEndianBytes bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
