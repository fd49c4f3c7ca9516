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
        "EXPLAIN DELETE FROM sale; DELETE FROM sale", "SELECT 1; DELETE FROM sale", "SELECT 1; SELECT 2",
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
