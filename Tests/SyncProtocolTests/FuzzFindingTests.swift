import Testing

/// What the fuzzer has found once must not come back.
struct FuzzFindingTests {
    private static let folder = "Tests/SyncProtocolTests/FuzzFindings"

    static let names = (try? Repository.files(in: folder)) ?? []

    @Test func findingsAreKept() { #expect(!Self.names.isEmpty) }

    @Test(arguments: names)
    func everyFindingKeepsTheLaws(name: String) throws {
        #expect(WireLaws.broken(by: try Repository.bytes("\(Self.folder)/\(name)")) == nil)
    }

    @Test(arguments: TranscriptTests.names)
    func everyTranscriptKeepsTheLaws(name: String) throws {
        let lines = try Repository.text("protocol/transcripts/\(name)").split(separator: "\n")
        let said = lines.filter { $0.hasPrefix("> ") || $0.hasPrefix("< ") }.map { $0.dropFirst(2) + "\n" }
        #expect(WireLaws.broken(by: said.joined().bytes) == nil)
    }
}
