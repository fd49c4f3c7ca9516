import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// Nobody pays with what is another's: the branch refuses, and the hub says so of whoever did it all the same.
struct ForeignLotTests {
    @Test func theHubFlagsASaleThatSpendsAnothersPoints() throws {
        let desk = try HubDesk()
        _ = try desk.member(1)
        _ = try desk.member(2)
        #expect(try desk.arrive(.sale(desk.sale(10, 1, points: 100)), from: 1) == .ok)
        let spend = [LotSpend(lot: desk.lot(of: 10, at: 1), amount: 40)]
        #expect(try desk.arrive(.sale(desk.sale(11, 2, spending: spend)), from: 1) == .flagged(.foreignLot))
        #expect(try desk.arrive(.sale(desk.sale(12, 1, spending: spend)), from: 1) == .ok)
        #expect(try desk.store.lot(desk.lot(of: 10, at: 1))?.remaining == 20)
        #expect(try desk.isSound())
    }

    @Test func whoIsTheSamePersonMayAsLongAsTheHubSaysSo() throws {
        let desk = try HubDesk()
        let (first, second) = (try desk.member(1), try desk.member(2))
        _ = try desk.arrive(.sale(desk.sale(10, 1, points: 100)), from: 1)
        let spend = [LotSpend(lot: desk.lot(of: 10, at: 1), amount: 10)]
        try desk.ask("members.link", "do", "boss", "one person", first, second)
        #expect(try desk.arrive(.sale(desk.sale(11, 2, spending: spend)), from: 1) == .ok)
        try desk.ask("members.unlink", "do", "boss", "no, two", first, second)
        #expect(try desk.arrive(.sale(desk.sale(12, 2, spending: spend)), from: 1) == .flagged(.foreignLot))
    }

    @Test func aMembersCouponIsNobodyElses() throws {
        let desk = try HubDesk()
        _ = try desk.member(1)
        let terms = LotTerms(
            id: RecordID(0xC0), member: RecordID(1), kind: .coupon, wallet: "ten", issuer: .hub, openedOn: HubDesk.day,
            availableOn: nil, expiresOn: nil)
        try desk.hub.write(
            .booking(
                Booking(
                    id: RecordID(0xB0), cause: .adjust, reference: nil, author: "boss", reason: "test",
                    businessDate: HubDesk.day, lines: [.credit(terms, amount: 1)])), for: .hub, desk.now)
        let use = CouponUse(
            coupon: terms.id, definition: "ten", definitionRevision: 1, mode: .optimistic, discountMinor: 100)
        #expect(try desk.arrive(.sale(desk.sale(10, nil, coupons: [use])), from: 1) == .flagged(.foreignLot))
    }

    @Test func theBranchRefusesToSpendAnothersPoints() throws {
        let chain = try SmallChain(shops: 1)
        try chain.connect(0)
        let (ann, bob) = (RecordID(0xA11), RecordID(0xB0B))
        for member in [ann, bob] {
            try chain.command(["members.create", "do", "boss", "", member.hexadecimal, "name=X"])
        }
        let store = chain.shops[0].store
        let earned = try #require(Self.sold(try chain.ask(0, .checkout(Self.checkout(1, by: ann)))))
        let lot = try #require(Self.points(of: earned, at: store))
        let bought = try Self.sale(2, by: bob, spending: [LotSpend(lot: lot, amount: 100)])
        #expect(try chain.ask(0, .sale(bought)) == .sale(.refused(.notSpendable(lot: lot))))
        #expect(try store.sale(bought.id) == nil)
        try chain.command(["members.link", "do", "boss", "one person", ann.hexadecimal, bob.hexadecimal])
        #expect(try chain.ask(0, .sale(bought)) == .sale(.recorded))
        #expect(try chain.hub.store.sale(bought.id) != nil)
        #expect(try chain.hub.store.verify().isSound)
        #expect(try store.verify().isSound)
    }

    @Test func theBranchRefusesToTakeBackFromAnothersPoints() throws {
        let chain = try SmallChain(shops: 1)
        try chain.connect(0)
        let (ann, bob) = (RecordID(0xA11), RecordID(0xB0B))
        for member in [ann, bob] {
            try chain.command(["members.create", "do", "boss", "", member.hexadecimal, "name=X"])
        }
        let store = chain.shops[0].store
        let anns = try #require(Self.sold(try chain.ask(0, .checkout(Self.checkout(1, by: ann)))))
        let bobs = try #require(Self.sold(try chain.ask(0, .checkout(Self.checkout(2, by: bob)))))
        let lot = try #require(Self.points(of: anns, at: store))
        let line = Refund.Line(
            line: 1, quantityMilli: 1_000, netMinor: bobs.netMinor, pointsSpent: 0,
            shares: LineSettlement(
                couponMinor: 0, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: bobs.points,
                growthEarned: 0))
        let refund = Refund(
            id: RecordID(0xF1), sale: bobs.id, member: bob, node: store.identity.node, till: "till", cashier: "lin",
            reason: "", occurredAtMilliseconds: 1_700_625_700_000, businessDate: SmallChain.today, lines: [line],
            tenders: [Tender(kind: .cash, amountMinor: bobs.netMinor, reference: "")], restored: [], renewed: [],
            clawedBack: [LotSpend(lot: lot, amount: 10)], debts: [], coupons: [])
        guard case .refused = try store.record(refund, at: chain.now) else {
            Issue.record("taken from Ann for what Bob brought back")
            return
        }
    }

    // MARK: Helpers

    /// The lot of points that a sale has made.
    private static func points(of sale: Sale, at store: ReplicaStore) -> RecordID? {
        sale.lots(madeBy: store.identity.actor, of: store.identity.node).first { $0.terms.kind == .points }?.terms.id
    }

    private static func checkout(_ id: UInt128, by member: RecordID) -> Checkout {
        Checkout(
            id: RecordID(id), member: member, till: "till", cashier: "lin", reference: "R\(id)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 30_000)])
    }

    private static func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }

    private static func sale(_ id: UInt128, by member: RecordID, spending spends: [LotSpend]) throws -> Sale {
        Sale(
            id: RecordID(id), member: member, till: "till", reference: "R\(id)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, netMinor: 1_000, points: 0,
            ruleRevision: 1,
            lines: [SaleLine(product: "tea", quantityMilli: 1_000, netMinor: 1_000, discountMinor: 0)],
            settlement: Settlement(
                cashier: "lin", tier: nil, lines: [.plain(pointsEarned: 0)],
                tenders: [Tender(kind: .cash, amountMinor: 1_000, reference: "")], accruals: [], spends: spends,
                coupons: [], grants: []))
    }
}
