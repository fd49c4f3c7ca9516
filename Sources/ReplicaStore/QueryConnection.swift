import GRDB
import GRDBSQLite

/// A connection for one question of headquarters', which sees one moment of the file, reads the views and cannot write.
/// GRDB's own connections have an authorizer already.
final class QueryConnection {
    private let handle: OpaquePointer
    let gate: ViewGate

    private static let cacheKibibytes = 65_536
    private static let busyMilliseconds: Int32 = 5_000
    private static let memory = ":memory:"

    init(beside database: any DatabaseReader) throws {
        handle = try Self.open(database.path == Self.memory ? Self.memory : database.path)
        do {
            if database.path == Self.memory { try Self.copy(database, into: handle) }
            gate = ViewGate(
                views: try Self.names(Self.viewsSQL, on: handle), tables: try Self.names(Self.tablesSQL, on: handle))
            sqlite3_busy_timeout(handle, Self.busyMilliseconds)
            for setting in ["query_only = 1", "cache_size = -\(Self.cacheKibibytes)"] {
                _ = try SQLStatement("PRAGMA \(setting)", on: handle).step()
            }
            gate.install(on: handle)
            gate.learn()
            // The functions are set up by their first use, for which a guarded statement would not be let through.
            for function in ViewGate.functions { _ = try SQLStatement("SELECT * FROM \(function)('[]')", on: handle) }
            for view in gate.views.sorted() { _ = try SQLStatement("SELECT * FROM \"\(view)\"", on: handle) }
            gate.guardFromNowOn()
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
    }

    deinit { sqlite3_close_v2(handle) }

    private static let viewsSQL = "SELECT name FROM sqlite_schema WHERE type = 'view'"
    private static let tablesSQL = """
        SELECT lower(name) FROM sqlite_schema WHERE type = 'table' UNION SELECT name FROM pragma_module_list
        """

    private static func names(_ sql: String, on handle: OpaquePointer) throws -> [String] {
        let statement = try SQLStatement(sql, on: handle)
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0)) }
        return names
    }

    private static func open(_ path: String) throws -> OpaquePointer {
        var handle: OpaquePointer?
        let flags = path == memory ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
        return handle
    }

    /// What is only in memory has one connection: its pages are copied.
    private static func copy(_ database: any DatabaseReader, into handle: OpaquePointer) throws {
        var size: Int64 = 0
        let pages = try database.unsafeRead { sqlite3_serialize($0.sqliteConnection, "main", &size, 0) }
        guard pages != nil else { throw DatabaseError(resultCode: .SQLITE_NOMEM) }
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE)
        let code = sqlite3_deserialize(handle, "main", pages, size, size, flags)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    // MARK: Asking

    /// - Throws: `StoreError.query` for anything but one statement without parameters that only reads what it may.
    func statement(_ sql: String) throws -> Question {
        var first: OpaquePointer?
        var isAlone = true
        let code = Array(sql.utf8CString).withUnsafeBufferPointer { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(handle, text.baseAddress, -1, 0, &first, &tail)
            if code == SQLITE_OK, let tail { isAlone = isBlank(tail) }
            return code
        }
        guard code == SQLITE_OK else { throw failure(code) }
        guard let first else { throw StoreError.query("the question is empty") }
        let question = Question(handle: first, connection: self)
        guard isAlone else { throw StoreError.query("one statement at a time") }
        guard sqlite3_bind_parameter_count(first) == 0 else {
            throw StoreError.query("there is nobody to give the question's arguments (?)")
        }
        guard sqlite3_stmt_readonly(first) != 0 else { throw StoreError.query(Self.onlySelect) }
        return question
    }

    /// Spaces and comments; what cannot be read as a second statement is one all the same.
    private func isBlank(_ tail: UnsafePointer<CChar>) -> Bool {
        var second: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, tail, -1, 0, &second, nil)
        defer { sqlite3_finalize(second) }
        return code == SQLITE_OK && second == nil
    }

    static let onlySelect = "only SELECT is allowed here"

    func failure(_ code: Int32) -> any Error {
        guard let name = gate.refusal else {
            return DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(handle)))
        }
        return StoreError.query(name.isEmpty ? Self.onlySelect : noView(name))
    }

    private func noView(_ name: String) -> String {
        "“\(name)” is none of the views that can be asked (docs/views.md): "
            + gate.views.sorted().joined(separator: ", ")
    }

    /// Stops what takes longer than so many of SQLite's steps.
    func limitingSteps<Result>(to stepsMax: Int, _ body: () throws -> Result) rethrows -> Result {
        var looksLeft = stepsMax / Int(Self.stepsPerLook)
        return try withUnsafeMutablePointer(to: &looksLeft) { looksLeft in
            sqlite3_progress_handler(
                handle, Self.stepsPerLook,
                { context in
                    guard let looksLeft = context?.assumingMemoryBound(to: Int.self) else { return 1 }
                    looksLeft.pointee -= 1
                    return looksLeft.pointee < 0 ? 1 : 0
                }, looksLeft)
            defer { sqlite3_progress_handler(handle, 0, nil, nil) }
            return try body()
        }
    }

    private static let stepsPerLook: Int32 = 10_000
}

/// A statement that has been let through, row by row.
final class Question {
    private let handle: OpaquePointer
    private let connection: QueryConnection

    init(handle: OpaquePointer, connection: QueryConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    var columns: [String] { indices.map { String(cString: sqlite3_column_name(handle, $0)) } }

    private var indices: Range<Int32> { 0..<sqlite3_column_count(handle) }

    /// Nil after the last.
    func next() throws -> [String?]? {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return indices.map(text)
        case SQLITE_DONE: return nil
        case let code: throw connection.failure(code)
        }
    }

    private func text(_ column: Int32) -> String? {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: nil
        case SQLITE_INTEGER: String(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: String(sqlite3_column_double(handle, column))
        case SQLITE_BLOB: Self.digits(bytes(column))
        default: String(decoding: bytes(column), as: UTF8.self)
        }
    }

    private func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
    }

    private static func digits(_ bytes: UnsafeRawBufferPointer) -> String {
        bytes.map { String($0, radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }.joined()
    }
}
