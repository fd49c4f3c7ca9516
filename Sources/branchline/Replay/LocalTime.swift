import Foundation
import Loyalty

/// What a clock on the wall of a shop showed: `2017-01-01T11:53:26`.
struct LocalTime: Equatable, Comparable {
    let date: CivilDate
    let secondOfDay: Int

    /// Nil for anything else, and for days and times that do not exist.
    init?(_ text: String) {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let date = CivilDate(String(halves[0])) else { return nil }
        let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(Self.isDigit) }) else {
            return nil
        }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3, (0...23).contains(numbers[0]), (0...59).contains(numbers[1]),
            (0...59).contains(numbers[2])
        else { return nil }
        self.date = date
        secondOfDay = numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func < (a: Self, b: Self) -> Bool { (a.date, a.secondOfDay) < (b.date, b.secondOfDay) }

    /// Milliseconds since 1970. Where a clock was set forward the hour that did not exist is taken for the next one;
    /// where it was set back, for the first of the two.
    func milliseconds(in zone: TimeZone) -> UInt64 {
        let local = date.daysSince1970 * 86_400 + secondOfDay
        let before = Self.offset(at: local - 86_400, in: zone)
        let after = Self.offset(at: local - before, in: zone)
        let exists = Self.offset(at: local - after, in: zone) == after
        return UInt64(max(0, local - (exists ? after : before))) * 1_000
    }

    private static func offset(at seconds: Int, in zone: TimeZone) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}

extension CivilDate {
    /// By the usual count of days in eras of 400 years that begin in March.
    fileprivate var daysSince1970: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
