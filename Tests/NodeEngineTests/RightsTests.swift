import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// Rights between a hub and shops, as tills see it.
@Suite struct RightsTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    init() throws {
        chain = try SmallChain(shops: 3)
        for shop in 0..<3 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
    }

    // MARK: Spending

    @Test func whatWasEarnedHereIsSpentHereWithoutTheHub() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        let sale = try #require(sold(try buy(at: 0, sale: 2, points: 500)))
        #expect(sale.settlement?.spends.reduce(0) { $0 + $1.amount } == 500)
        #expect(sale.settlement?.tenders.first?.amountMinor == 500)
        try chain.connect(0)
        try expectSound()
    }

    @Test func offlineAnotherShopIsToldHowLittleItMaySpend() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        try chain.connect(0)
        try chain.disconnect(1)
        let answer = try buy(at: 1, sale: 2, points: 500)
        let fault = CheckoutFault.shortage(wallet: "points", wanted: 500, usableHere: 0)
        #expect(answer == .checkout(.refused(fault, .offline)))
    }

    @Test func onlineTheHubCallsBackWhatAnotherShopHolds() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        try chain.connect(0)
        let sale = try #require(sold(try buy(at: 1, sale: 2, points: 500)))
        #expect(sale.settlement?.spends.count == 1)
        #expect(try balance(at: chain.hub.store) == 500 + sale.points)
        try expectSound()
    }

    /// What was called back leaves that shop with little; it is for the till that waits, not to fill the shop up again.
    @Test func whatWasCalledBackFromAnAlmostEmptyShopIsNotSentThereAgain() throws {
        try chain.disconnect(0)
        try earn(300, at: 0, sale: 1)
        try chain.connect(0)
        let sale = try #require(sold(try buy(at: 1, sale: 2, points: 200)))
        #expect(sale.settlement?.pointsSpent == 200)
        #expect(try balance(at: chain.hub.store) == 100 + sale.points)
        try expectSound()
    }

    @Test func withTheHolderOfflineTheHubSaysWhoHasTheRest() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        try chain.connect(0)
        try chain.disconnect(0)
        guard case .checkout(.refused(_, .denied(let denial)?))? = try buy(at: 1, sale: 2, points: 500) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.code == .insufficient)
        #expect(denial.held == [HeldElsewhere(branchCode: "shop1", amount: 1_000, isConnected: false)])
    }

    @Test func aTillThatAsksAgainGetsTheSameSale() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        let first = try #require(sold(try buy(at: 0, sale: 2, points: 500)))
        #expect(try buy(at: 0, sale: 2, points: 500) == .checkout(.repeated(first)))
        #expect(try buy(at: 0, sale: 2, points: 300, price: 777) == .checkout(.different))
    }

    // MARK: Answers that get lost

    @Test func aGrantThatComesAfterTheLineBrokeGoesBack() throws {
        try earnAtFirstShop()
        chain.loses = { _ in true }
        _ = try buy(at: 1, sale: 2, points: 500)
        let request = chain.lastRequest
        try chain.disconnect(1)
        guard case .checkout(.refused(_, .offline))? = chain.answer(to: request) else {
            Issue.record("\(String(describing: chain.answer(to: request)))")
            return
        }
        chain.loses = { _ in false }
        try chain.connect(1)
        let left = try chain.shops[1].store.account(of: ann).spendable("points", by: holder(1), on: SmallChain.today)
        #expect(left == 0)
        #expect(try balance(at: chain.hub.store) == 1_000)
        try expectSound()
    }

    @Test func whereOnlyTheLogBringsTheGrantTheSaleGoesThrough() throws {
        try earnAtFirstShop()
        chain.loses = { if case .grant = $0 { true } else { false } }
        _ = try #require(sold(try buy(at: 1, sale: 2, points: 500)))
        try expectSound()
    }

    @Test func whoHearsNothingInTimeSellsNothing() throws {
        try earnAtFirstShop()
        chain.loses = { _ in true }
        _ = try buy(at: 1, sale: 2, points: 500)
        try chain.pass(milliseconds: Limits.authorizationWaitMilliseconds)
        guard case .checkout(.refused(_, .noAnswer))? = chain.answer(to: chain.lastRequest) else {
            Issue.record("\(String(describing: chain.answer(to: chain.lastRequest)))")
            return
        }
        #expect(try chain.shops[1].store.sale(RecordID(2)) == nil)
    }

    // MARK: Refunds

    @Test func aRefundInPiecesGivesBackAndTakesBackExactly() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        let sale = try #require(sold(try buy(at: 0, sale: 2, points: 500)))
        for piece in 1...3 as ClosedRange<UInt128> {
            let answer = try chain.ask(0, .refund(request(0xF0 + piece, of: sale.id, .quantity(milli: 1_000))))
            guard case .refund(.refunded)? = answer else {
                Issue.record("\(String(describing: answer))")
                return
            }
        }
        #expect(try balance(at: chain.shops[0].store) == 1_000)
        let more = try chain.ask(0, .refund(request(0xFF, of: sale.id, .quantity(milli: 1_000))))
        #expect(more == .refund(.refused(.line(1, .moreThanIsLeft(quantityMilli: 0, amountMinor: 0)))))
        try chain.connect(0)
        #expect(try balance(at: chain.hub.store) == 1_000)
        try expectSound()
    }

    @Test func anotherShopsSaleComesBackThroughTheHub() throws {
        try earn(1_000, at: 0, sale: 1)
        let sale = try #require(sold(try buy(at: 0, sale: 2, points: 500)))
        guard case .refund(.refunded(let refund))? = try chain.ask(1, .refund(request(0xF1, of: sale.id, nil))) else {
            Issue.record("not refunded")
            return
        }
        #expect(refund.node == NodeID(2) && refund.netMinor == sale.netMinor)
        #expect(try balance(at: chain.hub.store) == 1_000)
        let again = try chain.ask(0, .refund(request(0xF2, of: sale.id, nil)))
        #expect(again == .refund(.deniedByHub(code: "refund_exceeds_sale")))
        try expectSound()
    }

    @Test func withTheSellerOfflineAnotherShopCannotRefund() throws {
        try earn(1_000, at: 0, sale: 1)
        try chain.disconnect(0)
        let answer = try chain.ask(1, .refund(request(0xF1, of: RecordID(1), nil)))
        #expect(answer == .refund(.deniedByHub(code: "seller_unreachable")))
    }

    @Test func whatWasSpentAlreadyIsOwedAndPaidFirst() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        _ = try #require(sold(try buy(at: 0, sale: 2, points: 1_000, price: 2_000)))
        _ = try chain.ask(0, .refund(request(0xF1, of: RecordID(1), nil)))
        try chain.connect(0)
        let owed = try chain.hub.store.account(of: ann).owed("points")
        #expect(owed > 0)
        try earn(5_000, at: 1, sale: 3)
        #expect(try chain.hub.store.account(of: ann).owed("points") == 0)
        try expectSound()
    }

    // MARK: A lost branch

    @Test func aWrittenOffBranchsLateSalesCostTheChainAndNotTheMember() throws {
        try earn(400, at: 0, sale: 1)
        try chain.disconnect(0)
        _ = try #require(sold(try buy(at: 0, sale: 2, points: 300)))
        let lots = try chain.hub.store.account(of: ann).lots.filter { $0.right(of: holder(0)) > 0 }
        let transfer = Transfer(
            id: RecordID(0xDEAD), from: holder(0), to: .hub, cause: .writeoff, reference: nil, author: "boss",
            reason: "burnt down", items: lots.map { Transfer.Item(terms: $0.terms, amount: $0.right(of: holder(0))) })
        try chain.declare(.transfer(transfer), for: .nodes([NodeID(1)]))
        #expect(try balance(at: chain.hub.store) == 400)
        try chain.connect(0)
        let account = try chain.hub.store.account(of: ann)
        #expect(account.lots.reduce(0) { $0 + $1.overdrawn } == 300)
        #expect(!account.lots.contains { !$0.isConserved })
        try expectSound()
    }

    @Test func aLostBranchThatComesBackIsNotCalledLostAnyMore() throws {
        try earn(400, at: 0, sale: 1)
        try chain.disconnect(0)
        try chain.command(["nodes.declare-lost", "do", "boss", "burnt down", "1"])
        #expect(try chain.hub.store.rosterEntry(NodeID(1))?.lostBecause == "burnt down")
        try chain.connect(0)
        #expect(try chain.hub.store.rosterEntry(NodeID(1))?.lostAtMilliseconds == nil)
        #expect(try chain.hub.store.incidents(limit: 9).map(\.kind) == ["lost_branch_back"])
        let left = try chain.shops[0].store.account(of: ann).spendable("points", by: holder(0), on: SmallChain.today)
        #expect(left == 0)
    }

    @Test func anIdThatARefundHasIsNoSales() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        _ = try chain.ask(0, .refund(request(0xF1, of: RecordID(1), nil)))
        let answer = try chain.ask(0, .checkout(checkout(0xF1, price: 10_000, points: .none)))
        #expect(answer == .checkout(.different))
    }

    // MARK: Helpers

    private func earnAtFirstShop() throws {
        try chain.disconnect(0)
        try earn(1_000, at: 0, sale: 1)
        try chain.connect(0)
    }

    private func holder(_ shop: Int) -> RightsHolder { .actor(chain.shops[shop].store.identity.actor) }

    private func earn(_ points: Int64, at shop: Int, sale: UInt128) throws {
        let answer = try chain.ask(shop, .checkout(checkout(sale, price: points * 100, points: .none)))
        _ = try #require(sold(answer), "\(String(describing: answer))")
    }

    private func buy(at shop: Int, sale: UInt128, points: Int64, price: Int64 = 100_000) throws -> TillAnswer? {
        try chain.ask(shop, .checkout(checkout(sale, price: price, points: .exactly(points))))
    }

    private func checkout(_ id: UInt128, price: Int64, points: Wish) -> Checkout {
        Checkout(
            id: RecordID(id), member: ann, till: "till", cashier: "lin", reference: "R\(id)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 3_000, grossMinor: price)], points: points)
    }

    private func request(_ id: UInt128, of sale: RecordID, _ piece: RefundPiece?) -> RefundRequest {
        RefundRequest(
            id: RecordID(id), sale: sale, till: "till", cashier: "lin", reason: "too much",
            occurredAtMilliseconds: 1_700_625_700_000, businessDate: SmallChain.today,
            lines: piece.map { [RefundRequest.Line(line: 1, piece: $0)] } ?? [], payout: nil)
    }

    private func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }

    private func balance(at store: ReplicaStore) throws -> Int64 {
        try store.account(of: ann).balance("points", on: SmallChain.today)
    }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
            let account = try store.account(of: ann)
            #expect(!account.lots.contains { !$0.isConserved })
        }
    }
}
