import Loyalty
import NodeEngine
import Replication
import Testing

@testable import branchline

/// A sale at a counter, with less each time that something is refused.
@Suite struct SpendingLedgerTests {
    private let ledger = SpendingLedger()
    private let coupon = RecordID(7)

    private func attempt(points: Int64) throws -> SpendingLedger.Attempt {
        let header = "household_id,store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n"
        var pieces = [Array((header + "1,330,b,tea,1,12.00,2017-01-01T08:00:00\n").utf8)]
        var reader = try BasketReader(PurchaseReader(CsvReader { pieces.popLast() }, named: "purchases"))
        let basket = try #require(try reader.next())
        return SpendingLedger.Attempt(
            sale: CounterSale(basket: basket, nowMilliseconds: 0), points: points,
            coupons: [CounterSale.Shown(id: coupon, line: 0, faceMinor: 100)], isOffline: true)
    }

    @Test func withTooLittleHereWhatIsHereIsSpent() throws {
        let shortage = CheckoutFault.shortage(wallet: "points", wanted: 500, usableHere: 250)
        let next = ledger.note(.checkout(.refused(shortage, .offline)), to: try attempt(points: 500))
        #expect(next?.points == 200)
        #expect(next?.coupons.count == 1)
        #expect(ledger.current.pointsRefusals == ["elsewhere_and_line_down": 1])
    }

    @Test func withoutTheCouponThePriceIsTheSame() throws {
        let answer = TillAnswer.checkout(.refused(.couponElsewhere(coupon), .noAnswer))
        let next = try #require(ledger.note(answer, to: try attempt(points: 500)))
        #expect(next.checkout.lines.map(\.grossMinor) == [1_200])
        #expect(next.checkout.coupons.isEmpty)
        #expect(next.checkout.tenders.map(\.amountMinor) == [700])
        #expect(ledger.current.couponRefusals == ["elsewhere_and_no_answer": 1])
    }

    @Test func afterALongSilenceNothingIsSpent() throws {
        let next = ledger.note(.checkout(.refused(.stale(days: 8), nil)), to: try attempt(points: 500))
        #expect(next?.points == 0)
        #expect(next?.coupons == [])
        #expect(ledger.current.faults == 0)
    }

    @Test func whatCannotBeRefusedIsAFault() throws {
        let answer = TillAnswer.checkout(.refused(.tendersAreNotDue(dueMinor: 1, tendersMinor: 2), nil))
        #expect(ledger.note(answer, to: try attempt(points: 500)) == nil)
        #expect(ledger.note(.stopping, to: try attempt(points: 0)) == nil)
        #expect(ledger.current.faults == 2)
    }

    @Test func aMembersSalesAreSettledWhenAllAreAnswered() {
        let member = RecordID(1)
        ledger.noteBegun(member)
        ledger.noteBegun(member)
        ledger.noteEnded(member)
        #expect(!ledger.isSettled(member))
        ledger.noteEnded(member)
        #expect(ledger.isSettled(member))
    }
}
