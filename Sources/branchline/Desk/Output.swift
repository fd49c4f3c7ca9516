import Administration
import ArgumentParser
import Foundation

/// How answers are shown: as tables for people, as JSON or CSV for programs.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Answer as JSON: a list of objects whose values are text or null.")
    var json = false

    func show(_ rows: [CommandRow], zone: TimeZone, empty: String) throws {
        if json {
            print(try Output.json(rows))
        } else if rows.isEmpty {
            print(empty)
        } else {
            print(Output.tables(rows, zone: zone), terminator: "")
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

    /// Rows with the same columns stand in one table. A single row stands upright.
    static func tables(_ rows: [CommandRow], zone: TimeZone) -> String {
        var groups: [[CommandRow]] = []
        for row in rows {
            if groups.last?.first?.values.map(\.name) == row.values.map(\.name) {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        return groups.map { group in
            group.count == 1 && group[0].values.count > 4 ? upright(group[0], zone: zone) : table(group, zone: zone)
        }.joined(separator: "\n")
    }

    private static func upright(_ row: CommandRow, zone: TimeZone) -> String {
        let width = row.values.map { displayWidth(label($0.name)) }.max() ?? 0
        return row.values.map { value in
            let words = shown(value, zone: zone)
            return padded(label(value.name), to: width) + (words.isEmpty ? "" : "  " + words) + "\n"
        }.joined()
    }

    private static func table(_ rows: [CommandRow], zone: TimeZone) -> String {
        let header = rows[0].values.map { label($0.name) }
        let cells = rows.map { $0.values.map { shown($0, zone: zone) } }
        let widths = header.indices.map { column in
            ([header] + cells).map { displayWidth($0[column]) }.max() ?? 0
        }
        return ([header] + cells).map { line in
            let text = line.enumerated().map { padded($0.element, to: widths[$0.offset]) }.joined(separator: "  ")
            return text.trimmingSuffix { $0 == " " } + "\n"
        }.joined()
    }

    private static func label(_ name: String) -> String { name.replacing("_", with: " ") }

    private static func shown(_ value: CommandRow.Value, zone: TimeZone) -> String {
        guard let text = value.value else { return "" }
        let isTime = value.name == "at" || value.name.hasSuffix("_at") || value.name.hasSuffix("_since")
        guard isTime, let milliseconds = Int64(text) else { return text.replacing("\n", with: " ") }
        return Instant.text(milliseconds, zone: zone)
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(text)))
    }

    /// Chinese characters take two places in a terminal.
    static func displayWidth(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
                0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
                width + 2
            case 0x300...0x36f, 0x200b...0x200f: width
            case _: width + 1
            }
        }
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

extension String {
    fileprivate func trimmingSuffix(_ condition: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, condition(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}

/// Points in time as people of the chain read them.
enum Instant {
    static func text(_ milliseconds: Int64, zone: TimeZone) -> String {
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func two(_ value: Int?) -> String {
            let digits = String(value ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
    }
}
