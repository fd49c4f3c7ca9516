import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// What lies ready in the shops, without anybody asking for it.
@Suite struct AllowanceTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    init() throws {
        chain = try SmallChain(shops: 3)
        for shop in 0..<3 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
    }

    // MARK: How much

    @Test func aShopOfSmallTicketsHoldsLessThanTheCap() throws {
        try buy(at: 1, sale: 1, price: 1_000_000)
        #expect(try held(at: 1) == 500)
        try buy(at: 0, sale: 2, price: 300)
        // Half of 300 takes 100 points.
        #expect(try held(at: 0) == 300)
        try expectSound()
    }

    @Test func oneLargeTicketAmongManySmallOnesChangesNothing() throws {
        try buy(at: 0, sale: 1, price: 900_000)
        for sale in 2...21 as ClosedRange<UInt128> { try buy(at: 0, sale: sale, price: 300, member: nil) }
        #expect(
            try chain.hub.store.largeTicketMinor(of: NodeID(1), steadyMilliseconds: chain.now + 700_000) == 300)
        #expect(
            try chain.shops[0].store.largeTicketMinor(of: NodeID(1), steadyMilliseconds: chain.now + 700_000) == 300)
    }

    @Test func whatIsEarnedStaysOnlyAsFarAsTheShopsTicketsGo() throws {
        try buy(at: 0, sale: 1, price: 300, member: nil)
        try wait(milliseconds: 700_000)
        for sale in 2...21 as ClosedRange<UInt128> { try buy(at: 0, sale: sale, price: 300, member: nil) }
        try buy(at: 0, sale: 22, price: 100_000)
        #expect(try held(at: 0) == 300)
        #expect(try held(at: nil) == 700)
    }

    // MARK: At home

    @Test func aHomeBranchHoldsItsAllowanceBeforeAnyVisit() throws {
        try edit("home_branch=shop3")
        try buy(at: 0, sale: 1, price: 200_000)
        #expect(try held(at: 2) == 500)
        #expect(try held(at: 0) == 500)
        #expect(try held(at: nil) == 1_000)
        try chain.disconnect(2)
        let spent = try buy(at: 2, sale: 2, price: 100_000, points: .exactly(500))
        #expect(spent.settlement?.pointsSpent == 500)
        try chain.connect(2)
        try expectSound()
    }

    @Test func aNewHomeIsFilledAtOnce() throws {
        try buy(at: 0, sale: 1, price: 200_000)
        #expect(try held(at: 2) == 0)
        try edit("home_branch=shop3")
        #expect(try held(at: 2) == 500)
        try expectSound()
    }

    @Test func aHomeThatWasAwayIsFilledWhenItIsBack() throws {
        try chain.disconnect(2)
        try edit("home_branch=shop3")
        try buy(at: 0, sale: 1, price: 200_000)
        try chain.connect(2)
        try chain.pass(milliseconds: 1_000)
        #expect(try held(at: 2) == 500)
        try expectSound()
    }

    @Test func whoHasMovedMeanwhileIsNotWaitedForAtTheOldHome() throws {
        try chain.disconnect(2)
        try edit("home_branch=shop3")
        try buy(at: 0, sale: 1, price: 200_000)
        try edit("home_branch=shop2")
        try chain.connect(2)
        try chain.pass(milliseconds: 1_000)
        #expect(try held(at: 2) == 0)
        #expect(try held(at: 1) == 500)
    }

    @Test func whatHeadquartersCreditsReachesTheHome() throws {
        try edit("home_branch=shop3")
        let terms = LotTerms(
            id: RecordID(0x107), member: ann, kind: .points, wallet: "points", issuer: .hub,
            openedOn: SmallChain.today, availableOn: nil, expiresOn: nil)
        let booking = Booking(
            id: RecordID(0xB00), cause: .adjust, reference: nil, author: "boss", reason: "sorry",
            businessDate: SmallChain.today, lines: [.credit(terms, amount: 300)])
        try chain.declare(.booking(booking), for: .hub)
        #expect(try held(at: 2) == 300)
        try expectSound()
    }

    @Test func aHomeThatIsNoBranchGetsNothing() throws {
        try edit("home_branch=the moon")
        try buy(at: 0, sale: 1, price: 200_000)
        #expect(try held(at: nil) == 1_500)
        #expect(chain.hub.expectedCount == 0)
    }

    // MARK: Going back

    @Test func whatNobodyComesForGoesBackAfterTheDaysOfItsWallet() throws {
        try edit("home_branch=shop3")
        try buy(at: 0, sale: 1, price: 200_000)
        try wait(milliseconds: 59 * 86_400_000)
        #expect(try held(at: 2) == 500)
        try wait(milliseconds: 3 * 86_400_000)
        #expect(try held(at: 2) == 0)
        #expect(try held(at: nil) == 2_000)
        try expectSound()
    }

    /// Old points that have just been sent somewhere have not lain there for long.
    @Test func whatHasJustArrivedIsNotIdle() throws {
        try buy(at: 0, sale: 1, price: 200_000)
        try wait(milliseconds: 100 * 86_400_000)
        try edit("home_branch=shop3")
        #expect(try held(at: 2) == 500)
        try wait(milliseconds: 2 * 3_600_000)
        #expect(try held(at: 2) == 500)
    }

    // MARK: Helpers

    /// No line lives through a long silence.
    private func wait(milliseconds: UInt64) throws {
        for shop in 0..<3 { try chain.disconnect(shop) }
        try chain.pass(milliseconds: milliseconds)
        for shop in 0..<3 { try chain.connect(shop) }
        try chain.pass(milliseconds: 1_000)
    }

    /// Nil for the hub.
    private func held(at shop: Int?) throws -> Int64 {
        let holder = shop.map { RightsHolder.actor(chain.shops[$0].store.identity.actor) } ?? .hub
        let hubs = try chain.hub.store.account(of: ann).spendable("points", by: holder, on: SmallChain.today)
        if let shop {
            let own = try chain.shops[shop].store.account(of: ann).spendable(
                "points", by: holder, on: SmallChain.today)
            #expect(own == hubs)
        }
        return hubs
    }

    private func edit(_ change: String) throws {
        try chain.command(["members.edit", "do", "boss", "", ann.hexadecimal, change])
    }

    @discardableResult
    private func buy(
        at shop: Int, sale: UInt128, price: Int64, points: Wish = .none, member: RecordID? = RecordID(0xA11)
    ) throws -> Sale {
        let checkout = Checkout(
            id: RecordID(sale), member: member, till: "till", cashier: "lin", reference: "R\(sale)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: price)], points: points)
        let answer = try chain.ask(shop, .checkout(checkout))
        guard case .checkout(.sold(let sold))? = answer else { throw NotSold(answer: answer) }
        return sold
    }

    private struct NotSold: Error { let answer: TillAnswer? }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }
}
