/// The measurements by name, each with the targets that it fills.
package enum BenchmarkSuite: String, CaseIterable, Sendable {
    case merge, backlog, local, wire, bootstrap, latency, storm, query, sale, growth

    package func run(on bench: Workbench, progress: (String) -> Void) async throws -> Findings {
        switch self {
        case .merge: Findings(figures: try Self.merge(bench, progress))
        case .backlog: Findings(figures: try Self.backlog(bench, progress))
        case .local: Findings(figures: try Self.local(bench, progress))
        case .wire: Findings(figures: try Self.wire(bench, progress))
        case .bootstrap: try Self.bootstrap(bench, progress)
        case .latency: Findings(figures: try Self.latency(bench, progress))
        case .storm: Findings(observations: try Self.storm(bench, progress))
        case .query: Findings(observations: try Self.query(bench, progress))
        case .sale: try await Self.sale(bench, progress)
        case .growth: try GrowthMeasures(bench: bench).run(progress)
        }
    }

    private static func sale(_ bench: Workbench, _ progress: (String) -> Void) async throws -> Findings {
        var findings = try SaleMeasures(bench: bench).run(progress)
        findings += try await BusyShop(bench: bench).run(progress)
        return findings
    }

    private static func bootstrap(_ bench: Workbench, _ progress: (String) -> Void) throws -> Findings {
        progress("a chain of \(bench.members) members")
        let findings = try BootstrapMeasures(bench).run(progress)
        try bench.removeFiles()
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
                try measures.updates(atOnce: MergeMeasures.largeBatchOperations, isOursFirst: round.isMultiple(of: 2)))
            try bench.removeFiles()
        }
        return figures(rounds)
    }

    private static func local(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Figure] {
        var rounds: [BenchmarkTarget: [Figure.Round]] = [:]
        for round in 1...bench.rounds {
            let isOursFirst = round.isMultiple(of: 2)
            progress("round \(round): new members")
            var measures = try LocalMeasures(bench, isOursFirst: isOursFirst)
            rounds[.localInserts, default: []].append(measures.inserts)
            progress("round \(round): updates")
            rounds[.localUpdates, default: []].append(try measures.updates(isOursFirst: isOursFirst))
            progress("round \(round): one by one")
            rounds[.localSingle, default: []].append(try measures.singles(isOursFirst: isOursFirst))
            try bench.removeFiles()
        }
        return figures(rounds)
    }

    /// Bytes are the same in every round.
    private static func wire(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Figure] {
        progress("bytes on the line and on the disk")
        let measures = WireMeasures(bench: bench)
        defer { try? bench.removeFiles() }
        return figures([
            .bytesPerChange: [measures.bytesPerChange()], .bytesPerNewRow: [measures.bytesPerNewRow()],
            .storedBytes: [try measures.storedBytes()],
        ])
    }

    private static func figures(_ rounds: [BenchmarkTarget: [Figure.Round]]) -> [Figure] {
        BenchmarkTarget.allCases.compactMap { target in rounds[target].map { Figure(target, $0) } }
    }
}
