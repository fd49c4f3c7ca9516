import Testing

@testable import branchline

@Suite struct DecimalNumberTests {
    @Test(arguments: [
        ("12.34", 1_234), ("0.5", 50), ("7", 700), ("-1.05", -105), ("-0.00", 0), ("0012.00", 1_200),
        ("92233720368547758.07", Int64.max),
    ])
    func amountsAreReadExactly(text: String, minor: Int64) {
        #expect(DecimalNumber.scaled(text.utf8, digits: 2) == minor)
    }

    @Test(arguments: [
        "", "-", ".", ".5", "5.", "1.234", "1e3", "1,000", " 1", "+1", "--1", "1.2.3", "NaN", "92233720368547758.08",
        "99999999999999999999",
    ])
    func whatIsNoAmountOfTwoDecimalsIsNotRounded(text: String) {
        #expect(DecimalNumber.scaled(text.utf8, digits: 2) == nil)
    }
}
