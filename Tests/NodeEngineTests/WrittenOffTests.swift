import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// A branch that was written off, and is back: nothing it holds is lost, and it agrees with the hub about its rights.
@Suite struct WrittenOffTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    /// The first shop holds 500 of Ann's 1,000 points when it goes away.
    init() throws {
        chain = try SmallChain(shops: 2)
        for shop in 0..<2 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        _ = try buy(at: 0, sale: 1, price: 100_000)
        try chain.disconnect(0)
    }

    @Test func whatItRestoredMeanwhileIsNobodysTwice() throws {
        let spent = try #require(sold(try buy(at: 0, sale: 2, price: 100_000, points: .exactly(500))))
        try writeOff()
        _ = try bringBack(0xF1, of: spent.id, to: 0)
        try chain.connect(0)
        try expectAgreement()
        #expect(try held(at: 0) == 0)
        try buyAndAgree(sale: 3)
    }

    @Test func whatItEarnedMeanwhileIsTheMembersStill() throws {
        try writeOff()
        _ = try buy(at: 0, sale: 2, price: 30_000)
        try chain.connect(0)
        #expect(try chain.hub.store.account(of: ann).balance("points", on: SmallChain.today) == 1_300)
        #expect(try held(at: 0) == 0)
        try expectAgreement()
    }

    @Test func whatItEarnedAndSpentMeanwhileWasItsOwnToSpend() throws {
        try writeOff()
        _ = try buy(at: 0, sale: 2, price: 100_000)
        let spent = try #require(sold(try buy(at: 0, sale: 3, price: 300_000, points: .exactly(1_500))))
        try chain.connect(0)
        let account = try chain.hub.store.account(of: ann)
        // 500 of what it spent had been written off.
        #expect(account.lots.reduce(0) { $0 + $1.overdrawn } == 500)
        #expect(account.balance("points", on: SmallChain.today) == 1_000 + spent.points)
        try expectAgreement()
    }

    @Test func itSaysSoOnceAndInTheSameTransaction() throws {
        try writeOff()
        try chain.connect(0)
        let store = chain.shops[0].store
        let said = try store.operations(of: store.identity.actor, from: 1).filter { surrender($0) != nil }
        #expect(said.count == 1)
        let surrendered = try #require(said.first.flatMap(surrender))
        #expect(try chain.hub.store.entry(under: surrendered.id)?.stamp.verdict == .ok)
        try chain.disconnect(0)
        try chain.connect(0)
        #expect(try store.operations(of: store.identity.actor, from: 1).filter { surrender($0) != nil }.count == 1)
    }

    @Test func untilItKnowsNothingIsGivenToIt() throws {
        try writeOff()
        #expect(try chain.hub.store.isSealed(actor(0)))
        let lot = try #require(try chain.hub.store.account(of: ann).lots.first { $0.right(of: .hub) > 0 })
        let gift = Transfer(
            id: RecordID(0x91F7), from: .hub, to: .actor(actor(0)), cause: .allowance, reference: nil,
            items: [Transfer.Item(terms: lot.terms, amount: 1)])
        try chain.declare(.transfer(gift), for: .nodes([NodeID(1)]))
        #expect(try chain.hub.store.entry(under: gift.id) == nil)
        #expect(try chain.hub.store.lot(lot.terms.id)?.right(of: .actor(actor(0))) == 0)
        try chain.connect(0)
        #expect(try !chain.hub.store.isSealed(actor(0)))
        try expectAgreement()
        _ = try #require(sold(try buy(at: 0, sale: 2, price: 100_000, points: .exactly(500))))
        try expectAgreement()
    }

    @Test func twiceWrittenOffItAnswersTwice() throws {
        try writeOff()
        try chain.connect(0)
        _ = try buy(at: 0, sale: 2, price: 100_000)
        try chain.disconnect(0)
        _ = try buy(at: 0, sale: 3, price: 200_000, points: .exactly(100))
        try writeOff()
        #expect(try chain.hub.store.isSealed(actor(0)))
        try chain.connect(0)
        #expect(try !chain.hub.store.isSealed(actor(0)))
        try expectAgreement()
        try buyAndAgree(sale: 4)
    }

    /// What it sold before is the hub's to take back, on both sides.
    @Test func whatItSoldComesBackThroughTheHub() throws {
        _ = try buy(at: 0, sale: 2, price: 30_000)
        try writeOff()
        _ = try buy(at: 0, sale: 3, price: 30_000)
        try chain.connect(0)
        for sale in 1...3 as ClosedRange<UInt128> {
            guard case .refund(.refunded(let refund))? = try bringBack(0xF0 + sale, of: RecordID(sale), to: 1) else {
                Issue.record("sale \(sale) cannot come back")
                continue
            }
            #expect(try chain.hub.store.entry(under: refund.id)?.stamp.verdict == .ok)
        }
        try expectAgreement()
        #expect(try chain.hub.store.account(of: ann).balance("points", on: SmallChain.today) == 0)
    }

    @Test func nobodySurrendersUnasked() throws {
        let desk = try HubDesk()
        let holder = RightsHolder.actor(HubDesk.actor(1))
        let fact = Fact.transfer(.surrender(of: holder, to: RecordID(0xDEAD)))
        #expect(try desk.arrive(fact, from: 1) == .flagged(.authority))
        let others = Fact.transfer(.surrender(of: .actor(HubDesk.actor(2)), to: RecordID(0xDEAD)))
        #expect(try desk.arrive(others, from: 1) == .flagged(.authority))
    }

    // MARK: Helpers

    private func writeOff() throws { try chain.command(["nodes.declare-lost", "do", "boss", "burnt down", "1"]) }

    private func surrender(_ operation: Operation) -> Transfer? {
        guard case .transfer(let transfer)? = Fact(operation), transfer.cause == .surrender else { return nil }
        return transfer
    }

    private func actor(_ shop: Int) -> ActorID { chain.shops[shop].store.identity.actor }

    private func held(at shop: Int) throws -> Int64 {
        try chain.hub.store.account(of: ann).spendable("points", by: .actor(actor(shop)), on: SmallChain.today)
    }

    /// It is a branch like any other again.
    private func buyAndAgree(sale: UInt128) throws {
        _ = try #require(sold(try buy(at: 0, sale: sale, price: 100_000, points: .exactly(100))))
        try expectAgreement()
    }

    private func expectAgreement() throws {
        for shop in 0..<2 {
            let holder = RightsHolder.actor(actor(shop))
            for lot in try chain.hub.store.account(of: ann).lots {
                let own = try chain.shops[shop].store.lot(lot.terms.id)?.right(of: holder) ?? 0
                #expect(own == lot.right(of: holder), "shop \(shop), lot \(lot.terms.id)")
                #expect(lot.isConserved)
            }
        }
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }

    private func buy(at shop: Int, sale: UInt128, price: Int64, points: Wish = .none) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .checkout(
                Checkout(
                    id: RecordID(sale), member: ann, till: "till", cashier: "lin", reference: "R\(sale)",
                    occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
                    lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: price)], points: points)))
    }

    private func bringBack(_ id: UInt128, of sale: RecordID, to shop: Int) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .refund(
                RefundRequest(
                    id: RecordID(id), sale: sale, till: "till", cashier: "lin", reason: "too much",
                    occurredAtMilliseconds: 1_700_625_700_000, businessDate: SmallChain.today, lines: [], payout: nil)))
    }

    private func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }
}
