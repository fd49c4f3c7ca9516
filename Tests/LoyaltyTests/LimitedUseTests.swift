import Loyalty
import Replication
import TestSupport
import Testing

@Suite struct LimitedUseTests {
    private func use(
        _ coupon: UInt128, at position: Int64, byRight isByRight: Bool = false, of uses: Int = 1, limit: Int? = 2
    ) -> LimitedUse {
        LimitedUse(
            coupon: RecordID(coupon), position: position, isByRight: isByRight, couponUses: uses, memberUsesMax: limit)
    }

    @Test func whatComesAfterTheLimitIsBeyondIt() {
        let uses = [use(3, at: 9), use(1, at: 4), use(2, at: 7)]
        #expect(LimitedUse.beyondLimit(uses) == [uses[0]])
        #expect(LimitedUse.beyondLimit(Array(uses.dropFirst())) == [])
        #expect(LimitedUse.beyondLimit([use(1, at: 1, limit: nil), use(2, at: 2, limit: nil)]) == [])
    }

    /// Each revision has its own limit.
    @Test func aTighterTermBindsOnlyTheCouponsIssuedUnderIt() {
        let uses = [use(1, at: 1, limit: 1), use(2, at: 2, limit: 3), use(3, at: 3, limit: 1)]
        #expect(LimitedUse.beyondLimit(uses) == [uses[2]])
    }

    @Test func aDoubleIsNotCountedAndTheOneByRightIsNoDouble() {
        let uses = [use(1, at: 1), use(1, at: 2, byRight: true), use(2, at: 3), use(3, at: 4)]
        #expect(LimitedUse.valid(uses) == [uses[1], uses[2], uses[3]])
        #expect(LimitedUse.beyondLimit(uses) == [uses[3]])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func theOrderOfTellingDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let uses = (0..<random.below(9)).map { index in
            use(
                UInt128(random.below(4)), at: Int64(index), byRight: random.chance(percent: 40), of: 1, limit: 2)
        }
        #expect(LimitedUse.beyondLimit(uses) == LimitedUse.beyondLimit(uses.shuffled(using: &random)))
        #expect(LimitedUse.beyondLimit(uses).count == max(0, LimitedUse.valid(uses).count - 2))
    }
}
