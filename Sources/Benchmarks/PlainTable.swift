import GRDBSQLite
import Replication

/// What a ratio is taken to: the same rows in one SQLite table, through C calls, with nothing else around them.
///
/// WAL, `synchronous=FULL`, 64 MB of cache and SQLite's own checkpoints, as the reference measurements had.
final class PlainTable {
    private let connection: OpaquePointer
    private var statements: [Statement: OpaquePointer] = [:]

    enum Statement: String, CaseIterable {
        case insert =
            """
            INSERT INTO member (id, name, phone, birthday, gender, address, home_branch, last_visit_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        /// Whole rows, as the reference measurements wrote them.
        case upsert = """
            INSERT INTO member (id, name, phone, birthday, gender, address, home_branch, last_visit_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, phone = excluded.phone, birthday = excluded.birthday,
              gender = excluded.gender, address = excluded.address, home_branch = excluded.home_branch,
              last_visit_at = excluded.last_visit_at
            """
        case update = "UPDATE member SET home_branch = ?7, last_visit_at = ?8 WHERE id = ?1"
    }

    init(at path: String) throws(BenchmarkFault) {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw .sqlite("open") }
        connection = handle
        try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        try execute(
            """
            CREATE TABLE member (id BLOB PRIMARY KEY, name TEXT, phone TEXT, birthday TEXT, gender TEXT, address TEXT,
              home_branch TEXT, last_visit_at TEXT) WITHOUT ROWID
            """)
        for statement in Statement.allCases {
            var prepared: OpaquePointer?
            guard
                sqlite3_prepare_v3(
                    connection, statement.rawValue, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil) == SQLITE_OK
            else { throw .sqlite(String(cString: sqlite3_errmsg(connection))) }
            statements[statement] = prepared
        }
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    /// All rows in one transaction.
    func write(_ rows: ArraySlice<MemberSet.Row>, with statement: Statement) throws(BenchmarkFault) {
        guard let handle = statements[statement] else { throw .sqlite("no statement") }
        try execute("BEGIN IMMEDIATE")
        for row in rows { try run(handle, row) }
        try execute("COMMIT")
    }

    /// Everything in the file itself, nothing in the write-ahead log.
    func checkpoint() throws(BenchmarkFault) { try execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    private func run(_ handle: OpaquePointer, _ row: MemberSet.Row) throws(BenchmarkFault) {
        var id = row.id.value.bigEndian
        withUnsafeBytes(of: &id) { _ = sqlite3_bind_blob(handle, 1, $0.baseAddress, 16, Self.transient) }
        bind(handle, 2, row.name)
        bind(handle, 3, row.phone)
        bind(handle, 4, row.birthday)
        bind(handle, 5, row.gender)
        bind(handle, 6, row.address)
        bind(handle, 7, row.homeBranch)
        bind(handle, 8, row.lastVisitAt)
        guard sqlite3_step(handle) == SQLITE_DONE else { throw .sqlite(String(cString: sqlite3_errmsg(connection))) }
        sqlite3_reset(handle)
    }

    private func bind(_ handle: OpaquePointer, _ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        }
    }

    private func execute(_ sql: String) throws(BenchmarkFault) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw .sqlite(String(cString: sqlite3_errmsg(connection)))
        }
    }

    nonisolated(unsafe) static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

package enum BenchmarkFault: Error, Equatable {
    case sqlite(String)
    /// What was measured did not do its work, so that its time says nothing.
    case workNotDone(String)
}
