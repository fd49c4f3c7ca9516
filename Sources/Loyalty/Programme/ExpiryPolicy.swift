package enum ExpiryPolicy: Equatable, Sendable {
    case never
    /// So many months after it was earned, and on to the end of that month.
    case months(Int)
    /// A day of the year, so many years ahead; 29 February is the 28th where there is none.
    case fixedDay(month: Int, day: Int, yearsAhead: Int)

    /// The last day on which it may be spent.
    package func expiry(earnedOn date: CivilDate) -> CivilDate? {
        switch self {
        case .never: return nil
        case .months(let count): return date.adding(months: count).endOfMonth
        case .fixedDay(let month, let day, let yearsAhead):
            let due = Self.day(month, day, year: date.year + yearsAhead)
            return due < date ? Self.day(month, day, year: date.year + yearsAhead + 1) : due
        }
    }

    private static func day(_ month: Int, _ day: Int, year: Int) -> CivilDate {
        guard let start = CivilDate(year: year, month: month, day: 1) else { return .last }
        return CivilDate(year: year, month: month, day: day) ?? start.endOfMonth
    }
}
