import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Headquarters may ask anything and change nothing.
@Suite struct QueryTests {
    let directory: TemporaryDirectory
    let store: ReplicaStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        for number in 1...3 { try store.sell(try Stores.sale(UInt128(number))) }
    }

    @Test(arguments: [
        "INSERT INTO till VALUES ('t', zeroblob(32), 0, NULL)", "UPDATE sale SET net_minor = 0", "DELETE FROM sale",
        "DROP VIEW sales", "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "ATTACH ':memory:' AS other",
        "PRAGMA query_only = 0", "pragma table_info(sale)", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "VACUUM",
        "REINDEX", "/* SELECT */ DETACH other", "-- SELECT\nANALYZE", "WITH x AS (SELECT 1) DELETE FROM sale",
        "EXPLAIN DELETE FROM sale; DELETE FROM sale", "SELECT * FROM pragma_table_info('meta')",
        "SELECT count(*) FROM pragma_table_info('meta')", "VACUUM INTO '/tmp/stolen'",
        "SELECT 1; DELETE FROM sale", "SELECT 1; SELECT 2",
    ])
    func whatDoesMoreThanReadIsRefused(_ sql: String) throws {
        let error = #expect(throws: StoreError.self) { try store.reader.query(sql, rowsMax: 9) }
        guard case .query? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try store.reader.query("SELECT count(*) FROM sales", rowsMax: 9).rows == [["3"]])
        try store.sell(try Stores.sale(99))
    }

    /// The tables, SQLite's own, and every way round the views.
    @Test(arguments: [
        ("SELECT value FROM meta", "meta"), ("SELECT count(*) FROM meta", "meta"), ("SELECT 1 FROM meta", "meta"),
        ("SELECT * FROM main.op", "op"), ("SELECT token_hash FROM till", "till"), ("SELECT rowid FROM sale", "sale"),
        ("SELECT key FROM member_identity", "member_identity"), ("SELECT * FROM Sale", "sale"),
        ("SELECT * FROM (SELECT * FROM meta) AS sales", "meta"), ("SELECT * FROM sales, meta", "meta"),
        ("SELECT * FROM sales WHERE till IN (SELECT value FROM meta)", "meta"),
        ("SELECT (SELECT value FROM meta WHERE key = 'lookupKey')", "meta"),
        ("SELECT sale FROM sales UNION SELECT value FROM meta", "meta"),
        ("WITH x AS (SELECT value FROM meta) SELECT * FROM x", "meta"),
        ("WITH sales AS (SELECT value FROM meta) SELECT * FROM sales", "meta"),
        ("WITH sales (a) AS (SELECT value FROM meta) SELECT a FROM sales, main.sales", "meta"),
        ("WITH epoch AS (SELECT value FROM meta) SELECT * FROM epoch, record_clocks", "meta"),
        ("SELECT * FROM sales JOIN till ON till.name = sales.till", "till"),
        ("EXPLAIN QUERY PLAN SELECT value FROM meta", "meta"), ("VALUES ((SELECT max(value) FROM meta))", "meta"),
        ("SELECT sql FROM sqlite_schema", "sqlite_master"), ("SELECT * FROM sqlite_temp_schema", "sqlite_temp_master"),
    ])
    func whatIsNoViewIsRefusedWithTheNamesOfThoseThatThereAre(_ sql: String, _ name: String) throws {
        let error = #expect(throws: StoreError.self) { try store.reader.query(sql, rowsMax: 9) }
        guard case .query(let words)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(words.hasPrefix("“\(name)” is none of the views that can be asked"), "\(words)")
        #expect(words.contains("branch_rights, branches") && words.contains("wallet_days"))
    }

    /// Whoever gives a part of a statement the name of a view can read what that view is made of: nothing secret is.
    @Test func viewsAreMadeOfNothingSecret() throws {
        let gate = try QueryConnection(beside: store.reader.database.now).gate
        let secret = [
            "meta": ["value"], "member_identity": ["key"], "till": ["token_hash"], "invitation": ["token_hash"],
            "node": ["public_key"], "op": ["public_body", "personal_body", "salt"], "coupon": ["code"],
        ]
        for (table, columns) in secret {
            let read = gate.reads.filter { $0.table == table }.map(\.column)
            #expect(Set(read).isDisjoint(with: columns), "\(table): \(read)")
        }
        #expect(gate.reads.contains(ViewGate.Read(context: "sales", table: "meta", column: "shown")))
        let shown = try store.reader.inspect("SELECT key FROM meta WHERE shown IS NOT NULL ORDER BY key")
        #expect(shown == [["branchCode"], ["node"]])
    }

    @Test(arguments: [
        "SELECT count(*) FROM sales", "SELECT count(*) FROM SALES AS meta", "SELECT s.sale FROM main.Sales s",
        "WITH s AS (SELECT * FROM sales) SELECT count(*) FROM s", "SELECT count(*) FROM (SELECT 1)",
        "WITH made_up AS (SELECT 1) SELECT count(*) FROM made_up", "SELECT 1 FROM sales JOIN sale_lines USING (sale)",
        "SELECT value FROM json_each('[1,2]')", "SELECT count(*) FROM sales, json_each('[1,2]')",
        "SELECT sale FROM sales UNION SELECT sale FROM sale_lines", "SELECT * FROM record_clocks LIMIT 1",
        "SELECT * FROM sales WHERE member IN (SELECT member FROM members)", "EXPLAIN QUERY PLAN SELECT * FROM sales",
        "SELECT branch, sum(net_minor) OVER (ORDER BY sale) FROM sales", "SELECT count(*) FROM wallet_days",
        "SELECT rank() OVER sales FROM sales WINDOW sales AS (ORDER BY net_minor)",
        "SELECT wallet, sum(amount) FROM rights JOIN lots USING (lot) GROUP BY wallet",
        "SELECT count(*) FROM rights JOIN lots USING (lot) JOIN branches USING (node)",
    ])
    func viewsCanBeAskedInEveryWay(_ sql: String) throws {
        #expect(try !store.reader.query(sql, rowsMax: 100).columns.isEmpty)
    }

    /// Members by thousands: each lot is found by an index, and not by reading all of them for each of them.
    @Test func rightsAreJoinedByAnIndex() throws {
        let sql = "EXPLAIN QUERY PLAN SELECT wallet, node, sum(amount) FROM rights JOIN lots USING (lot) GROUP BY 1, 2"
        let plan = try store.reader.query(sql, rowsMax: 100).rows.compactMap { $0.last ?? nil }
        #expect(plan.count { $0.hasPrefix("SCAN") } == 2, "\(plan)")
        #expect(plan.contains { $0.contains("USING AUTOMATIC COVERING INDEX (lot=?)") }, "\(plan)")
        let joined = try store.reader.query("EXPLAIN QUERY PLAN SELECT * FROM branch_rights", rowsMax: 100).rows
        #expect(joined.count { $0.last??.hasPrefix("SCAN") == true } == 1, "\(joined)")
    }

    @Test(arguments: [
        ("SELEC 1", "syntax error"), ("SELECT unheard_of", "no such column"),
        ("SELECT * FROM nowhere", "no such table"),
        ("", "empty"), ("  -- nothing", "empty"), ("SELECT ?", "arguments"), ("SELECT 'x", "unrecognized token"),
    ])
    func aMistakeIsToldInWords(_ sql: String, _ words: String) throws {
        let error = #expect(throws: StoreError.self) { try store.reader.query(sql, rowsMax: 9) }
        guard case .query(let message)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains(words))
    }

    @Test(arguments: [
        "SELECT 1 AS a, NULL AS b", "select 1 a, null b", " \n-- why\n/* not */ SELECT 1 AS a, NULL AS b;",
        "WITH x (a, b) AS (VALUES (1, NULL)) SELECT * FROM x",
    ])
    func anyQuestionIsAnswered(_ sql: String) throws {
        let answer = try store.reader.query(sql, rowsMax: 9)
        #expect(answer == ReplicaReader.Answer(columns: ["a", "b"], rows: [["1", nil]], isCut: false))
    }

    @Test func valuesAreSpelledForPeople() throws {
        let answer = try store.reader.query("SELECT 'é', -5, 1.5, x'00ff', x''", rowsMax: 1)
        #expect(answer.rows == [["é", "-5", "1.5", "00ff", ""]])
    }

    @Test func longAnswersAreCutAndSaySo() throws {
        let sql = "SELECT sale FROM sales ORDER BY sale"
        #expect(try store.reader.query(sql, rowsMax: 2).rows.count == 2)
        #expect(try store.reader.query(sql, rowsMax: 2).isCut)
        #expect(try store.reader.query(sql, rowsMax: 3).rows.count == 3)
        #expect(try !store.reader.query(sql, rowsMax: 3).isCut)
        #expect(try store.reader.query("SELECT 1 WHERE 0", rowsMax: 0).isCut == false)
    }

    @Test func aQuestionWithoutAnEndIsStopped() throws {
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        #expect(throws: StoreError.query("stopped: the question takes more than 1000000 steps")) {
            try store.reader.query(endless, rowsMax: 9, stepsMax: 1_000_000)
        }
        #expect(try store.reader.query("SELECT count(*) FROM sales", rowsMax: 9, stepsMax: 1_000_000).rows == [["3"]])
    }
}
