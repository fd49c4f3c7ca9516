import Loyalty
import ReferenceModel
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// The stories by which the chain's promises about money and points are accepted, told store to store.
@Suite struct AcceptanceStoryTests {
    private let ann = RecordID(0xA11)
    private let counter = Counter()

    // MARK: 1

    @Test func ofTwoBranchesOfflineOnlyTheOneThatHoldsThePointsSpendsThem() throws {
        let chain = try Chain()
        try chain.first.sell(counter.sale(1, ann, earning: 1_000, on: 2))
        try Travel.exchange(chain.first, chain.second, with: chain.hub)
        let lot = try #require(try chain.hub.lots().first).terms.id

        try chain.first.sell(counter.sale(2, ann, spending: [lot: 800], on: 3))
        let refused = try chain.second.record(counter.sale(3, ann, spending: [lot: 800], on: 3), at: Stores.moment())
        #expect(refused == .refused(.insufficientRights(lot: lot, held: 0)))

        let verdicts = try chain.settle()
        #expect(verdicts == [.ok])
        #expect(try chain.hub.account(of: ann).balance("points", on: counter.day(3)) == 200)
        #expect(try chain.hub.lots().map(\.overdrawn) == [0])
    }

    // MARK: 2

    @Test func ofTwoBranchesOfflineOnlyTheOneWithTheRightTakesACoupon() throws {
        let chain = try Chain()
        let coupon = try chain.issueCoupon(on: counter.day(1), through: counter.day(30))
        try chain.grant(coupon, 1, to: chain.first)
        try Travel.exchange(chain.first, chain.second, with: chain.hub)

        try chain.first.sell(counter.sale(1, nil, using: coupon, .right, on: 2))
        let refused = try chain.second.record(counter.sale(2, nil, using: coupon, .right, on: 2), at: Stores.moment())
        #expect(refused == .refused(.insufficientRights(lot: coupon, held: 0)))
        try chain.settle()
        #expect(try chain.model().doublyRedeemed == [])
    }

    @Test func aCouponThatIsTakenWithoutRightAllTheSameIsFoundOnce() throws {
        let chain = try Chain()
        let coupon = try chain.issueCoupon(on: counter.day(1), through: counter.day(30))
        try chain.grant(coupon, 1, to: chain.first)
        try Travel.exchange(chain.first, chain.second, with: chain.hub)

        // The one without right is the first to be heard of; the other stays the valid one.
        try chain.second.sell(counter.sale(2, nil, using: coupon, .optimistic, on: 2))
        try Travel.push(chain.second, to: chain.hub)
        try chain.first.sell(counter.sale(1, nil, using: coupon, .right, on: 2))
        try chain.settle()
        let model = try chain.model()
        #expect(model.doublyRedeemed == [coupon.value])
        #expect(model.doubleRedemptions(of: coupon.value).map(\.sale) == [2])
        #expect(try BookComparison(hub: chain.hub, model: model).differences == [])
    }

    // MARK: 3

    @Test func everyPushThreeTimesInAnyOrderGivesTheSameBooks() throws {
        var books: Set<[String]> = []
        for seed in 0..<24 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let chain = try Chain()
            try chain.tellOfTwoBranches(counter, ann)
            var pushes = [chain.first, chain.second].flatMap { Array(repeating: $0, count: 3) }
            pushes.shuffle(using: &random)
            for node in pushes {
                let actor = node.identity.actor
                let all = try node.outgoing(of: actor, from: 1, atMost: 1_000).operations
                let count = random.below(all.count) + 1
                for operations in [Array(all.prefix(count)), all] {
                    _ = try chain.hub.accept(
                        operations.map { .init(operation: $0, node: node.identity.node) },
                        nowMilliseconds: Stores.noon, toleranceMilliseconds: Stores.tolerance)
                }
            }
            try chain.settle()
            #expect(try BookComparison(hub: chain.hub, model: try chain.model()).differences == [])
            let totals = try Totals(chain.hub)
            books.insert(try chain.hub.lots().map { "\($0.terms.id) \($0.spent) \($0.remaining)" } + ["\(totals)"])
            for store in [chain.hub, chain.first, chain.second] { #expect(try store.verify().isSound) }
        }
        #expect(books.count == 1)
    }

    // MARK: 4

    @Test func aDebitBeforeExpiryThatArrivesAfterwardsCountsAsInOrder() throws {
        var balances: [[Int64]] = []
        for isLate in [false, true] {
            let chain = try Chain()
            try chain.first.sell(counter.sale(1, ann, earning: 100, keeping: 60, through: 10, on: 2))
            try Travel.exchange(chain.first, with: chain.hub)
            let lot = try #require(try chain.hub.lots().first).terms.id
            try chain.first.sell(counter.sale(2, ann, spending: [lot: 50], on: 10))
            if !isLate { try Travel.push(chain.first, to: chain.hub) }
            try chain.expire(lot, 40, on: counter.day(11))
            #expect(try chain.settle() == (isLate ? [.ok] : []))
            #expect(try chain.hub.wholeLog().map(\.stamp.verdict) == [.ok, .ok, .ok])
            let found = try #require(try chain.hub.lot(lot))
            balances.append([found.spent, found.expired, found.remaining, found.overdrawn])
        }
        #expect(balances == [[50, 40, 10, 0], [50, 40, 10, 0]])
    }

    @Test func aLotIsNotSpentAfterItsLastDay() throws {
        let chain = try Chain()
        try chain.first.sell(counter.sale(1, ann, earning: 100, through: 10, on: 2))
        let lot = try #require(try chain.first.lots().first).terms.id
        let late = try chain.first.record(counter.sale(2, ann, spending: [lot: 5], on: 11), at: Stores.moment())
        #expect(late == .refused(.notSpendable(lot: lot)))
    }

    // MARK: 5

    @Test(arguments: [1, 2, 3, 7])
    func refundsInPiecesTakeBackWhatWasEarnedAndGiveBackWhatWasSpent(pieces: Int64) throws {
        let chain = try Chain()
        try chain.first.sell(counter.sale(1, ann, earning: 500, on: 2))
        let lot = try #require(try chain.first.lots().first).terms.id
        let bought = counter.basket(2, ann, spending: lot, on: 3)
        try chain.first.sell(bought)
        let made = try #require(bought.lots(madeBy: chain.first.identity.actor, of: NodeID(1)).first).terms.id

        for piece in 0..<pieces {
            let (from, to) = (piece * 7 / pieces, (piece + 1) * 7 / pieces)
            let sold = try #require(try chain.first.refundable(bought.id))
            let refund = try counter.refund(100 + UInt128(piece), of: sold, (to - from) * 1_000, at: chain.first)
            #expect(try chain.first.record(refund, at: Stores.noon) == .recorded)
        }
        let again = try #require(try chain.first.refundable(bought.id))
        #expect(throws: RefundRefusal.self) { try counter.refund(200, of: again, 1, at: chain.first) }

        try chain.settle()
        for store in [chain.first, chain.hub] {
            let (earned, spent) = (try #require(try store.lot(made)), try #require(try store.lot(lot)))
            #expect([earned.earned, earned.clawedBack, earned.remaining] == [11, 11, 0])
            #expect([spent.spent, spent.refunded, spent.remaining] == [300, 300, 500])
            #expect(try store.account(of: ann).debts == [])
        }
        #expect(try BookComparison(hub: chain.hub, model: try chain.model()).differences == [])
    }

    // MARK: 8

    @Test(arguments: [Interruption.Moment.beforeCommit, .afterCommit])
    func aNodeThatDiesInASaleShowsItOnce(moment: Interruption.Moment) throws {
        let chain = try Chain()
        try chain.first.sell(counter.sale(1, ann, earning: 100, on: 2))
        let lot = try #require(try chain.first.lots().first).terms.id
        let sale = counter.sale(2, ann, spending: [lot: 30], on: 3)
        chain.first.faults.interruption = Interruption(moment, afterTransactions: 0)
        #expect(throws: Interruption.self) { try chain.first.record(sale, at: Stores.moment()) }

        let restarted = try chain.first.reopenedInMemory()
        let again = try restarted.record(sale, at: Stores.moment())
        #expect(again == (moment == .afterCommit ? .repeated : .recorded))
        #expect(try restarted.lot(lot)?.spent == 30)
        #expect(try restarted.verify().isSound)
        try Travel.exchange(restarted, with: chain.hub)
        #expect(try chain.hub.wholeLog().map(\.stamp.verdict) == [.ok, .ok])
        #expect(try chain.hub.lot(lot)?.right(of: .actor(restarted.identity.actor)) == 70)
    }

    // MARK: 9

    @Test func aClockTwoDaysAheadIsFlaggedAndExpiresNobodysLots() throws {
        let chain = try Chain()
        for (node, id) in [(chain.first, UInt128(1)), (chain.second, 2)] {
            try node.sell(counter.sale(id, ann, earning: 100, through: 4, on: 3))
        }
        try Travel.exchange(chain.first, chain.second, with: chain.hub)
        let ahead = Stores.noon + 2 * 86_400_000
        try chain.first.sell(counter.sale(3, ann, earning: 10, on: 5), nowMilliseconds: ahead)
        let judged = try Travel.push(chain.first, to: chain.hub)
        #expect(judged.map(\.stamp.verdict) == [.flagged(.clockAhead)])

        let lot = try #require(try chain.second.lots().first { $0.remaining > 0 }).terms.id
        try chain.second.sell(counter.sale(4, ann, spending: [lot: 100], on: 4))
        #expect(try chain.settle() == [.ok])
        #expect(try chain.hub.lots().map(\.expired) == [0, 0, 0])
        #expect(try BookComparison(hub: chain.hub, model: try chain.model()).differences == [])
    }
}
