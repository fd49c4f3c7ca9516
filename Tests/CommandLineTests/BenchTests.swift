import Foundation
import Testing

/// What `branchline bench` prints; how fast anything is, no test says.
@Suite struct BenchTests {
    @Test func theSmallestLatencyRunPrintsItsFiguresAsJSON() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/branchline-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome = try await Program.run(
            ["bench", "latency", "--members", "1000", "--rounds", "1", "--storage", folder, "--json"],
            in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let figures = try #require(object as? [String: [String: Any]])
        let tail = try #require(figures["T14"])
        #expect(try #require(tail["ratio"] as? Double) > 0)
        #expect((tail["rounds"] as? [Double])?.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, "nothing is left behind")
    }
}
