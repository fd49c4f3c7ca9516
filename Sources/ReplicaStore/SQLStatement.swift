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
    /// Bound text and blobs stand here until the next values come: to have SQLite copy each costs an allocation each.
    private var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Prepared once on each connection and kept there by GRDB; to be reset before the connection is given back.
    init(cached sql: String, in database: Database) throws {
        guard let connection = database.sqliteConnection else { throw StoreError.damaged("the connection is closed") }
        let statement = try database.cachedStatement(sql: sql)
        self.connection = connection
        handle = statement.sqliteStatement
        cached = statement
    }

    init(_ sql: String, on connection: OpaquePointer) throws {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw Self.error(code, connection, sql) }
        self.connection = connection
        self.handle = handle
        cached = nil
    }

    deinit {
        if cached == nil { sqlite3_finalize(handle) } else { reset() }
        scratch.deallocate()
    }

    /// Binds from the first parameter on; all at once, so that none keeps an earlier call's value.
    func bind(_ values: SQLValue...) throws { try bind(all: values) }

    func bind(all values: [SQLValue]) throws {
        reserve(values.reduce(0) { $0 + $1.bytesCount })
        var free = 0
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(truncatingIfNeeded: index + 1), free: &free)
            guard code == SQLITE_OK else { throw error(code) }
        }
    }

    private func reserve(_ bytesCount: Int) {
        guard scratch.count < bytesCount else { return }
        scratch.deallocate()
        scratch = .allocate(byteCount: max(bytesCount * 2, Self.scratchBytesMin), alignment: 16)
    }

    private static let scratchBytesMin = 512

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

    private func bind(_ value: SQLValue, at index: Int32, free: inout Int) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let integer): return sqlite3_bind_int64(handle, index, integer)
        case .string(var text): return bindText(text.withUTF8 { keep(UnsafeRawBufferPointer($0), &free) }, at: index)
        case .text(let bytes): return bindText(bytes.withUnsafeBytes { keep($0, &free) }, at: index)
        case .blob(let bytes): return bindBlob(bytes.withUnsafeBytes { keep($0, &free) }, at: index)
        case .identifier(let value):
            return bindBlob(withUnsafeBytes(of: value.bigEndian) { keep($0, &free) }, at: index)
        }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, _ free: inout Int) -> UnsafeMutableRawBufferPointer.SubSequence {
        defer { free += bytes.count }
        let place = scratch[free..<(free + bytes.count)]
        UnsafeMutableRawBufferPointer(rebasing: place).copyMemory(from: bytes)
        return place
    }

    private func bindText(_ bytes: UnsafeMutableRawBufferPointer.SubSequence, at index: Int32) -> Int32 {
        let start = UnsafeMutableRawBufferPointer(rebasing: bytes).baseAddress?.assumingMemoryBound(to: CChar.self)
        return sqlite3_bind_text(handle, index, start.map { UnsafePointer($0) } ?? Self.empty, Int32(bytes.count), nil)
    }

    private func bindBlob(_ bytes: UnsafeMutableRawBufferPointer.SubSequence, at index: Int32) -> Int32 {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        let start = UnsafeMutableRawBufferPointer(rebasing: bytes).baseAddress
        return sqlite3_bind_blob(handle, index, start, Int32(bytes.count), nil)
    }

    private func error(_ code: Int32) -> DatabaseError { Self.error(code, connection, nil) }

    private static func error(_ code: Int32, _ connection: OpaquePointer, _ sql: String?) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)), sql: sql)
    }

    private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()
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

    var bytesCount: Int {
        switch self {
        case .null, .integer: 0
        case .string(let text): text.utf8.count
        case .text(let bytes), .blob(let bytes): bytes.count
        case .identifier: MemoryLayout<UInt128>.size
        }
    }

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
