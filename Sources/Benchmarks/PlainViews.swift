import GRDBSQLite
import LineCodec
import Loyalty
import Replication

/// What headquarters' questions are compared with: tables with the views' names and columns, an index for each
/// question, through C calls.
final class PlainViews {
    private let connection: OpaquePointer
    private var prepared: [String: OpaquePointer] = [:]

    init(at path: String) throws(BenchmarkFault) {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw .sqlite("open") }
        connection = handle
        try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        try execute(
            """
            CREATE TABLE members (member TEXT PRIMARY KEY, name TEXT, phone TEXT, birthday TEXT, gender TEXT,
              address TEXT, home_branch TEXT, last_visit_at TEXT) WITHOUT ROWID;
            CREATE TABLE member_tags (tag TEXT, member TEXT, PRIMARY KEY (tag, member)) WITHOUT ROWID;
            CREATE TABLE sales (sale TEXT PRIMARY KEY, branch TEXT, member TEXT, business_date TEXT, net_minor INTEGER,
              points INTEGER);
            CREATE TABLE lots (lot TEXT PRIMARY KEY, wallet TEXT, kind TEXT, held INTEGER);
            CREATE VIEW liability AS SELECT wallet, kind, count(*) AS lots, sum(held) AS remaining FROM lots
              WHERE held > 0 GROUP BY wallet, kind;
            """)
    }

    deinit {
        for statement in prepared.values { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    func transaction(_ body: () throws -> Void) throws {
        try execute("BEGIN IMMEDIATE")
        try body()
        try execute("COMMIT")
    }

    /// Once everything is there.
    func finish() throws(BenchmarkFault) {
        try execute("CREATE INDEX members_by_phone ON members (phone)")
        try execute("CREATE INDEX sales_by_day ON sales (business_date)")
    }

    func add(_ row: MemberSet.Row, tag: String) throws(BenchmarkFault) {
        let id = row.id.hexadecimal
        _ = try count("INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [id] + row.columns)
        _ = try count("INSERT INTO member_tags VALUES (?, ?)", [tag, id])
    }

    func add(_ sale: Sale) throws(BenchmarkFault) {
        let id = sale.id.hexadecimal
        _ = try count(
            "INSERT INTO sales VALUES (?, '2', ?, ?, ?, ?)",
            [id, sale.member?.hexadecimal ?? "", sale.businessDate.text, "\(sale.netMinor)", "\(sale.points)"])
        _ = try count("INSERT INTO lots VALUES (?, 'points', 'points', ?)", [id, "\(sale.points)"])
    }

    func member(withPhone phone: String) throws(BenchmarkFault) -> Int {
        try count("SELECT * FROM members WHERE phone = ?", [phone])
    }

    /// Rows, each of whose values has been read as text.
    func count(_ sql: String, _ arguments: [String] = []) throws(BenchmarkFault) -> Int {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement) }
        for (index, argument) in arguments.enumerated() {
            sqlite3_bind_text(statement, Int32(index + 1), argument, -1, PlainTable.transient)
        }
        var rows = 0
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows += 1
                for column in 0..<sqlite3_column_count(statement) { _ = sqlite3_column_text(statement, column) }
            case SQLITE_DONE: return rows
            default: throw .sqlite(String(cString: sqlite3_errmsg(connection)))
            }
        }
    }

    private func statement(_ sql: String) throws(BenchmarkFault) -> OpaquePointer {
        if let known = prepared[sql] { return known }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw .sqlite(String(cString: sqlite3_errmsg(connection)))
        }
        prepared[sql] = statement
        return statement
    }

    private func execute(_ sql: String) throws(BenchmarkFault) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw .sqlite(String(cString: sqlite3_errmsg(connection)))
        }
    }
}

extension RecordID {
    /// As the views spell it.
    fileprivate var hexadecimal: String { Hexadecimal.text(value) }
}
