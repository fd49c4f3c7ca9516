import Loyalty
import TestSupport
import Testing

@Suite struct LineRefundTests {
    private func line(_ random: inout SplitMix64) -> RefundableLine {
        let net = Int64(random.below(2_000))
        let points = Int64(random.below(Int(net) + 1))
        let principal = Int64(random.below(Int(net - points) + 1))
        let bonus = random.chance(percent: 50) ? net - points - principal : 0
        return RefundableLine(
            quantityMilli: random.pick([1_000, 3_000, 350, 7_000]), netMinor: net, pointsMinor: points,
            principalMinor: principal, bonusMinor: bonus, pointsSpent: points * random.pick([1, 10]),
            pointsEarned: Int64(random.below(500)), growthEarned: Int64(random.below(20)))
    }

    /// Random pieces of both kinds, until the goods are all back.
    private func pieces(of line: RefundableLine, _ random: inout SplitMix64) throws -> [LineRefund] {
        var given: [LineRefund] = []
        var sum = LineRefund.nothing
        while sum.quantityMilli < line.quantityMilli {
            let left = line.whole - sum
            let piece: RefundPiece =
                left.amountMinor > 0 && random.chance(percent: 30)
                ? .amount(minor: 1 + Int64(random.below(Int(left.amountMinor))))
                : .quantity(milli: 1 + Int64(random.below(Int(min(left.quantityMilli, 1_500)))))
            let refund = try line.refund(piece, after: sum)
            given.append(refund)
            sum = sum + refund
        }
        return given
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func piecesSumToTheWholeAndNeverMore(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let line = line(&random)
        var sum = LineRefund.nothing
        for piece in try pieces(of: line, &random) {
            #expect(parts(of: piece).allSatisfy { $0 >= 0 })
            sum = sum + piece
            #expect(zip(parts(of: sum), parts(of: line.whole)).allSatisfy { $0 <= $1 })
        }
        #expect(sum == line.whole)
        #expect(throws: RefundFault.moreThanIsLeft(quantityMilli: 0, amountMinor: 0)) {
            try line.refund(.quantity(milli: 1), after: sum)
        }
    }

    private func parts(of refund: LineRefund) -> [Int64] {
        [
            refund.quantityMilli, refund.amountMinor, refund.pointsMinor, refund.principalMinor, refund.bonusMinor,
            refund.moneyMinor, refund.pointsSpent, refund.pointsEarned, refund.growthEarned,
        ]
    }

    /// What has come back by some point does not depend on how it was cut.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func twoPiecesGiveWhatOneGives(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let line = line(&random)
        let (first, second) = (1 + Int64(random.below(170)), 1 + Int64(random.below(170)))
        let one = try line.refund(.quantity(milli: first + second))
        let start = try line.refund(.quantity(milli: first))
        #expect(start + (try line.refund(.quantity(milli: second), after: start)) == one)
    }

    @Test func threeReturnsTakeBackWhatWasEarned() throws {
        let line = RefundableLine(quantityMilli: 3_000, netMinor: 1_000, pointsEarned: 10)
        var sum = LineRefund.nothing
        var taken: [[Int64]] = []
        for _ in 0..<3 {
            let piece = try line.refund(.quantity(milli: 1_000), after: sum)
            taken.append([piece.amountMinor, piece.pointsEarned])
            sum = sum + piece
        }
        #expect(taken == [[333, 3], [333, 3], [334, 4]])
    }

    @Test func eachFormOfPaymentComesBackInItsShare() throws {
        let line = RefundableLine(
            quantityMilli: 2_000, netMinor: 1_000, pointsMinor: 200, principalMinor: 500, bonusMinor: 100,
            pointsSpent: 2_000)
        let half = try line.refund(.quantity(milli: 1_000))
        #expect(
            [half.pointsMinor, half.principalMinor, half.bonusMinor, half.moneyMinor, half.pointsSpent]
                == [100, 250, 50, 100, 1_000])
    }

    @Test func aReductionCountsTowardsTheGoodsThatComeBack() throws {
        let line = RefundableLine(quantityMilli: 2_000, netMinor: 10)
        let reduced = try line.refund(.amount(minor: 3))
        let first = try line.refund(.quantity(milli: 1_000), after: reduced)
        let second = try line.refund(.quantity(milli: 1_000), after: reduced + first)
        #expect([first.amountMinor, second.amountMinor] == [2, 5])
    }

    @Test func aGiftComesBackForNothing() throws {
        let gift = RefundableLine(quantityMilli: 1_000, netMinor: 0)
        #expect(try gift.refund(.quantity(milli: 1_000)) == gift.whole)
    }

    @Test func moreThanIsLeftIsRefused() throws {
        let line = RefundableLine(quantityMilli: 2_000, netMinor: 100, pointsEarned: 1)
        for piece in [RefundPiece.quantity(milli: 2_001), .quantity(milli: .max), .amount(minor: 101)] {
            #expect(throws: RefundFault.moreThanIsLeft(quantityMilli: 2_000, amountMinor: 100)) {
                try line.refund(piece)
            }
        }
        for piece in [RefundPiece.quantity(milli: 0), .quantity(milli: .min), .amount(minor: -1)] {
            #expect(throws: RefundFault.notPositive) { try line.refund(piece) }
        }
        let half = try line.refund(.quantity(milli: 1_000))
        #expect(throws: RefundFault.moreThanIsLeft(quantityMilli: 1_000, amountMinor: 50)) {
            try line.refund(.amount(minor: 51), after: half)
        }
    }

    @Test(arguments: [Int64.min, -1, Sale.amountMinorMax + 1, .max])
    func hostileNumbersAreRefused(amount: Int64) {
        let line = RefundableLine(quantityMilli: 1_000, netMinor: 1_000)
        let before = LineRefund(
            quantityMilli: amount, amountMinor: 0, pointsMinor: amount, principalMinor: amount, bonusMinor: amount)
        #expect(throws: RefundFault.inconsistent) { try line.refund(.quantity(milli: 1), after: before) }
        let hostile = RefundableLine(
            quantityMilli: 1_000, netMinor: 0, pointsMinor: amount, principalMinor: amount, bonusMinor: amount)
        #expect(throws: RefundFault.inconsistent) { try hostile.refund(.quantity(milli: 1)) }
    }

    @Test func numbersThatContradictEachOtherAreRefused() {
        let overpaid = RefundableLine(quantityMilli: 1_000, netMinor: 10, pointsMinor: 11)
        #expect(throws: RefundFault.inconsistent) { try overpaid.refund(.quantity(milli: 1)) }
        let handedBack = RefundableLine(quantityMilli: 1_000, netMinor: -10)
        #expect(throws: RefundFault.inconsistent) { try handedBack.refund(.quantity(milli: 1)) }
        let line = RefundableLine(quantityMilli: 1_000, netMinor: 10)
        let other = RefundableLine(quantityMilli: 2_000, netMinor: 10).whole
        #expect(throws: RefundFault.inconsistent) { try line.refund(.quantity(milli: 1), after: other) }
    }
}
