import Foundation
import Testing

@testable import Benchmarks
@testable import branchline

@Suite struct BenchReportTests {
    private static let findings = Findings(
        figures: [Figure(.merge, [Figure.Round(ours: 60, twin: 100), Figure.Round(ours: 90, twin: 100)])],
        observations: [Observation(name: "a till", value: 12.34, unit: "ms")])

    private let report = BenchReport(findings: Self.findings, storage: .disk)

    @Test func numbersWithoutATargetStandBeneathTheTable() {
        let lines = report.table.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines[1].contains("0.750") && lines[2].isEmpty)
        #expect(lines[3].split(separator: " ") == ["a", "till", "12.3", "ms"])
    }

    @Test func inMarkdownEveryTableHasAHead() {
        let lines = report.markdown.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 7 && lines[2].hasPrefix("| T1 | 0.750 | 0.600 | 0.900 | 0.500 | 0.800 | floor |"))
        #expect(lines.suffix(3) == ["| measured | value | unit |", "| --- | ---: | --- |", "| a till | 12.3 | ms |"])
    }

    @Test func jsonHoldsBoth() throws {
        struct Document: Decodable {
            struct Target: Decodable { let ratio: Double }
            struct Observation: Decodable { let name: String }
            let merge: Target
            let observations: [Observation]

            enum CodingKeys: String, CodingKey {
                case observations
                case merge = "T1"
            }
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(report.json.utf8))
        #expect(document.merge.ratio == 0.75 && document.observations.map(\.name) == ["a till"])
    }

    @Test(arguments: [(50, 2.0), (95, 4.0), (100, 4.0), (1, 1.0)])
    func aPercentileIsAValueThatWasMeasured(_ percent: Int, _ value: Double) {
        #expect(Findings.percentile(percent, of: [4, 1, 3, 2]) == value)
    }
}
