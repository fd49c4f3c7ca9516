import Foundation
package import Loyalty

/// Instants and days as the chain counts them: in its zone, in days that begin at midnight.
package struct ChainCalendar: Sendable {
    private let local: Calendar
    private let universal: Calendar

    /// Nil for a zone that this machine does not know.
    ///
    /// - Parameter zone: IANA name.
    package init?(zone: String) {
        guard let local = TimeZone(identifier: zone), let universal = TimeZone(secondsFromGMT: 0) else { return nil }
        self.local = Self.calendar(local)
        self.universal = Self.calendar(universal)
    }

    /// The day on which something happened; nil beyond the year 9999.
    package func businessDate(ofMilliseconds milliseconds: UInt64) -> CivilDate? {
        let parts = local.dateComponents([.year, .month, .day], from: Self.date(milliseconds))
        guard let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// By the clock on the wall, from 0 to 1,439.
    package func minuteOfDay(ofMilliseconds milliseconds: UInt64) -> Int {
        let parts = local.dateComponents([.hour, .minute], from: Self.date(milliseconds))
        return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    }

    /// RFC 3339 in the chain's zone, to the millisecond.
    package func text(ofMilliseconds milliseconds: UInt64) -> String {
        let date = Self.date(milliseconds)
        let offset = local.timeZone.secondsFromGMT(for: date) / 60
        let zone = "\(offset < 0 ? "-" : "+")\(Self.padded(abs(offset) / 60, 2)):\(Self.padded(abs(offset) % 60, 2))"
        return "\(time(date, "T", withSeconds: true)).\(Self.padded(Int(milliseconds % 1_000), 3))\(zone)"
    }

    /// For a sentence: to the minute, without the zone.
    package func shortText(ofMilliseconds milliseconds: UInt64) -> String {
        time(Self.date(milliseconds), " ", withSeconds: false)
    }

    private func time(_ date: Date, _ separator: String, withSeconds: Bool) -> String {
        let parts = local.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let day = "\(Self.padded(parts.year, 4))-\(Self.padded(parts.month, 2))-\(Self.padded(parts.day, 2))"
        let seconds = withSeconds ? ":\(Self.padded(parts.second, 2))" : ""
        return "\(day)\(separator)\(Self.padded(parts.hour, 2)):\(Self.padded(parts.minute, 2))\(seconds)"
    }

    private static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }

    private static func date(_ milliseconds: UInt64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds / 1_000))
    }

    private static func padded(_ value: Int?, _ width: Int) -> String {
        let digits = String(value ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

// MARK: Reading

extension ChainCalendar {
    /// `2026-11-21T09:30:00+08:00`, with or without a fraction, or `…Z`, after RFC 3339.
    ///
    /// - Returns: milliseconds since 1970; nil for anything else, for days that do not exist, and before 1970.
    package func milliseconds(of text: String) -> UInt64? {
        guard let match = text.wholeMatch(of: Self.instant), let day = CivilDate(String(match.1)),
            let hour = Int(match.2), hour < 24, let minute = Int(match.3), minute < 60,
            let second = Int(match.4), second < 60, let offset = Self.offsetMinutes(match.6)
        else { return nil }
        let parts = DateComponents(year: day.year, month: day.month, day: day.day)
        guard let midnight = universal.date(from: parts) else { return nil }
        let seconds = Int(midnight.timeIntervalSince1970) + (hour * 60 + minute - offset) * 60 + second
        let fraction = (match.5 ?? "").prefix(3)
        let thousandths = Int(fraction + String(repeating: "0", count: 3 - fraction.count))
        return thousandths.flatMap { UInt64(exactly: seconds * 1_000 + $0) }
    }

    private static func offsetMinutes(_ text: Substring) -> Int? {
        guard text != "Z", text != "z" else { return 0 }
        guard let hours = Int(text.dropFirst().prefix(2)), let minutes = Int(text.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        return (text.first == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    private static var instant: Regex<(Substring, Substring, Substring, Substring, Substring, Substring?, Substring)> {
        #/
        ([0-9]{4}-[0-9]{2}-[0-9]{2}) [Tt\ ]
        ([0-9]{2}) : ([0-9]{2}) : ([0-9]{2}) (?: \. ([0-9]{1,9}) )?
        ([Zz] | [+\-][0-9]{2}:[0-9]{2})
        /#
    }
}
