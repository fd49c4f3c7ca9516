import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// How long a till waits while the hub asks other shops, measured in virtual time to the millisecond.
@Suite struct RecallTimeTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    /// The first shop holds 1,000 points.
    init() throws {
        chain = try SmallChain(shops: 3)
        for shop in 1..<3 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        _ = try buy(at: 0, sale: 1, points: .none)
        try chain.connect(0)
    }

    @Test func aDenialComesAfterEightHundredMillisecondsSharp() throws {
        chain.loses = { if case .recall = $0 { true } else { false } }
        #expect(try buy(at: 1, sale: 2, points: .exactly(500)) == nil)
        let asked = try #require(heardAuthorization())
        try chain.passSilently(milliseconds: asked + 799 - chain.now)
        #expect(decided() == nil)
        try chain.passSilently(milliseconds: 1)
        #expect(decided() == asked + Limits.recallWaitMilliseconds)
        guard case .checkout(.refused(_, .denied(let denial)?))? = chain.answer(to: chain.lastRequest) else {
            Issue.record("\(String(describing: chain.answer(to: chain.lastRequest)))")
            return
        }
        #expect(denial.code == .insufficient)
    }

    @Test func whatHasComeInTimeIsGrantedAtOnceAndNotAtTheEnd() throws {
        guard case .checkout(.sold(let sale))? = try buy(at: 1, sale: 2, points: .exactly(500)) else {
            Issue.record("not sold")
            return
        }
        #expect(sale.settlement?.pointsSpent == 500)
        let (asked, answered) = (try #require(heardAuthorization()), try #require(decided()))
        #expect(answered - asked < 100)
    }

    @Test func anotherShopsRefundWaitsNoLongerEither() throws {
        chain.loses = { if case .recall = $0 { true } else { false } }
        let request = RefundRequest(
            id: RecordID(0xF1), sale: RecordID(1), till: "till", cashier: "lin", reason: "",
            occurredAtMilliseconds: 1_700_625_700_000, businessDate: SmallChain.today, lines: [], payout: nil)
        #expect(try chain.ask(1, .refund(request)) == nil)
        let asked = try #require(
            chain.heard.last { if case .ask = $0.message { true } else { false } }?.atMilliseconds)
        try chain.passSilently(milliseconds: asked + 799 - chain.now)
        #expect(chain.answer(to: chain.lastRequest) == nil)
        try chain.passSilently(milliseconds: 1)
        #expect(chain.answer(to: chain.lastRequest) == .refund(.deniedByHub(code: "seller_unreachable")))
    }

    private func heardAuthorization() -> UInt64? {
        chain.heard.last { if case .authorize = $0.message { true } else { false } }?.atMilliseconds
    }

    private func decided() -> UInt64? {
        chain.said.last {
            switch $0.message {
            case .grant, .deny: true
            case _: false
            }
        }?.atMilliseconds
    }

    private func buy(at shop: Int, sale: UInt128, points: Wish) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .checkout(
                Checkout(
                    id: RecordID(sale), member: ann, till: "till", cashier: "lin", reference: "R\(sale)",
                    occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
                    lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 100_000)], points: points)))
    }
}
