import Administration
import Foundation

/// How rows look to people of a chain: its zone, its currency, without what says nothing.
struct Presentation {
    var zone = TimeZone.current
    /// ISO 4217, or empty where it is not known.
    var currency = ""
    /// What a query asks for is shown, even where there is nothing in it.
    var keepsEmptyColumns = false
    var hiddenColumns: Set<String> = []

    /// Rows with the same columns stand in one table. A single row stands upright.
    func tables(_ rows: [CommandRow]) -> String {
        var groups: [[CommandRow]] = []
        for row in rows {
            if groups.last?.first?.values.map(\.name) == row.values.map(\.name) {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        return groups.map(table).joined(separator: "\n")
    }

    private func table(_ group: [CommandRow]) -> String {
        let cells = group.map { row in row.values.map { shown($0, in: row) } }
        let columns = group[0].values.indices.filter { column in
            !hiddenColumns.contains(group[0].values[column].name)
                && (keepsEmptyColumns || cells.contains { !$0[column].isEmpty })
        }
        let header = columns.map { label(group[0].values[$0].name) }
        let body = cells.map { row in columns.map { row[$0] } }
        let isUpright = group.count == 1 && columns.count > Self.widthColumnsMax
        if columns == [columns.first], group.count == 1 { return body[0][0] + "\n" }
        return isUpright ? upright(header, body[0]) : level([header] + body)
    }

    /// A single row with more columns than this stands upright.
    private static let widthColumnsMax = 4

    private func upright(_ labels: [String], _ words: [String]) -> String {
        let width = labels.map(TextWidth.of).max() ?? 0
        return zip(labels, words).map { label, words in
            trimmed(TextWidth.padded(label, to: width) + "  " + words) + "\n"
        }.joined()
    }

    private func level(_ lines: [[String]]) -> String {
        let widths = lines[0].indices.map { column in lines.map { TextWidth.of($0[column]) }.max() ?? 0 }
        return lines.map { line in
            let text = line.enumerated().map { TextWidth.padded($0.element, to: widths[$0.offset]) }
            return trimmed(text.joined(separator: "  ")) + "\n"
        }.joined()
    }

    private func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }

    // MARK: Values

    private func label(_ name: String) -> String {
        Self.isMoney(name)
            ? name.replacing("_minor", with: "").replacing("_", with: " ") + (currency.isEmpty ? "" : " \(currency)")
            : name.replacing("_", with: " ")
    }

    private func shown(_ value: CommandRow.Value, in row: CommandRow) -> String {
        guard let text = value.value else { return "" }
        if Self.isTime(value.name) || value.name == "value" && row["field"].map(Self.isTime) ?? false {
            return Int64(text).map { Instant.text($0, zone: zone) } ?? text
        }
        if Self.isMoney(value.name), let minor = Int64(text) { return Currency.text(minor, currency) }
        if Self.longNames.contains(value.name) { return shortened(text) }
        return text.replacing("\n", with: " ")
    }

    private static func isTime(_ name: String) -> Bool {
        name == "at" || name.hasSuffix("_at") || name.hasSuffix("_since")
    }

    private static func isMoney(_ name: String) -> Bool { name.contains("_minor") && !name.contains("count(") }

    /// Columns with names that a program made up; their beginnings are enough to tell them apart, and to type.
    private static let longNames: Set = ["case", "dot", "to", "vector", "sides", "lot", "coupon"]
    private static let beginningDigits = 12

    private func shortened(_ text: String) -> String {
        text.split(separator: " ").map { word in
            let parts = word.split(separator: ":", maxSplits: 1)
            guard let name = parts.first, name.count == 32, name.allSatisfy(\.isHexDigit) else { return String(word) }
            return ([name.prefix(Self.beginningDigits)] + parts.dropFirst()).joined(separator: ":")
        }.joined(separator: " ")
    }
}

/// How many places a text takes in a terminal: Chinese characters take two.
enum TextWidth {
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - of(text)))
    }

    static func of(_ text: String) -> Int {
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
}

/// Money as people of the chain write it.
enum Currency {
    /// How many digits stand behind the point, by ISO 4217.
    static func digits(_ code: String) -> Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case _: 2
        }
    }

    static func text(_ minor: Int64, _ code: String) -> String {
        let digits = digits(code)
        guard digits > 0 else { return String(minor) }
        let figures = String(minor.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - figures.count)) + figures
        return (minor < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
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
