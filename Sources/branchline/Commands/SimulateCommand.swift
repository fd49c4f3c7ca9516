import ArgumentParser
import Foundation
import Simulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run whole simulated chains, with faults, and check what must never be otherwise.",
        discussion: """
            Everything that happens follows from the seed: the same seed gives the same history, on any machine.

            Examples:
              branchline simulate --seed 17
              branchline simulate --from 1 --seeds 200
            """)

    @Option(name: .long, help: "Run this seed and tell what it drew.") var seed: UInt64?
    @Option(name: .long, help: "The first of many seeds.") var from: UInt64 = 1
    @Option(name: .long, help: "How many seeds, one after another.") var seeds: UInt64 = 200
    @Option(name: .long, help: "Plant a mistake, to see it found; in debug builds only.") var bug: String?

    func validate() throws {
        guard seeds > 0, from <= UInt64.max - seeds else { throw ValidationError("--seeds is at least 1.") }
        guard let bug, !SimulationOptions.bugNames.contains(bug) else { return }
        throw ValidationError(
            SimulationOptions.bugNames.isEmpty
                ? "Only a debug build can plant mistakes: swift build --product branchline."
                : "There is no mistake \(bug); there are \(SimulationOptions.bugNames.joined(separator: ", ")).")
    }

    func run() async throws {
        var options = SimulationOptions()
        if let bug { _ = options.plant(bug) }
        guard let seed else { return try runMany(options) }
        let report = try Self.report(seed, options)
        print(report.plan)
        print(Self.line(report))
        for (mark, count) in report.marks.sorted(by: { "\($0.key)" < "\($1.key)" }) { print("  \(mark): \(count)") }
    }

    private func runMany(_ options: SimulationOptions) throws {
        let start = ContinuousClock.now
        var progress = ProgressBar("Simulating", total: Int(clamping: seeds), reportsUnwatched: true)
        var operations: UInt64 = 0
        for seed in from..<(from + seeds) {
            operations += try Self.report(seed, options).operations
            progress.update(Int(clamping: seed - from + 1), "seed \(seed)")
        }
        progress.finish()
        let seconds = (ContinuousClock.now - start).inSeconds
        print(
            "\(seeds) chains, \(operations) operations: nothing was lost, all replicas agree "
                + "(\((Double(seeds) / seconds).formatted(.number.precision(.fractionLength(1)))) chains a second)")
    }

    private static func report(_ seed: UInt64, _ options: SimulationOptions) throws -> SimulationReport {
        do throws(SimulationFailure) {
            return try SimulationRun(seed: seed, options: options).run()
        } catch {
            throw Complaint(code: Failure.falseCode, words: error.description)
        }
    }

    private static func line(_ report: SimulationReport) -> String {
        "seed \(report.seed): trace \(String(report.traceHash, radix: 16)), \(report.steps) steps, "
            + "\(report.operations) operations, \(report.sales) sales, \(report.members) members, "
            + "\(report.cases) open cases; equal \(report.healedAfterMilliseconds) ms after the last fault"
    }
}
