import Testing

/// The checker itself: small bad files that it has to catch, and good ones that it has to leave alone.
@Suite struct TidyCheckerTests {
    private let tidy = Tidy(house: .branchline)

    @Test(arguments: [
        ("Replication", "import Foundation"), ("Replication", "internal import Crypto"),
        ("Loyalty", "import FoundationEssentials"), ("SyncProtocol", "@preconcurrency import NIOCore"),
        ("SyncProtocol", "import ReplicaStore"), ("ReplicaStore", "package import SyncProtocol"),
        ("HubEngine", "import NIOPosix"), ("NodeEngine", "import struct GRDB.Row"), ("TillWeb", "import GRDB"),
        ("Digests", "@testable import Loyalty"), ("Cellar", "import Loyalty"), ("branchline", "import XCTest"),
    ])
    func aForbiddenImportIsFound(target: String, line: String) {
        #expect(findings(target, "\n" + line).map(\.line) == [2])
    }

    @Test(arguments: [
        ("LineCodec", "package import Replication"), ("Digests", "internal import Crypto"),
        ("ReplicaStore", "import GRDB"), ("LineTransport", "import struct NIOCore.ByteBuffer"),
        ("branchline", "import Foundation"), ("Replication", "// import Foundation"),
        ("Replication", "let line = \"import Foundation\""),
    ])
    func anAllowedImportIsLeftAlone(target: String, line: String) {
        #expect(findings(target, line).isEmpty)
    }

    @Test func theReferenceModelStandsApartFromTheProduct() {
        let path = "Tests/ReferenceModel/Lot.swift"
        #expect(tidy.findings(in: SourceText(path: path, text: "import Replication\nimport Crypto\n")).isEmpty)
        for module in ["Loyalty", "LineCodec", "ReplicaStore", "Foundation"] {
            #expect(tidy.findings(in: SourceText(path: path, text: "import \(module)\n")).count == 1)
        }
    }

    @Test func aTestMayImportWhatItTestsButNotXCTest() {
        #expect(tidy.findings(in: SourceText(path: "Tests/A/B.swift", text: "import Foundation\n")).isEmpty)
        #expect(tidy.findings(in: SourceText(path: "Tests/A/B.swift", text: "import XCTest\n")).count == 1)
    }

    @Test(arguments: [
        "let now = Date()", "let now = Foundation.Date()", "Int.random(in: 0..<3)", "let id = UUID()",
        "var random = SystemRandomNumberGenerator()", "_ = ProcessInfo.processInfo", "getenv(name)",
        "clock = ContinuousClock.now", "_ = try! read()", "let text = \"at \\(Date())\"", "names.shuffled()",
    ])
    func aForbiddenWordIsFoundBelowTheRoof(line: String) {
        #expect(findings("NodeService", line).count == 1)
        #expect(findings("branchline", line).isEmpty)
    }

    @Test(arguments: [
        "let day = CivilDate()", "Int.random(in: 0..<3, using: &random)", "// never Date()", "let word = \"Date()\"",
        "let raw = #\"Date() \"quoted\" UUID()\"#", "/* UUID() /* Date() */ getenv */", "let dates = updateDates()",
    ])
    func harmlessWordsAreLeftAlone(line: String) {
        #expect(findings("NodeService", line).isEmpty)
    }

    @Test func nothingWaitsBelowFloorFour() {
        #expect(findings("HubEngine", "func run() async throws {}").count == 1)
        #expect(findings("LineTransport", "async let a = b()").count == 1)
        #expect(findings("HubService", "func run() async throws {}").isEmpty)
        #expect(findings("HubEngine", "let isAsync = asynchronous(async_: 1)").isEmpty)
    }

    @Test(arguments: ["final class StoreManager {}", "enum StringUtils {}", "protocol TestHelper {}"])
    func aNameThatSaysNothingIsFound(line: String) {
        #expect(findings("Loyalty", line).count == 1)
    }

    @Test func aRemarkOfUnfinishedWorkIsFound() {
        #expect(findings("Loyalty", "let a = 1  // TODO later\n/* FIXME */").map(\.line) == [1, 2])
        #expect(findings("Loyalty", "let word = \"TODO\"").isEmpty)
    }

    @Test func longLinesAndFilesAreFound() {
        #expect(findings("Loyalty", String(repeating: "a", count: 120)).isEmpty)
        #expect(findings("Loyalty", String(repeating: "a", count: 121)).count == 1)
        #expect(findings("Loyalty", String(repeating: "a\n", count: 399) + "a").isEmpty)
        #expect(findings("Loyalty", String(repeating: "a\n", count: 400) + "a").map(\.line) == [401])
    }

    @Test(arguments: [
        "func long() -> [Int]", "init?(a: Int = { 1 }(), b: [Int])", "subscript(index: Int) -> Int", "deinit",
        "func generic<A>(_ a: A) where A: Sequence, A.Element == Int",
    ])
    func aLongFunctionIsFound(head: String) {
        #expect(findings("Loyalty", body(head, lines: 70)).isEmpty)
        #expect(findings("Loyalty", body(head, lines: 71)).map(\.line) == [2])
    }

    @Test func bracesInTextAndCommentsDoNotCount() {
        let tricky = [
            "let a = \"{ \\(b { $0 }) {\"", "// }", "/* { */", "let c = #\"\\\"}\"#", "let d = \"\"\"", "}\"}",
            "\"\"\"",
        ]
        let source = SourceText(
            path: "Sources/Loyalty/A.swift",
            text: (["func f() {"] + tricky + ["}", "func g() {}"]).joined(separator: "\n"))
        #expect(
            Function.all(in: source.tokens) == [
                Function(name: "f", line: 1, lines: 9), Function(name: "g", line: 10, lines: 1),
            ])
    }

    @Test func aRequirementHasNoBodyAndACallIsNoDeclaration() {
        let text =
            "protocol P {\n func a()\n init()\n}\nlet b = P.init() { }\nlet c = self.init(1)\nstruct S { func d() {} }"
        let source = SourceText(path: "Sources/Loyalty/A.swift", text: text)
        #expect(Function.all(in: source.tokens) == [Function(name: "d", line: 7, lines: 1)])
    }

    @Test func aFindingSaysWhereAndWhatToDo() {
        #expect(
            findings("Replication", "import Foundation").map(\.description) == [
                "Sources/Replication/A.swift:1: Replication (floor 0.0) may not import Foundation: "
                    + "have the value handed in, or move the code up"
            ])
    }

    private func findings(_ target: String, _ text: String) -> [Finding] {
        tidy.findings(in: SourceText(path: "Sources/\(target)/A.swift", text: text + "\n"))
    }

    private func body(_ head: String, lines: Int) -> String {
        "struct S {\n\(head) {\n" + String(repeating: "a()\n", count: lines - 2) + "}\n}"
    }
}
