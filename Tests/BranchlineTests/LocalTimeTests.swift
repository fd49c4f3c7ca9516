import Foundation
import Testing

@testable import branchline

@Suite struct LocalTimeTests {
    @Test(arguments: [
        ("2017-01-01T11:53:26", 1_483_289_606_000), ("2017-06-30T23:59:59", 1_498_881_599_000),
        // Clocks go forward: half past two does not exist.
        ("2017-03-12T01:59:59", 1_489_301_999_000), ("2017-03-12T02:30:00", 1_489_303_800_000),
        ("2017-03-12T03:00:00", 1_489_302_000_000),
        // Clocks go back: half past one comes twice.
        ("2017-11-05T01:30:00", 1_509_859_800_000),
    ])
    func aShopsClockIsReadInItsZone(text: String, milliseconds: UInt64) throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        #expect(LocalTime(text)?.milliseconds(in: zone) == milliseconds)
    }

    @Test(arguments: [
        "", "2017-01-01", "2017-01-01 11:53:26", "2017-02-29T00:00:00", "2017-01-01T24:00:00", "2017-01-01T11:60:00",
        "2017-01-01T1:53:26", "2017-01-01T11:53:26Z", "2017-01-01T+1:53:26",
    ])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(LocalTime(text) == nil)
    }
}
