import GRDBSQLite
import Loyalty
import Replication

/// What a sale's ratio is taken to: the basket, its lines and what it earns as rows of three tables, one transaction
/// and one flush for each sale, through C calls, with nothing else around them.
final class PlainBooks {
    private let connection: OpaquePointer
    private var statements: [OpaquePointer] = []
    private var position: Int64 = 0

    private static let tables = """
        CREATE TABLE sale (position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, member BLOB, till TEXT,
          reference TEXT, occurred_at INTEGER, business_date TEXT, net_minor INTEGER);
        CREATE INDEX sale_by_member ON sale (member);
        CREATE TABLE sale_line (sale INTEGER, line INTEGER, product TEXT, quantity_milli INTEGER, net_minor INTEGER,
          PRIMARY KEY (sale, line)) WITHOUT ROWID;
        CREATE TABLE lot (id BLOB PRIMARY KEY, member BLOB, earned INTEGER, earned_on TEXT) WITHOUT ROWID;
        CREATE INDEX lot_by_member ON lot (member);
        """
    private static let queries = [
        "INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        "INSERT INTO sale_line VALUES (?, ?, ?, ?, ?)",
        "INSERT INTO lot VALUES (?, ?, ?, ?)",
    ]

    private enum Value {
        case integer(Int64)
        case text(String)
        case identifier(UInt128)
    }

    init(at path: String) throws(BenchmarkFault) {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw .sqlite("open") }
        connection = handle
        try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096")
        try execute(Self.tables)
        for query in Self.queries {
            var prepared: OpaquePointer?
            guard
                sqlite3_prepare_v3(connection, query, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
                    == SQLITE_OK, let prepared
            else { throw .sqlite(String(cString: sqlite3_errmsg(connection))) }
            statements.append(prepared)
        }
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close(connection)
    }

    func write(_ checkout: Checkout) throws(BenchmarkFault) {
        position += 1
        let netMinor = checkout.lines.reduce(0) { $0 + $1.grossMinor }
        let member = checkout.member?.value ?? 0
        try execute("BEGIN IMMEDIATE")
        try run(
            0, .integer(position), .identifier(checkout.id.value), .identifier(member), .text(checkout.till),
            .text(checkout.reference), .integer(Int64(checkout.occurredAtMilliseconds)),
            .text(checkout.businessDate.text), .integer(netMinor))
        for (index, line) in checkout.lines.enumerated() {
            try run(
                1, .integer(position), .integer(Int64(index)), .text(line.product), .integer(line.quantityMilli),
                .integer(line.grossMinor))
        }
        try run(
            2, .identifier(checkout.id.value ^ 1), .identifier(member), .integer(netMinor / 100),
            .text(checkout.businessDate.text))
        try execute("COMMIT")
    }

    private func run(_ query: Int, _ values: Value...) throws(BenchmarkFault) {
        let statement = statements[query]
        for (index, value) in values.enumerated() { Self.bind(value, at: Int32(index + 1), of: statement) }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw .sqlite(String(cString: sqlite3_errmsg(connection))) }
        sqlite3_reset(statement)
    }

    private static func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) {
        switch value {
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .text(var text):
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    _ = sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), transient)
                }
            }
        case .identifier(let identifier):
            withUnsafeBytes(of: identifier.bigEndian) {
                _ = sqlite3_bind_blob(statement, index, $0.baseAddress, 16, transient)
            }
        }
    }

    private func execute(_ sql: String) throws(BenchmarkFault) {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw .sqlite(String(cString: sqlite3_errmsg(connection)))
        }
    }

    private nonisolated(unsafe) static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
