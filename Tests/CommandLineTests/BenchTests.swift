import Foundation
import Testing

/// Every measurement does its work, small and in a debug build. How long it took is nobody's business here.
@Suite(.timeLimit(.minutes(5)))
struct BenchTests {
    private struct Report: Decodable {
        struct Observation: Decodable {
            let name: String
            let value: Double
            let unit: String
        }

        let observations: [Observation]
    }

    @Test func salesAreMeasuredAloneBesideABacklogAndDuringReports() async throws {
        let observations = try await Self.measure("sale")
        for name in [
            "whole sales at one till", "whole sale, idle shop, p99", "the backlog beside the till",
            "whole sale that asks the hub, during reports, p50", "hub takes in updates, 1,000 at once",
        ] {
            let value = observations.first { $0.name == name }?.value ?? 0
            #expect(value > 0, "\(name)")
        }
    }

    @Test func growthIsMeasuredByEverythingThatGrows() async throws {
        let observations = try await Self.measure("growth")
        for name in [
            "1000 members: a change, 1,000 at once", "a log of 4000: a change, 1,000 at once",
            "500 open cases: the first 100 listed", "a member with 1000 edits: one more, flushed",
            "a member with 10 sales: one more, flushed",
        ] {
            let value = observations.first { $0.name == name }?.value ?? 0
            #expect(value > 0, "\(name)")
        }
    }

    @Test func aNewcomersWayIsMeasuredByImageAndByLog() async throws {
        struct Ways: Decodable {
            struct Figure: Decodable { let rounds: [Double] }
            let image: Figure
            let log: Figure
            let observations: [Report.Observation]

            enum CodingKeys: String, CodingKey {
                case observations
                case image = "T11"
                case log = "T12"
            }
        }
        let ways = try JSONDecoder().decode(Ways.self, from: try await Self.output("bootstrap"))
        #expect(ways.image.rounds.count == 1 && ways.image.rounds.allSatisfy { $0 > 0 })
        #expect(ways.log.rounds.count == 1 && ways.log.rounds.allSatisfy { $0 > 0 })
        // Without an image the newcomers would have read the log, and no notice had come.
        for name in [
            "bootstrap: until it is taken", "bootstrap: the first newcomer, until the image is made and offered",
        ] {
            let value = ways.observations.first { $0.name == name }?.value ?? 0
            #expect(value > 0, "\(name)")
        }
    }

    @Test func theTableForDocumentsIsOne() async throws {
        let outcome = try await Shops().run(["bench", "merge", "--members", "1000", "--rounds", "1", "--markdown"])
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0 && lines.count > 2, "\(outcome.errors)")
        #expect(Set(lines.map { $0.filter { $0 == "|" }.count }).count == 1)
    }

    @Test(arguments: ["hub-updates", "hub-members", "node-entries", "node-edits", "node-sales"])
    func aCountedPathIsWalkedAsFarAsItIsAskedFor(_ path: String) async throws {
        let outcome = try await Shops().run(["bench", "path", path, "--members", "1000", "--operations", "3"])
        #expect(outcome == Program.Outcome(code: 0, output: "", errors: ""))
    }

    @Test func aPathThatIsNotThereIsRefused() async throws {
        let outcome = try await Shops().run(["bench", "path", "nowhere"])
        #expect(outcome.code == 64)
    }

    private static func measure(_ what: String) async throws -> [Report.Observation] {
        try JSONDecoder().decode(Report.self, from: try await output(what)).observations
    }

    private static func output(_ what: String) async throws -> Data {
        let outcome = try await Shops().run(["bench", what, "--members", "1000", "--rounds", "1", "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return Data(outcome.output.utf8)
    }

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
