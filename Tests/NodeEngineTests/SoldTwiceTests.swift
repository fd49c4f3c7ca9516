import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// One sale under one number in two shops, while neither could be heard: each takes back what it has recorded itself.
@Suite struct SoldTwiceTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)
    let sale = RecordID(1)

    /// The first shop's stands first in the log.
    init() throws {
        chain = try SmallChain(shops: 3)
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        for shop in 0..<3 { try chain.connect(shop) }
        for shop in 0..<2 { try chain.disconnect(shop) }
        for shop in 0..<2 { _ = try buy(at: shop, sale, price: 100_000) }
        for shop in 0..<2 { try chain.connect(shop) }
    }

    @Test func theSecondShopsRefundCountsAsItDoesThere() throws {
        let refund = try #require(refunded(try bringBack(0xF1, to: 1)))
        // Points, and as much growth.
        #expect(refund.clawedBack.reduce(0) { $0 + $1.amount } == 2_000)
        #expect(try verdict(of: refund) == .flagged(.duplicateSale))
        try expectAgreement()
        #expect(try held(at: 1) == 0)
        #expect(try held(at: 0) == 1_000)
    }

    @Test func bothTakeBackTheirOwnAndNeitherTwice() throws {
        for shop in 0..<2 {
            let refund = try #require(refunded(try bringBack(0xF1 + UInt128(shop), to: shop)))
            #expect(try verdict(of: refund) == (shop == 0 ? .ok : .flagged(.duplicateSale)))
        }
        for shop in 0..<2 {
            let again = try bringBack(0xE1 + UInt128(shop), to: shop)
            #expect(again == .refund(.refused(.nothingLeft)))
        }
        try expectAgreement()
        #expect(try chain.hub.store.account(of: ann).balance("points", on: SmallChain.today) == 0)
    }

    /// The hub asks the first, and the first alone.
    @Test func aThirdShopTakesBackTheFirst() throws {
        let refund = try #require(refunded(try bringBack(0xF1, to: 2)))
        #expect(refund.node == NodeID(3))
        #expect(try bringBack(0xF2, to: 2) == .refund(.deniedByHub(code: "refund_exceeds_sale")))
        #expect(refunded(try bringBack(0xF3, to: 1)) != nil)
        try expectAgreement()
    }

    @Test func whatTheSecondShopRestoresItMaySpend() throws {
        let second = RecordID(2)
        _ = try buy(at: 2, second, price: 100_000)
        for shop in 1..<3 { try chain.disconnect(shop) }
        let spent = try #require(sold(try buy(at: 1, second, price: 100_000, points: .exactly(500))))
        for shop in 1..<3 { try chain.connect(shop) }
        let refund = try #require(refunded(try bringBack(0xF1, of: spent.id, to: 1)))
        #expect(refund.restored.reduce(0) { $0 + $1.amount } == 500)
        try expectAgreement()
        try chain.disconnect(1)
        _ = try #require(sold(try buy(at: 1, RecordID(3), price: 100_000, points: .exactly(500))))
        try chain.connect(1)
        try expectAgreement()
        #expect(try chain.hub.store.account(of: ann).lots.allSatisfy { $0.overdrawn == 0 })
    }

    // MARK: Helpers

    private func expectAgreement() throws {
        for shop in 0..<3 {
            let hubs = try chain.hub.store.account(of: ann).lots.map { ($0.terms.id, $0.right(of: holder(shop))) }
            for (lot, right) in hubs {
                let own = try chain.shops[shop].store.lot(lot)?.right(of: holder(shop)) ?? 0
                #expect(own == right, "shop \(shop), lot \(lot)")
            }
        }
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }

    private func holder(_ shop: Int) -> RightsHolder { .actor(chain.shops[shop].store.identity.actor) }

    private func held(at shop: Int) throws -> Int64 {
        try chain.hub.store.account(of: ann).spendable("points", by: holder(shop), on: SmallChain.today)
    }

    private func verdict(of refund: Refund) throws -> Verdict? {
        try chain.hub.store.entry(under: refund.id)?.stamp.verdict
    }

    private func bringBack(_ id: UInt128, of sold: RecordID = RecordID(1), to shop: Int) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .refund(
                RefundRequest(
                    id: RecordID(id), sale: sold, till: "till", cashier: "lin", reason: "too much",
                    occurredAtMilliseconds: 1_700_625_700_000, businessDate: SmallChain.today, lines: [], payout: nil)))
    }

    private func refunded(_ answer: TillAnswer?) -> Refund? {
        guard case .refund(.refunded(let refund))? = answer else { return nil }
        return refund
    }

    private func buy(at shop: Int, _ id: RecordID, price: Int64, points: Wish = .none) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .checkout(
                Checkout(
                    id: id, member: ann, till: "till", cashier: "lin", reference: "R\(shop)",
                    occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
                    lines: [CartLine(product: "tea", quantityMilli: 3_000, grossMinor: price)], points: points)))
    }

    private func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }
}
