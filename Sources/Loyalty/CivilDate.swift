/// A day of the Gregorian calendar, without a clock or a zone.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil for days that do not exist. Years 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, year: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// `YYYY-MM-DD` exactly.
    package init?(_ text: String) { self.init(spelled: Array(text.utf8)) }

    init?(spelled bytes: [UInt8]) {
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var text: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    package static func < (a: Self, b: Self) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }

    static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0 as Int?) { value, byte in
            guard let value, ValueForm.isDigit(byte) else { return nil }
            return value * 10 + Int(byte - UInt8(ascii: "0"))
        }
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day on which a member is congratulated; the year may be unknown.
package enum Birthday {
    package static func isCanonical(_ text: String) -> Bool {
        let prefix = "lunar:"
        guard text.hasPrefix(prefix) else { return isGregorian(text) }
        return isLunar(String(text.dropFirst(prefix.count)))
    }

    private static func isGregorian(_ text: String) -> Bool {
        guard text.hasPrefix("--") else { return CivilDate(text) != nil }
        return CivilDate("2000" + text.dropFirst()) != nil
    }

    /// Months of the Chinese calendar have 29 or 30 days; which, only an almanac knows.
    private static func isLunar(_ text: String) -> Bool {
        let bytes = Array((text.hasPrefix("--") ? "2000" + text.dropFirst() : text).utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = CivilDate.number(bytes[0..<4]), year > 0, let month = CivilDate.number(bytes[5..<7]),
            let day = CivilDate.number(bytes[8..<10])
        else { return false }
        return (1...12).contains(month) && (1...30).contains(day)
    }
}
