import Foundation
import Loyalty

/// A day as people and spreadsheets write it: `2026-03-05` or `2026/3/5`.
struct WrittenDate {
    let date: CivilDate

    init?(_ text: some StringProtocol) {
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "/" })
        let isWhole = parts.count == 3 && parts[0].count == 4 && parts.allSatisfy { Int($0) != nil }
        guard isWhole, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        self.date = date
    }
}

/// A moment as people and programs write it: a day and `14:03` or `14:03:09`, in the chain's zone unless `Z` or
/// `+08:00` says otherwise.
struct WrittenTime {
    let milliseconds: UInt64

    init?(_ text: String, zone: TimeZone) {
        let parts = text.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "T" })
        guard parts.count == 2, let day = WrittenDate(parts[0]), let (clock, offset) = Self.divided(parts[1]),
            let seconds = Self.seconds(clock)
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = offset.flatMap { TimeZone(secondsFromGMT: $0) } ?? zone
        let components = DateComponents(
            year: day.date.year, month: day.date.month, day: day.date.day, hour: seconds / 3_600,
            minute: seconds / 60 % 60, second: seconds % 60)
        guard let date = calendar.date(from: components), date.timeIntervalSince1970 >= 0 else { return nil }
        milliseconds = UInt64(date.timeIntervalSince1970) * 1_000
    }

    /// The day on which this was for people of the zone.
    static func day(ofMilliseconds milliseconds: UInt64, zone: TimeZone) -> CivilDate? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(milliseconds / 1_000))
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        guard let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// `14:03`, `14:03:09`; fractions of a second are dropped.
    private static func seconds(_ text: Substring) -> Int? {
        let whole = text.prefix { $0 != "." }
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false).map { digits in
            digits.count == 2 || digits.count == 1 ? Int(digits) : nil
        }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
            let second = parts.count == 3 ? parts[2] : 0, (0...23).contains(hour), (0...59).contains(minute),
            (0...59).contains(second)
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// The clock's reading, and how many seconds its zone is ahead of Greenwich where that is said.
    private static func divided(_ text: Substring) -> (Substring, Int?)? {
        if text.last == "Z" { return (text.dropLast(), 0) }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, nil) }
        let written = text[text.index(after: sign)...]
        let digits = written.filter { $0 != ":" }
        guard digits.count == 4, let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours <= 14,
            minutes < 60
        else { return nil }
        return (text[..<sign], (text[sign] == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60))
    }
}
