import Loyalty

/// The `key=value` words of one rule, taken key by key. A key that nobody takes does not belong to the rule.
struct RuleFields {
    private var values: [String: String]
    private var known: [String] = []

    init(_ values: [String: String]) { self.values = values }

    private mutating func take(_ key: String) -> String? {
        known.append(key)
        return values.removeValue(forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: a usage fault that names a key of which the rule knows nothing.
    func end() throws {
        guard let strange = values.keys.min() else { return }
        throw CommandFault(.usage, "there is no \(strange) here; there are \(known.joined(separator: ", "))")
    }

    mutating func optionalText(_ key: String) -> String? { take(key) }

    mutating func text(_ key: String) throws -> String {
        guard let text = take(key) else { throw CommandFault(.usage, "\(key)=… is missing") }
        return text
    }

    mutating func optionalNumber<Number: FixedWidthInteger>(_ key: String, _: Number.Type) throws -> Number? {
        guard let text = take(key) else { return nil }
        guard let number = Number(text) else {
            throw CommandFault(
                .usage, "\(key) is a whole number\(key.hasSuffix("_minor") ? " of the smallest coin" : ""), not \(text)"
            )
        }
        return number
    }

    mutating func number<Number: FixedWidthInteger>(_ key: String, or standard: Number? = nil) throws -> Number {
        guard let number = try optionalNumber(key, Number.self) ?? standard else {
            throw CommandFault(.usage, "\(key)=… is missing; it is a whole number")
        }
        return number
    }

    /// In basis points: `95` is 9,500 and `97.5` is 9,750.
    mutating func optionalPercent(_ key: String) throws -> Int64? {
        guard let text = take(key) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, (1...4).contains(parts[0].count), parts.count == 1 || (1...2).contains(parts[1].count),
            parts.joined().allSatisfy({ $0.isASCII && $0.isNumber }), let whole = Int64(parts[0]),
            let hundredths = parts.count == 1 ? 0 : Int64(parts[1] + (parts[1].count == 1 ? "0" : ""))
        else { throw CommandFault(.usage, "\(key) is a percentage such as 95 or 97.5, not \(text)") }
        return whole * 100 + hundredths
    }

    mutating func percent(_ key: String, or standard: Int64) throws -> Int64 { try optionalPercent(key) ?? standard }

    mutating func flag(_ key: String, or standard: Bool) throws -> Bool {
        switch take(key) {
        case nil: return standard
        case "yes": return true
        case "no": return false
        case let text?: throw CommandFault(.usage, "\(key) is yes or no, not \(text)")
        }
    }

    mutating func optionalDate(_ key: String) throws -> CivilDate? {
        guard let text = take(key) else { return nil }
        guard let date = CivilDate(text) else { throw CommandFault(.usage, "\(key) is a date: YYYY-MM-DD") }
        return date
    }

    mutating func date(_ key: String) throws -> CivilDate {
        guard let date = try optionalDate(key) else { throw CommandFault(.usage, "\(key)=… is missing; YYYY-MM-DD") }
        return date
    }

    /// Parted by commas.
    mutating func list(_ key: String) -> [String] { take(key)?.split(separator: ",").map(String.init) ?? [] }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, or standard: Choice
    ) throws -> Choice where Choice.RawValue == String {
        guard let text = take(key) else { return standard }
        guard let choice = Choice(rawValue: text) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFault(.usage, "\(key) is one of \(allowed), not \(text)")
        }
        return choice
    }

    /// The one of several keys that is given.
    func only(of keys: [String]) throws -> String {
        let given = keys.filter { !(values[$0] ?? "").isEmpty }
        guard let first = given.first, given.count == 1 else {
            throw CommandFault(.usage, "give one of \(keys.joined(separator: ", ")), with =…")
        }
        return first
    }
}

enum Percentage {
    static func text(_ basisPoints: Int64) -> String {
        let (whole, hundredths) = basisPoints.quotientAndRemainder(dividingBy: 100)
        guard hundredths > 0 else { return String(whole) }
        let digits = hundredths < 10 ? "0\(hundredths)" : String(hundredths)
        return "\(whole).\(digits.hasSuffix("0") ? String(digits.dropLast()) : digits)"
    }
}
