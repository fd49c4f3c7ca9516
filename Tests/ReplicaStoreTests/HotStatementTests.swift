import Testing

@testable import ReplicaStore

@Suite struct HotStatementTests {
    /// A statement that nobody has run yet is still one that SQLite understands.
    @Test(arguments: HotQuery.allCases)
    func everyStatementFitsTheSchema(query: HotQuery) throws {
        #expect(!query.sql.isEmpty)
        try Stores.hub().write { _ = try $0.statements[query] }
    }
}
