import Foundation
import Testing

/// What the documents say of the tests and of the program is so.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
    }

    /// `Suite.test` in the table of bad input is a test of this repository.
    @Test func everyTestThatIsNamedIsThere() throws {
        let named = try Self.page("bad-input.md").matches(of: #/`([A-Za-z]+Tests)\.([A-Za-z0-9]+)`/#)
        #expect(named.count > 50)
        let sources = try Self.testSources()
        for name in named {
            let (suite, test) = (String(name.1), String(name.2))
            #expect(sources.contains { $0.contains("struct \(suite)") && $0.contains("func \(test)(") }, "\(name.0)")
        }
    }

    /// Commands in the handbook are commands of the program.
    @Test func everyCommandInTheHandbookIsKnown() async throws {
        let text = try Self.page("operations.md")
        let known = ["hub", "node", "members", "points", "wallets", "programme", "coupons", "cases", "import"]
        var commands: Set<[String]> = []
        for match in text.matches(of: #/branchline ([a-z]+)(?: ([a-z][a-z-]*))?(?: ([a-z][a-z-]*))?/#) {
            let words = [match.1, match.2 ?? "", match.3 ?? ""].map(String.init)
            guard known.contains(words[0]) else { continue }
            let isDeep = ["nodes", "tills"].contains(words[1])
            commands.insert(Array(words.prefix(isDeep ? 3 : 2)).filter { !$0.isEmpty })
        }
        #expect(commands.count > 20)
        for command in commands.sorted(by: { $0.joined() < $1.joined() }) {
            let outcome = try await Shops().run(command + ["--help"])
            #expect(outcome.code == 0 && outcome.output.contains("USAGE: branchline \(command.joined(separator: " "))"))
        }
    }

    private static func testSources() throws -> [String] {
        let folder = root.appending(path: "Tests")
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }
}
