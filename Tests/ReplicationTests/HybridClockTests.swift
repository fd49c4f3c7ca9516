import Replication
import TestSupport
import Testing

@Suite struct HybridClockTests {
    /// A wall clock that jumps both ways.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func timesHandedOutNeverGoBack(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var clock = HybridClock()
        for _ in 0..<50 {
            let now = UInt64(1_000 + random.below(5))
            let before = clock.last
            if random.chance(percent: 30) {
                clock.observe(
                    HybridTime(milliseconds: now + UInt64(random.below(5))), nowMilliseconds: now,
                    toleranceMilliseconds: 2)
                #expect(clock.last >= before)
            } else {
                #expect(clock.tick(nowMilliseconds: now) > before)
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func aTimeBeyondTheToleranceIsNotAdopted(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (now, tolerance) = (UInt64(random.below(20)), UInt64(random.below(5)))
        let remote = HybridTime(milliseconds: UInt64(random.below(30)), counter: UInt16(random.below(3)))
        var clock = HybridClock(last: HybridTime(milliseconds: UInt64(random.below(20))))
        let before = clock.last
        clock.observe(remote, nowMilliseconds: now, toleranceMilliseconds: tolerance)
        #expect(clock.last == (remote.milliseconds > now + tolerance ? before : max(before, remote)))
    }

    @Test func aWallClockAtItsEndDoesNotStartAgain() {
        var clock = HybridClock(last: HybridTime(.max))
        #expect(clock.tick(nowMilliseconds: 5) == HybridTime(.max))
        clock.observe(.zero, nowMilliseconds: .max, toleranceMilliseconds: 1)
        #expect(clock.last == HybridTime(.max))
    }

    @Test func aLocalEventAfterARemoteOneIsLater() {
        var clock = HybridClock()
        clock.observe(
            HybridTime(milliseconds: 120, counter: 7), nowMilliseconds: 100, toleranceMilliseconds: 60)
        #expect(clock.tick(nowMilliseconds: 101) == HybridTime(milliseconds: 120, counter: 8))
        #expect(clock.tick(nowMilliseconds: 130) == HybridTime(milliseconds: 130))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func timesAreOrderedByMillisecondsThenCounter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let parts = (0..<2).map { _ in (UInt64(random.below(3)), UInt16(random.below(3))) }
        let times = parts.map { HybridTime(milliseconds: $0.0, counter: $0.1) }
        #expect((times[0] < times[1]) == (parts[0] < parts[1]))
        #expect(times[0].milliseconds == parts[0].0)
        #expect(times[0].counter == parts[0].1)
    }

    @Test func millisecondsAreCutToFortySevenBits() {
        #expect(HybridTime(milliseconds: .max, counter: .max) == HybridTime(1 << 63 - 1))
        #expect(HybridTime(milliseconds: 1 << 47).milliseconds == HybridTime.millisecondsMax)
    }
}
