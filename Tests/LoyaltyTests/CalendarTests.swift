import Loyalty
import TestSupport
import Testing

@Suite struct CalendarTests {
    @Test func everyDayFollowsTheOneBefore() throws {
        var date = try day("1999-12-31")
        for number in date.dayNumber + 1...date.dayNumber + 40_000 {
            let next = CivilDate(dayNumber: number)
            #expect(date < next && next.dayNumber == number)
            #expect(next.weekday == date.weekday % 7 + 1)
            #expect(next.day == date.day + 1 || (next.day == 1 && date == date.endOfMonth))
            date = next
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func daysAreCountedThereAndBack(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b) = (random.civilDate(), random.civilDate())
        #expect(CivilDate(dayNumber: a.dayNumber) == a)
        #expect(a.adding(days: a.days(until: b)) == b)
        #expect(a.days(until: b) == -b.days(until: a))
        #expect(CivilDate(a.adding(days: 1).text) != nil)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func monthsKeepTheDayWhereThereIsOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let date = CivilDate(dayNumber: 10_000 + random.below(20_000))
        let months = random.below(400) - 200
        let moved = date.adding(months: months)
        #expect(moved.year * 12 + moved.month == date.year * 12 + date.month + months)
        #expect(moved.day == date.day || (moved.day < date.day && moved == moved.endOfMonth))
    }

    @Test func daysAtTheEnds() throws {
        #expect(CivilDate.first.text == "0001-01-01")
        #expect(CivilDate.last.text == "9999-12-31")
        #expect(try day("1970-01-01").dayNumber == 0)
        #expect(try day("1970-01-01").weekday == 4)
        #expect(try day("2026-11-22").weekday == 7)
        #expect(CivilDate.last.adding(days: 1) == .last)
        #expect(CivilDate.last.adding(months: 1) == .last)
        #expect(CivilDate.first.adding(days: -1) == .first)
        #expect(CivilDate.first.adding(months: -1) == .first)
        #expect(try day("2024-02-29").adding(months: 12) == day("2025-02-28"))
        #expect(try day("2024-02-29").adding(days: 365) == day("2025-02-28"))
    }

    @Test(arguments: [
        ("2026-02-15", "2027-02-28"), ("2023-02-28", "2024-02-29"), ("2024-02-29", "2025-02-28"),
        ("2026-01-31", "2027-01-31"), ("2026-12-01", "2027-12-31"),
    ])
    func twelveMonthsRunToTheEndOfTheMonth(earned: String, expires: String) throws {
        #expect(ExpiryPolicy.months(12).expiry(earnedOn: try day(earned)) == (try day(expires)))
    }

    @Test(arguments: [
        (12, 31, 1, "2026-06-01", "2027-12-31"), (12, 31, 0, "2026-12-31", "2026-12-31"),
        (2, 29, 1, "2026-06-01", "2027-02-28"), (2, 29, 2, "2026-06-01", "2028-02-29"),
        (3, 31, 0, "2026-06-01", "2027-03-31"), (2, 29, 0, "2023-03-01", "2024-02-29"),
    ])
    func aFixedDayIsNeverBeforeTheEarning(month: Int, day number: Int, years: Int, earned: String, expires: String)
        throws
    {
        let policy = ExpiryPolicy.fixedDay(month: month, day: number, yearsAhead: years)
        #expect(policy.expiry(earnedOn: try day(earned)) == (try day(expires)))
    }

    @Test func someNeverExpire() throws {
        #expect(ExpiryPolicy.never.expiry(earnedOn: .first) == nil)
        #expect(ExpiryPolicy.fixedDay(month: 12, day: 31, yearsAhead: 1).expiry(earnedOn: .last) == .last)
        let plan = TopUpPlan(payMinor: 10_000, bonusMinor: 2_000, bonusExpiryDays: 365)
        #expect(plan.bonusExpiry(paidOn: try day("2024-02-29")) == (try day("2025-02-28")))
    }

    @Test func hoursMayRunPastMidnight() {
        let night = Hours(fromMinute: 1_320, toMinute: 120)
        #expect(
            [1_319, 1_320, 1_439, 0, 119, 120].map(night.contains(minute:)) == [false, true, true, true, true, false])
        let noon = Hours(fromMinute: 660, toMinute: 780)
        #expect([659, 660, 779, 780].map(noon.contains(minute:)) == [false, true, true, false])
    }
}
