import Loyalty
import TestSupport
import Testing

struct AllowanceTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func theLargeTicketIsTheLeastThatNineteenOfTwentyDoNotExceed(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tickets = (0..<Int64.random(in: 1...200, using: &random)).map { _ in
            Int64.random(in: 0...50, using: &random)
        }
        let large = try #require(Allowance.largeTicketMinor(tickets))
        func share(_ condition: (Int64) -> Bool) -> Int { tickets.filter(condition).count * 100 }
        #expect(tickets.contains(large))
        #expect(share { $0 <= large } >= 95 * tickets.count)
        #expect(share { $0 < large } < 95 * tickets.count)
    }

    @Test func withoutSalesOnlyTheCapCounts() {
        #expect(Allowance.largeTicketMinor([]) == nil)
        #expect(WalletType.standardPoints.allowanceMax(largeTicketMinor: nil) == 500)
    }

    /// Points pay at most half of a bill, in hundreds.
    @Test(arguments: [(100_000, 500), (333, 300), (300, 300), (199, 0), (0, 0)] as [(Int64, Int64)])
    func threeLargeTicketsAreCoveredAndNoMoreThanTheCap(ticketMinor: Int64, most: Int64) {
        #expect(WalletType.standardPoints.allowanceMax(largeTicketMinor: ticketMinor) == most)
    }

    @Test func whatCannotBeSpentNeedNotLieAnywhere() {
        let wallet = WalletType(kind: .points, earning: .standard, allowance: .standardPoints)
        #expect(wallet.allowanceMax(largeTicketMinor: nil) == 0)
        #expect(wallet.allowanceMax(largeTicketMinor: 100_000) == 0)
    }

    @Test func theLargestTicketAndTheLargestRulesDoNotOverflow() {
        let rule = RedemptionRule(
            minimum: 1, unit: Lot.amountMax, unitValueMinor: 1, capBasisPoints: 10_000)
        let wallet = WalletType(kind: .points, redemption: rule, allowance: Allowance(cap: Lot.amountMax))
        #expect(wallet.allowanceMax(largeTicketMinor: Sale.amountMinorMax) <= Lot.amountMax)
    }
}
