/// Days and months are counted on the calendar, never in seconds. What would leave the years 1 to 9999 stays at the
/// nearest day within.
extension CivilDate {
    package static let first = CivilDate(existing: 1, 1, 1)
    package static let last = CivilDate(existing: 9_999, 12, 31)

    private init(existing year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - Self.daysFromMarchZero
    }

    package init(dayNumber: Int) {
        let number = min(max(dayNumber, Self.first.dayNumber), Self.last.dayNumber) + Self.daysFromMarchZero
        let era = number / 146_097
        let dayOfEra = number - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.init(existing: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// - Parameter days: at most 4 million either way.
    package func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }

    /// The same day of another month, or that month's last day where it has no such day.
    ///
    /// - Parameter months: at most 120,000 either way.
    package func adding(months: Int) -> CivilDate {
        let count = year * 12 + month - 1 + months
        guard count >= 12 else { return .first }
        guard count / 12 <= 9_999 else { return .last }
        let (year, month) = (count / 12, count % 12 + 1)
        return CivilDate(existing: year, month, min(day, Self.days(inMonth: month, year: year)))
    }

    package var endOfMonth: CivilDate { CivilDate(existing: year, month, Self.days(inMonth: month, year: year)) }

    /// Negative where the other day is earlier.
    package func days(until other: CivilDate) -> Int { other.dayNumber - dayNumber }

    /// 1 is Monday, 7 is Sunday.
    package var weekday: Int { (dayNumber + Self.daysFromMarchZero + 2) % 7 + 1 }

    /// From 1 March of the year 0 to 1970-01-01: a year that ends in February has its leap day last.
    private static let daysFromMarchZero = 719_468
}
