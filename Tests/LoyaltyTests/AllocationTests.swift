import Loyalty
import TestSupport
import Testing

@Suite struct AllocationTests {
    private func weights(_ random: inout SplitMix64) -> [Int64] {
        (0...random.below(8)).map { _ in random.pick([0, 1, 2, 3, 7, 100, 1_299, Sale.amountMinorMax]) }
    }

    private func amount(_ random: inout SplitMix64) -> Int64 {
        random.pick([0, 1, 2, 3, 5, 10, 99, 1_000, Sale.amountMinorMax, .max])
    }

    @Test(arguments: 0..<1_000 as Range<UInt64>)
    func sharesSumToTheAmountAndAreProportional(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (weights, amount) = (weights(&random), amount(&random))
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        let shares = Allocation.split(amount, by: weights)
        #expect(shares.count == weights.count)
        #expect(shares.reduce(0, +) == amount)
        guard total > 0 else { return }
        for (share, weight) in zip(shares, weights) {
            let difference = Int128(share) * total - Int128(amount) * Int128(weight)
            #expect(difference.magnitude < total.magnitude)
            #expect(Int128(amount) > total || share <= weight)
        }
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func aHeavierLineGetsNoLessAndTiesGoToTheEarlier(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (weights, amount) = (weights(&random), amount(&random))
        let shares = Allocation.split(amount, by: weights)
        for first in weights.indices {
            for second in weights.indices where weights[first] > weights[second] || first < second {
                #expect(weights[first] < weights[second] || shares[first] >= shares[second])
            }
        }
        #expect(Allocation.split(-amount, by: weights) == shares.map { -$0 })
        #expect(Allocation.split(amount, by: weights) == shares)
    }

    @Test func examples() {
        #expect(Allocation.split(10, by: [1, 1, 1]) == [4, 3, 3])
        #expect(Allocation.split(300, by: [1_290, 710]) == [194, 106])
        #expect(Allocation.split(1, by: [0, 0, 5]) == [0, 0, 1])
        #expect(Allocation.split(5, by: [0, 0]) == [3, 2])
        #expect(Allocation.split(5, by: [-7, 1]) == [0, 5])
        #expect(Allocation.split(5, by: []) == [])
        #expect(Allocation.split(.min, by: [1]) == [.min])
        #expect(Allocation.split(.max, by: [.max, .max]) == [4_611_686_018_427_387_904, 4_611_686_018_427_387_903])
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func storedValueIsTakenFromBothPartsWithinWhatTheyHold(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (principal, bonus) = (Int64(random.below(200)), Int64(random.below(50)))
        let amount = Int64(random.below(Int(principal + bonus) + 1))
        for order in SpendOrder.allCases {
            let parts = order.split(amount, principal: principal, bonus: bonus)
            #expect(parts.principal + parts.bonus == amount)
            #expect((0...principal).contains(parts.principal))
            #expect((0...bonus).contains(parts.bonus))
        }
    }

    @Test func aTopUpOf100With20IsSpentSixthBySixth() {
        #expect(SpendOrder.proportional.split(6_000, principal: 10_000, bonus: 2_000) == (5_000, 1_000))
        #expect(SpendOrder.principalFirst.split(6_000, principal: 10_000, bonus: 2_000) == (6_000, 0))
        #expect(SpendOrder.principalFirst.split(11_000, principal: 10_000, bonus: 2_000) == (10_000, 1_000))
    }
}
