import Benchmarks
import Foundation

/// How findings are shown.
struct BenchReport {
    let findings: Findings
    let storage: StorageKind

    var table: String {
        let head = Self.row("", "ratio", "least", "most", "floor", "goal", "", "ours", "twin", "what")
        let figures = findings.figures.isEmpty ? [] : [head] + findings.figures.map { Self.row(fields(of: $0)) }
        let width = findings.observations.map(\.name.count).max() ?? 0
        let observations = findings.observations.map { observation in
            let value = Self.number(observation.value)
            let room = String(repeating: " ", count: width - observation.name.count + max(1, 10 - value.count))
            return "\(observation.name)\(room)\(value) \(observation.unit)"
        }
        let space = figures.isEmpty || observations.isEmpty ? [] : [""]
        return (figures + space + observations).joined(separator: "\n")
    }

    /// For documents: the same lines in two tables.
    var markdown: String {
        var lines: [String] = []
        if !findings.figures.isEmpty {
            lines += ["| target | ratio | least | most | floor | goal | reached | ours | twin | what |"]
            lines += ["| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |"]
            lines += findings.figures.map { "| " + fields(of: $0).joined(separator: " | ") + " |" }
        }
        guard !findings.observations.isEmpty else { return lines.joined(separator: "\n") }
        lines += lines.isEmpty ? [] : [""]
        lines += ["| measured | value | unit |", "| --- | ---: | --- |"]
        lines += findings.observations.map { "| \($0.name) | \(Self.number($0.value)) | \($0.unit) |" }
        return lines.joined(separator: "\n")
    }

    var json: String {
        let figures = findings.figures.map { figure in
            let (target, bounds) = (figure.target, (figure.target.floor(on: storage), figure.target.goal(on: storage)))
            let rounds = figure.rounds.map { Self.number($0.ratio) }.joined(separator: ", ")
            return """
                  "\(target.rawValue)": {"ratio": \(Self.number(figure.ratio)), \
                "floor": \(Self.number(bounds.0)), "goal": \(Self.number(bounds.1)), \
                "less_is_better": \(target.isLessBetter), "rounds": [\(rounds)], \
                "ours": \(Self.number(figure.ours)), "twin": \(Self.number(figure.twin)), \
                "storage": "\(storage.rawValue)", "what": "\(target.title)"}
                """
        }
        let observations = findings.observations.map {
            """
                {"name": "\($0.name)", "value": \(Self.number($0.value)), "unit": "\($0.unit)", \
            "storage": "\(storage.rawValue)"}
            """
        }
        let tail =
            observations.isEmpty
            ? [] : ["  \"observations\": [\n" + observations.joined(separator: ",\n") + "\n  ]"]
        return "{\n" + (figures + tail).joined(separator: ",\n") + "\n}"
    }

    private func fields(of figure: Figure) -> [String] {
        let (floor, goal) = (figure.target.floor(on: storage), figure.target.goal(on: storage))
        let word = figure.reaches(goal) ? "goal" : figure.reaches(floor) ? "floor" : "MISSED"
        return [
            figure.target.rawValue, Self.number(figure.ratio), Self.number(figure.least), Self.number(figure.greatest),
            Self.number(floor), Self.number(goal), word, Self.number(figure.ours), Self.number(figure.twin),
            figure.target.title,
        ]
    }

    private static func row(_ fields: String...) -> String { row(fields) }

    private static func row(_ fields: [String]) -> String {
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
