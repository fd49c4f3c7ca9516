import ArgumentParser
import Benchmarks
import Foundation

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this build against plain SQLite on this machine.",
        discussion: """
            Each figure is a ratio: our work to a twin's that does the plain thing, in the same process, on the same \
            storage, in alternating rounds. The machine's own speed cancels out. Use a release build.

            Example:
              branchline bench merge
              branchline bench all --storage /dev/shm --json
            """)

    @Argument(help: "What to measure: \(Self.names).") var what: String
    /// With `path`: for a profiler, which counts what it does.
    @Argument(help: .hidden) var path: String?
    @Option(name: .long, help: .hidden) var operations = HotPath.operationsMax
    @Option(name: .long, help: "The directory whose storage is to be measured.") var storage = "."
    @Option(name: .long, help: "How many members.") var members = 200_000
    @Option(name: .long, help: "How many rounds.") var rounds = 3
    @Flag(name: .long, help: "Print the figures as JSON.") var json = false
    @Flag(name: .long, help: "Print the figures as a table in Markdown.") var markdown = false

    private static let names = (BenchmarkSuite.allCases.map(\.rawValue) + ["all"]).joined(separator: ", ")

    func validate() throws {
        guard what == "all" || BenchmarkSuite(rawValue: what) != nil || hotPath != nil else {
            throw ValidationError("There is no measurement \(what); there are \(Self.names).")
        }
        guard members >= 1_000, members <= 10_000_000 else {
            throw ValidationError("--members is from 1000 to 10000000.")
        }
        guard (0...HotPath.operationsMax).contains(operations) else {
            throw ValidationError("--operations is from 0 to \(HotPath.operationsMax).")
        }
        guard (1...99).contains(rounds) else { throw ValidationError("--rounds is from 1 to 99.") }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: storage, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw ValidationError("There is no directory \(storage).")
        }
    }

    func run() async throws {
        let bench = try workbench()
        defer { bench.clear() }
        var findings = Findings()
        for suite in BenchmarkSuite.allCases where what == "all" || what == suite.rawValue {
            findings += try await suite.run(on: bench) { note in
                FileHandle.standardError.write(Data("\(suite.rawValue): \(note)\n".utf8))
            }
        }
        let report = BenchReport(findings: findings, storage: bench.storage)
        print(json ? report.json : markdown ? report.markdown : report.table)
    }

    private func workbench() throws -> Workbench {
        try Workbench(
            in: storage, named: "branchline-bench-\(ProcessInfo.processInfo.processIdentifier)", members: members,
            rounds: rounds, machine: Self.machine())
    }

    private static func machine() throws -> Workbench.Machine {
        let start = ContinuousClock.now
        return Workbench.Machine(
            nowNanoseconds: {
                let (seconds, attoseconds) = (ContinuousClock.now - start).components
                return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
            }, nowMilliseconds: WallClock.nowMilliseconds, openFilesMax: Int(clamping: OpenFiles.raiseLimit()),
            programPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    }

    // MARK: Walking a path

    /// Whether this is a path to be walked, for a profiler that counts.
    var isWalk: Bool { hotPath != nil }

    func walk() {
        do {
            let bench = try workbench()
            defer { bench.clear() }
            try hotPath?.run(operations, on: bench)
        } catch {
            Self.exit(withError: Failure.told(error))
        }
    }

    private var hotPath: HotPath? { what == "path" ? path.flatMap(HotPath.init(rawValue:)) : nil }
}
