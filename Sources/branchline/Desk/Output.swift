import Administration
import ArgumentParser
import Foundation

/// How answers are shown: as tables for people, as JSON or CSV for programs.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Answer as JSON: a list of objects whose values are text or null.")
    var json = false

    func show(_ rows: [CommandRow], _ presentation: Presentation, empty: String) throws {
        if json {
            print(try Output.json(rows))
        } else if rows.isEmpty {
            print(empty)
        } else {
            print(presentation.tables(rows), terminator: "")
        }
    }
}

enum Output {
    static func json(_ rows: [CommandRow]) throws -> String {
        let objects = rows.map { row in
            row.values.map { value in "\(quoted(value.name)): \(value.value.map(quoted) ?? "null")" }
                .joined(separator: ", ")
        }
        guard !objects.isEmpty else { return "[]" }
        return "[\n" + objects.map { "  {\($0)}" }.joined(separator: ",\n") + "\n]"
    }

    static func csv(_ rows: [CommandRow]) -> String {
        guard let first = rows.first else { return "" }
        let lines = [first.values.map(\.name)] + rows.map { $0.values.map { $0.value ?? "" } }
        return lines.map { $0.map(csvField).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 32:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func csvField(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
