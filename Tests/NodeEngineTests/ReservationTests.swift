import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// Rights that are fetched for a sale before it is made.
@Suite struct ReservationTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    /// 1,000 points lie at the first shop.
    init() throws {
        chain = try SmallChain(shops: 2)
        for shop in 0..<2 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        try chain.disconnect(0)
        _ = try chain.ask(0, .checkout(checkout(1, points: .none)))
        try chain.connect(0)
    }

    private func checkout(_ id: UInt128, points: Wish) -> Checkout {
        Checkout(
            id: RecordID(id), member: ann, till: "till", cashier: "lin", reference: "R\(id)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 100_000)], points: points)
    }

    private func reserve(_ points: Int64) throws -> ReserveOutcome? {
        guard case .reserve(let outcome)? = try chain.ask(1, .reserve(checkout(2, points: .exactly(points)))) else {
            return nil
        }
        return outcome
    }

    private func held(at shop: Int) throws -> Int64 {
        let store = chain.shops[shop].store
        return try store.account(of: ann).spendable("points", by: .actor(store.identity.actor), on: SmallChain.today)
    }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) { #expect(try store.verify().isSound) }
        #expect(try chain.hub.store.account(of: ann).lots.allSatisfy(\.isConserved))
    }

    @Test func whatIsReservedIsSpentWithTheLineDown() throws {
        guard case .here(let fetched)? = try reserve(500) else {
            Issue.record("nothing was reserved")
            return
        }
        #expect(try fetched.count == 1 && held(at: 1) == 500)
        try chain.disconnect(1)
        guard case .checkout(.sold(let sale))? = try chain.ask(1, .checkout(checkout(3, points: .exactly(500)))) else {
            Issue.record("nothing was sold")
            return
        }
        #expect(sale.settlement?.pointsSpent == 500)
        try chain.connect(1)
        try expectSound()
    }

    @Test func whatIsHereAlreadyIsNotFetched() throws {
        guard case .here? = try reserve(500) else {
            Issue.record("nothing was reserved")
            return
        }
        let head = chain.hub.store.head
        #expect(try reserve(400) == .here(fetched: []))
        #expect(chain.hub.store.head == head)
    }

    @Test func whatWasFetchedIsHandedBackOnce() throws {
        guard case .here(let fetched)? = try reserve(500) else {
            Issue.record("nothing was reserved")
            return
        }
        for _ in 1...2 { #expect(try chain.ask(1, .handBack(fetched)) == .handedBack) }
        #expect(try held(at: 1) == 0)
        #expect(try chain.hub.store.account(of: ann).lots.reduce(0) { $0 + $1.right(of: .hub) } == 500)
        try expectSound()
    }

    /// The sale has taken a part of it: no more goes back than is left.
    @Test func whatHasBeenSpentOfItDoesNotGoBack() throws {
        guard case .here(let fetched)? = try reserve(500) else {
            Issue.record("nothing was reserved")
            return
        }
        try chain.disconnect(1)
        _ = try chain.ask(1, .checkout(checkout(3, points: .exactly(300))))
        let left = try held(at: 1)
        _ = try chain.ask(1, .handBack(fetched))
        #expect(try held(at: 1) == left - 200)
        try chain.connect(1)
        try expectSound()
    }

    @Test func withoutTheLineNothingIsReserved() throws {
        try chain.disconnect(1)
        let fault = CheckoutFault.shortage(wallet: "points", wanted: 500, usableHere: 0)
        #expect(try reserve(500) == .refused(fault, .offline))
    }

    @Test func nobodyHasSoMuch() throws {
        guard case .refused(.shortage, .denied(let denial)?)? = try reserve(5_000) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.code == .insufficient)
        #expect(try held(at: 1) == 0)
        try expectSound()
    }

    @Test func aGrantThatComesTooLateGoesBack() throws {
        chain.loses = { _ in true }
        #expect(try reserve(500) == nil)
        let request = chain.lastRequest
        try chain.disconnect(1)
        let fault = CheckoutFault.shortage(wallet: "points", wanted: 500, usableHere: 0)
        #expect(chain.answer(to: request) == .reserve(.refused(fault, .offline)))
        chain.loses = { _ in false }
        try chain.connect(1)
        #expect(try held(at: 1) == 0)
        try expectSound()
    }
}
