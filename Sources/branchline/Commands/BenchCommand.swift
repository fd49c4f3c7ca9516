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
    @Option(name: .long, help: "The directory whose storage is to be measured.") var storage = "."
    @Option(name: .long, help: "How many members.") var members = 200_000
    @Option(name: .long, help: "How many rounds.") var rounds = 3
    @Flag(name: .long, help: "Print the figures as JSON.") var json = false

    private static let names = (BenchmarkSuite.allCases.map(\.rawValue) + ["all"]).joined(separator: ", ")

    func validate() throws {
        guard what == "all" || BenchmarkSuite(rawValue: what) != nil else {
            throw ValidationError("There is no measurement \(what); there are \(Self.names).")
        }
        guard members >= 1_000, members <= 10_000_000 else {
            throw ValidationError("--members is from 1000 to 10000000.")
        }
        guard (1...99).contains(rounds) else { throw ValidationError("--rounds is from 1 to 99.") }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: storage, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw ValidationError("There is no directory \(storage).")
        }
    }

    func run() async throws {
        let bench = try Workbench(
            in: storage, named: "branchline-bench-\(ProcessInfo.processInfo.processIdentifier)", members: members,
            rounds: rounds, machine: Self.machine())
        defer { bench.clear() }
        var findings = Findings()
        for suite in BenchmarkSuite.allCases where what == "all" || what == suite.rawValue {
            findings += try suite.run(on: bench) { note in
                FileHandle.standardError.write(Data("\(suite.rawValue): \(note)\n".utf8))
            }
        }
        print(json ? BenchReport.json(findings, on: bench.storage) : BenchReport.table(findings, on: bench.storage))
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
}

/// How figures are shown.
enum BenchReport {
    static func table(_ findings: Findings, on storage: StorageKind) -> String {
        let head = row("", "ratio", "least", "most", "floor", "goal", "", "ours", "twin", "what")
        let figures = findings.figures.isEmpty ? [] : [head] + findings.figures.map { line($0, on: storage) }
        return (figures + findings.observations.map { line($0) }).joined(separator: "\n")
    }

    static func json(_ findings: Findings, on storage: StorageKind) -> String {
        var entries = findings.figures.map { figure in
            let (target, bounds) = (figure.target, (figure.target.floor(on: storage), figure.target.goal(on: storage)))
            let rounds = figure.rounds.map { number($0.ratio) }.joined(separator: ", ")
            return """
                  "\(target.rawValue)": {"ratio": \(number(figure.ratio)), \
                "floor": \(number(bounds.0)), "goal": \(number(bounds.1)), "less_is_better": \(target.isLessBetter), \
                "rounds": [\(rounds)], \
                "ours": \(number(figure.ours)), "twin": \(number(figure.twin)), "storage": "\(storage.rawValue)", \
                "what": "\(target.title)"}
                """
        }
        if !findings.observations.isEmpty {
            let list = findings.observations.map { observation in
                """
                    {"what": "\(observation.name)", "value": \(number(observation.value)), \
                "unit": "\(observation.unit)", "storage": "\(storage.rawValue)"}
                """
            }
            entries.append("  \"observations\": [\n" + list.joined(separator: ",\n") + "\n  ]")
        }
        return "{\n" + entries.joined(separator: ",\n") + "\n}"
    }

    private static func line(_ observation: Observation) -> String {
        let value = number(observation.value)
        return String(repeating: " ", count: max(0, 12 - value.count))
            + "\(value) \(observation.unit.padding(toLength: 13, withPad: " ", startingAt: 0)) \(observation.name)"
    }

    private static func line(_ figure: Figure, on storage: StorageKind) -> String {
        let (floor, goal) = (figure.target.floor(on: storage), figure.target.goal(on: storage))
        let word = figure.reaches(goal) ? "goal" : figure.reaches(floor) ? "floor" : "MISSED"
        return row(
            figure.target.rawValue, number(figure.ratio), number(figure.least), number(figure.greatest),
            number(floor), number(goal), word, number(figure.ours), number(figure.twin), figure.target.title)
    }

    private static func row(_ fields: String...) -> String {
        zip(fields, [5, 9, 9, 9, 7, 7, 7, 11, 11, 0]).map { field, width in
            field + String(repeating: " ", count: max(0, width - field.count))
        }.joined(separator: " ")
    }

    /// Three digits that count.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        return value.formatted(
            .number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
    }
}
