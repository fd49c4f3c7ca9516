import Testing

/// Every statement of the story is made by asking the system that runs; here only that all of them are true.
@Suite(.timeLimit(.minutes(3)))
struct DemoTests {
    @Test(arguments: [("en", "statements are true."), ("zh", "项全部属实。")])
    func everyStatementIsTrue(language: String, verdict: String) async throws {
        let shops = try Shops()
        let outcome = try await shops.run(["demo", "--language", language])
        #expect(outcome.code == 0)
        #expect(outcome.output.hasSuffix(verdict + "\n"), "\(outcome.output.suffix(2_000)) \(outcome.errors)")
        #expect(!outcome.output.contains("✗"))
    }
}
