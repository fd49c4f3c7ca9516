import Localization
import Loyalty
import Testing

@testable import TillWeb

@Suite struct ChainCalendarTests {
    @Test(arguments: [
        ("Asia/Shanghai", "2026-11-21T23:59:59.999+08:00", "2026-11-21"),
        ("Asia/Shanghai", "2026-11-22T00:00:00+08:00", "2026-11-22"),
        ("Asia/Shanghai", "2026-11-21T16:00:00Z", "2026-11-22"),
        ("Asia/Shanghai", "2026-11-21T15:59:59Z", "2026-11-21"),
        ("Asia/Shanghai", "2024-02-29T12:00:00Z", "2024-02-29"),
        ("Asia/Shanghai", "1970-01-01T00:00:00Z", "1970-01-01"),
        // Daylight saving time begins on 8 March 2026 and ends on 1 November: a day of 23 and one of 25 hours.
        ("America/New_York", "2026-03-08T04:59:59Z", "2026-03-07"),
        ("America/New_York", "2026-03-08T05:00:00Z", "2026-03-08"),
        ("America/New_York", "2026-03-09T03:59:59Z", "2026-03-08"),
        ("America/New_York", "2026-03-09T04:00:00Z", "2026-03-09"),
        ("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01"),
        ("America/New_York", "2026-11-02T04:59:59Z", "2026-11-01"),
        ("America/New_York", "2026-11-02T05:00:00Z", "2026-11-02"),
        // On 11 September 2022, the clocks in Santiago went from 24:00 to 01:00: the day had no midnight.
        ("America/Santiago", "2022-09-11T03:59:59Z", "2022-09-10"),
        ("America/Santiago", "2022-09-11T04:00:00Z", "2022-09-11"),
        ("Asia/Kolkata", "2026-01-01T18:29:59Z", "2026-01-01"), ("Asia/Kolkata", "2026-01-01T18:30:00Z", "2026-01-02"),
    ])
    func aDayEndsAtTheChainsMidnight(zone: String, instant: String, day: String) throws {
        let calendar = try #require(ChainCalendar(zone: zone))
        let milliseconds = try #require(calendar.milliseconds(of: instant))
        #expect(calendar.businessDate(ofMilliseconds: milliseconds)?.text == day)
    }

    @Test(arguments: [
        ("2026-11-21T09:30:00+08:00", 1_795_224_600_000), ("2026-11-21T01:30:00Z", 1_795_224_600_000),
        ("2026-11-21t01:30:00z", 1_795_224_600_000), ("2026-11-20T20:30:00.5-05:00", 1_795_224_600_500),
        ("2026-11-21T01:30:00.123456789Z", 1_795_224_600_123), ("2026-11-21 07:00:00.04+05:30", 1_795_224_600_040),
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400_000),
    ])
    func timesOfTheInternetAreRead(text: String, milliseconds: UInt64) throws {
        let calendar = try #require(ChainCalendar(zone: "Asia/Shanghai"))
        #expect(calendar.milliseconds(of: text) == milliseconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21T09:30Z", "2026-02-30T09:30:00Z",
        "2026-13-01T09:30:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z",
        "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00+8:00", "2026-11-21T09:30:00+08:60", "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00Z ", " 2026-11-21T09:30:00Z", "2026-11-21T09:30:00ZZ", "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01", "２026-11-21T09:30:00Z",
    ])
    func everythingElseIsNot(text: String) throws {
        let calendar = try #require(ChainCalendar(zone: "Asia/Shanghai"))
        #expect(calendar.milliseconds(of: text) == nil)
    }

    @Test func timesAreSpelledInTheChainsZone() throws {
        let shanghai = try #require(ChainCalendar(zone: "Asia/Shanghai"))
        let newYork = try #require(ChainCalendar(zone: "America/New_York"))
        #expect(shanghai.text(ofMilliseconds: 1_795_224_600_007) == "2026-11-21T09:30:00.007+08:00")
        #expect(newYork.text(ofMilliseconds: 1_795_224_600_000) == "2026-11-20T20:30:00.000-05:00")
        #expect(newYork.text(ofMilliseconds: 1_783_000_000_000).hasSuffix("-04:00"))
        #expect(shanghai.shortText(ofMilliseconds: 1_795_224_600_007) == "2026-11-21 09:30")
    }

    @Test(arguments: ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
    func whatIsSpelledIsReadAsTheSame(zone: String) throws {
        let calendar = try #require(ChainCalendar(zone: zone))
        for hour in 0..<(24 * 400) {
            let milliseconds = 1_767_225_600_000 + UInt64(hour) * 3_600_000 + UInt64(hour % 1_000)
            let text = calendar.text(ofMilliseconds: milliseconds)
            if calendar.milliseconds(of: text) != milliseconds { Issue.record("\(text)") }
        }
    }

    @Test(arguments: ["", "Asia/Atlantis", "GMT+99"])
    func aZoneThatDoesNotExistIsRefused(zone: String) { #expect(ChainCalendar(zone: zone) == nil) }

    @Test func theEndOfTimeIsNoDay() throws {
        let calendar = try #require(ChainCalendar(zone: "Asia/Shanghai"))
        #expect(calendar.businessDate(ofMilliseconds: 1 << 48) == nil)
    }
}
