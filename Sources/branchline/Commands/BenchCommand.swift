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

            Examples:
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
        let start = ContinuousClock.now
        let bench = try Workbench(
            in: storage, named: "branchline-bench-\(ProcessInfo.processInfo.processIdentifier)", members: members,
            rounds: rounds
        ) {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        }
        defer { bench.clear() }
        var figures: [Figure] = []
        for suite in BenchmarkSuite.allCases where what == "all" || what == suite.rawValue {
            figures += try suite.run(on: bench) { note in
                FileHandle.standardError.write(Data("\(suite.rawValue): \(note)\n".utf8))
            }
        }
        print(json ? BenchReport.json(figures, on: bench.storage) : BenchReport.table(figures, on: bench.storage))
    }
}

/// How figures are shown.
enum BenchReport {
    static func table(_ figures: [Figure], on storage: StorageKind) -> String {
        let head = row("", "ratio", "least", "most", "floor", "goal", "", "ours", "twin", "what")
        return ([head] + figures.map { line($0, on: storage) }).joined(separator: "\n")
    }

    static func json(_ figures: [Figure], on storage: StorageKind) -> String {
        let entries = figures.map { figure in
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
        return "{\n" + entries.joined(separator: ",\n") + "\n}"
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
