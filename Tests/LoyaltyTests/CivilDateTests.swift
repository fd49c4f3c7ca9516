import Loyalty
import TestSupport
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: ["0001-01-01", "2024-02-29", "2000-02-29", "2023-12-31", "9999-12-31", "2026-04-30"])
    func daysThatExist(text: String) throws { #expect(try #require(CivilDate(text)).text == text) }

    @Test(arguments: [
        "", "0000-01-01", "2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-13-01",
        "2024-00-10", "2024-01-00", "2024-01-32", "2024-1-01", "2024-01-1", "24-01-01", "2024/01/01", "2024-01-01 ",
        "2024-01-01T", "+024-01-01", "２024-01-01", "-024-01-01", "20240101",
    ])
    func otherTextIsNoDay(text: String) { #expect(CivilDate(text) == nil) }

    @Test(arguments: [(0, 1, 1), (10_000, 1, 1), (2024, 0, 1), (2024, 13, 1), (2024, 2, 30), (2024, 2, -1)])
    func otherNumbersAreNoDay(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func textOrderIsDayOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b) = (random.civilDate(), random.civilDate())
        #expect(CivilDate(a.text) == a)
        #expect((a < b) == (a.text < b.text))
    }

    @Test(arguments: [
        "1990-05-03", "--05-03", "--02-29", "2024-02-29", "lunar:1990-08-15", "lunar:--08-15", "lunar:--12-30",
        "lunar:2023-02-30",
    ])
    func birthdays(text: String) { #expect(Birthday.isCanonical(text)) }

    @Test(arguments: [
        "", "--02-30", "--2-29", "-02-29", "---02-29", "2023-02-29", "--13-01", "--00-01", "05-03", "1990", "lunar:",
        "lunar:--08-31", "lunar:--13-01", "lunar:--00-10", "lunar:0000-01-01", "lunar:90-01-01", "Lunar:--08-15",
        "lunar:lunar:--08-15", "lunar: --08-15", "lunar:--08-1５", "--0\u{301}2-29",
    ])
    func otherTextIsNoBirthday(text: String) { #expect(!Birthday.isCanonical(text)) }
}
