import Loyalty
import TestSupport
import Testing

/// Silver from ¥1,000, gold from ¥5,000, black from 8,000 points of growth; ordinary from nothing.
@Suite struct TierStandingTests {
    private let programme = {
        var programme = Programme.standard
        for (index, (code, metric, threshold)) in [
            ("ordinary", Tier.Metric.spend, 0), ("silver", .spend, 100_000), ("gold", .spend, 500_000),
            ("black", .growth, 8_000),
        ].enumerated() {
            programme.apply(
                ProgrammeItem(
                    .tier(Tier(name: code, rank: index, metric: metric, threshold: Int64(threshold))), code: code))
        }
        return programme
    }()

    private func bought(_ date: String, _ netMinor: Int64, growth: Int64 = 0) throws -> QualifyingPurchase {
        QualifyingPurchase(date: try day(date), netMinor: netMinor, growth: growth)
    }

    private func reached(_ purchases: [QualifyingPurchase], on date: String) throws -> String? {
        programme.tierReached(by: purchases, on: try day(date))?.code
    }

    @Test func theWindowRollsWithTheDay() throws {
        let purchases = [try bought("2025-06-15", 60_000), try bought("2026-01-01", 40_000)]
        #expect(try reached(purchases, on: "2025-12-31") == "ordinary")
        #expect(try reached(purchases, on: "2026-01-01") == "silver")
        #expect(try reached(purchases, on: "2026-06-14") == "silver")
        #expect(try reached(purchases, on: "2026-06-15") == "ordinary")
        #expect(try reached([try bought("2024-02-29", 100_000)], on: "2025-02-28") == "silver")
        #expect(try reached([try bought("2024-02-29", 100_000)], on: "2025-03-01") == "ordinary")
    }

    @Test func growthCountsForItsOwnTierAndRefundsCountAgainst() throws {
        #expect(try reached([try bought("2026-01-01", 0, growth: 8_000)], on: "2026-01-01") == "black")
        let returned = [try bought("2026-01-01", 500_000), try bought("2026-01-02", -1)]
        #expect(try reached(returned, on: "2026-01-01") == "gold")
        #expect(try reached(returned, on: "2026-01-02") == "silver")
    }

    @Test func anUpgradeHoldsForTwelveMonthsToTheMonthsEnd() throws {
        let purchases = [try bought("2024-02-29", 100_000)]
        let silver = try #require(programme.upgrade(of: .none, by: purchases, on: try day("2024-02-29")))
        #expect(silver == TierStanding(tier: "silver", validUntil: try day("2025-02-28")))
        #expect(programme.upgrade(of: silver, by: purchases, on: try day("2024-03-01")) == nil)
        #expect(programme.upgrade(of: silver, by: [], on: try day("2024-03-01")) == nil)
    }

    @Test func aTierFallsByOneStepWhenItsTimeIsOver() throws {
        let gold = TierStanding(tier: "gold", validUntil: try day("2026-02-28"))
        #expect(programme.successor(of: gold, by: [], on: try day("2026-02-28")) == nil)
        let silver = try #require(programme.successor(of: gold, by: [], on: try day("2026-03-01")))
        #expect(silver == TierStanding(tier: "silver", validUntil: try day("2027-02-28")))
        let late = try #require(programme.successor(of: silver, by: [], on: try day("2027-03-01")))
        #expect(late.tier == "ordinary")
        let lowest = TierStanding(tier: "ordinary", validUntil: try day("2026-02-28"))
        #expect(programme.successor(of: lowest, by: [], on: try day("2026-03-01"))?.tier == "ordinary")
    }

    @Test func aTierReachedAgainIsHeldOn() throws {
        let gold = TierStanding(tier: "gold", validUntil: try day("2026-02-28"))
        let purchases = [try bought("2026-02-01", 500_000)]
        #expect(
            programme.successor(of: gold, by: purchases, on: try day("2026-03-01"))
                == TierStanding(tier: "gold", validUntil: try day("2027-03-31")))
    }

    @Test func aWithdrawnTierCountsAsNone() throws {
        let gone = TierStanding(tier: "platinum", validUntil: try day("2026-02-28"))
        #expect(programme.upgrade(of: gone, by: [], on: .last)?.tier == "ordinary")
        #expect(Programme.standard.successor(of: gone, by: [], on: .last) == TierStanding.none)
    }

    @Test func whatIsMissingForTheNextTierIsTold() throws {
        let silver = TierStanding(tier: "silver", validUntil: .last)
        let next = programme.missing(for: silver, with: [try bought("2026-01-01", 120_000)], on: try day("2026-01-01"))
        #expect(next?.tier.code == "gold")
        #expect(next?.amount == 380_000)
        #expect(programme.missing(for: TierStanding(tier: "black", validUntil: .last), with: [], on: .first) == nil)
    }

    /// Branches may upgrade by what they know: more purchases never lower a tier.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func moreKnowledgeNeverLowersATier(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let purchases = (0..<10).map { _ in
            QualifyingPurchase(
                date: CivilDate(dayNumber: 20_000 + random.below(500)), netMinor: Int64(random.below(200_000)),
                growth: Int64(random.below(2_000)))
        }
        let date = CivilDate(dayNumber: 20_400)
        let known = programme.tierReached(by: random.some(of: purchases), on: date)?.rule.rank ?? -1
        let all = programme.tierReached(by: purchases, on: date)?.rule.rank ?? -1
        #expect(known <= all)
    }
}
