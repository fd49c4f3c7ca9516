/// The measurements by name, each with the targets that it fills.
package enum BenchmarkSuite: String, CaseIterable, Sendable {
    case merge, backlog, sale, growth

    package func run(on bench: Workbench, progress: (String) -> Void) async throws -> Findings {
        switch self {
        case .merge: Findings(figures: try Self.merge(bench, progress))
        case .backlog: Findings(figures: try Self.backlog(bench, progress))
        case .sale:
            try await Self.sale(bench, progress)
        case .growth: try GrowthMeasures(bench: bench).run(progress)
        }
    }

    private static func sale(_ bench: Workbench, _ progress: (String) -> Void) async throws -> Findings {
        var findings = try SaleMeasures(bench: bench).run(progress)
        findings += try await BusyShop(bench: bench).run(progress)
        return findings
    }

    private static func merge(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Figure] {
        var rounds: [BenchmarkTarget: [Figure.Round]] = [:]
        for round in 1...bench.rounds {
            progress("round \(round): new members")
            var measures = try MergeMeasures(bench, named: "merge")
            rounds[.newRows, default: []].append(measures.newRows)
            let isOursFirst = round.isMultiple(of: 2)
            progress("round \(round): updates")
            rounds[.merge, default: []].append(
                try measures.updates(atOnce: MergeMeasures.batchOperations, isOursFirst: isOursFirst))
            progress("round \(round): updates in large batches")
            rounds[.mergeInLargeBatches, default: []].append(
                try measures.updates(atOnce: MergeMeasures.largeBatchOperations, isOursFirst: isOursFirst))
            progress("round \(round): duplicates")
            rounds[.duplicates, default: []].append(try measures.duplicates(isOursFirst: isOursFirst))
            progress("round \(round): conflicts")
            rounds[.conflicts, default: []].append(try measures.conflicts())
            try bench.removeFiles()
        }
        return figures(rounds)
    }

    private static func backlog(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Figure] {
        var rounds: [BenchmarkTarget: [Figure.Round]] = [:]
        for round in 1...bench.rounds {
            progress("round \(round): a backlog of \(bench.members)")
            var measures = try MergeMeasures(bench, named: "backlog")
            rounds[.backlog, default: []].append(
                try measures.updates(atOnce: bench.members, isOursFirst: round.isMultiple(of: 2)))
            try bench.removeFiles()
        }
        return figures(rounds)
    }

    private static func figures(_ rounds: [BenchmarkTarget: [Figure.Round]]) -> [Figure] {
        BenchmarkTarget.allCases.compactMap { target in rounds[target].map { Figure(target, $0) } }
    }
}
