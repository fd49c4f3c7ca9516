import Digests
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// One coupon, several shops.
@Suite struct CouponTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    init() throws {
        chain = try SmallChain(shops: 3)
        for shop in 0..<3 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
    }

    @Test func onlyTheHomeShopRedeemsWhileAllAreOffline() throws {
        let coupon = try issue(.homeOnly, home: 0)
        for shop in 0..<2 { try chain.disconnect(shop) }
        #expect(try use(coupon, at: 1, sale: 1) == .checkout(.refused(.couponUnknown(coupon), .offline)))
        let sale = try #require(sold(try use(coupon, at: 0, sale: 2)))
        #expect(sale.netMinor == 9_000 && sale.settlement?.coupons.first?.mode == .right)
        #expect(try use(coupon, at: 0, sale: 3) == .checkout(.refused(.coupon(coupon, .usedUp), nil)))
        for shop in 0..<2 { try chain.connect(shop) }
        try expectSound()
    }

    @Test func onlineTheRightComesToWhereTheCustomerIs() throws {
        let coupon = try issue(.homeOnly, home: 0)
        let sale = try #require(sold(try use(coupon, at: 1, sale: 1)))
        #expect(sale.netMinor == 9_000 && sale.settlement?.grants.count == 1)
        guard case .checkout(.refused)? = try use(coupon, at: 0, sale: 2) else {
            Issue.record("used twice")
            return
        }
        try expectSound()
    }

    @Test func withTheHomeShopOfflineOthersAreToldWhereTheRightLies() throws {
        let coupon = try issue(.homeOnly, home: 0)
        try chain.disconnect(0)
        guard case .checkout(.refused(_, .denied(let denial)?))? = try use(coupon, at: 1, sale: 1) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.held == [HeldElsewhere(branchCode: "shop1", amount: 1, isConnected: false)])
    }

    @Test func anOptimisticCampaignFindsEveryDouble() throws {
        let coupon = try issue(.optimistic(perBranchCount: 5, perBranchMinor: 100_000, campaignLossMinor: 0), home: nil)
        for shop in 0..<3 { try chain.disconnect(shop) }
        for shop in 0..<2 {
            let sale = try #require(sold(try use(coupon, at: shop, sale: UInt128(shop) + 1)))
            #expect(sale.settlement?.coupons.first?.mode == .optimistic)
        }
        for shop in 0..<3 { try chain.connect(shop) }
        #expect(try chain.hub.store.redemptions(of: coupon) == 2)
        #expect(try use(coupon, at: 2, sale: 9) == .checkout(.refused(.coupon(coupon, .usedUp), nil)))
        try expectSound()
    }

    @Test func aFullReturnGivesTheCouponBack() throws {
        let coupon = try issue(.homeOnly, home: 0)
        let sale = try #require(sold(try use(coupon, at: 0, sale: 1)))
        let request = RefundRequest(
            id: RecordID(0xF1), sale: sale.id, till: "till", cashier: "lin", reason: "", occurredAtMilliseconds: 1,
            businessDate: SmallChain.today, lines: [], payout: nil)
        guard case .refund(.refunded(let refund))? = try chain.ask(0, .refund(request)) else {
            Issue.record("not refunded")
            return
        }
        #expect(refund.coupons == [coupon] && refund.netMinor == 9_000)
        _ = try #require(sold(try use(coupon, at: 0, sale: 2)))
        try expectSound()
    }

    @Test func anothersCouponIsRefused() throws {
        let coupon = try issue(.homeOnly, home: 0)
        let stranger = RecordID(0xB0B)
        try chain.command(["members.create", "do", "boss", "", stranger.hexadecimal, "name=Bob"])
        let answer = try chain.ask(0, .checkout(checkout(coupon, 1, stranger)))
        #expect(answer == .checkout(.refused(.coupon(coupon, .usedUp), nil)))
    }

    private func takeBack(_ coupon: RecordID) throws {
        try chain.declare(
            .couponVoid(CouponVoid(coupons: [coupon], author: "boss", reason: "misprint")), for: .chain)
    }

    private func right(_ coupon: RecordID, at shop: Int) throws -> Int64 {
        try chain.shops[shop].store.lot(coupon)?.right(of: .actor(chain.shops[shop].store.identity.actor)) ?? 0
    }

    @Test func theRightToACouponTakenBackGoesHomeAndIsBookedOut() throws {
        let coupon = try issue(.homeOnly, home: 0)
        #expect(try right(coupon, at: 0) == 1)
        try takeBack(coupon)
        #expect(try right(coupon, at: 0) == 0)
        #expect(try chain.hub.store.lot(coupon)?.remaining == 0)
        #expect(try use(coupon, at: 0, sale: 1) == .checkout(.refused(.coupon(coupon, .usedUp), nil)))
        try expectSound()
    }

    /// The right came to the second shop by a grant, and nobody ever told it of the coupon's issue.
    @Test func aShopThatHasOnlyHeardOfTheRightRefusesTheCouponAsWell() throws {
        let coupon = try issue(.homeOnly, home: 0)
        try chain.declare(
            .transfer(
                Transfer(
                    id: RecordID(0x7B), from: .actor(chain.shops[0].store.identity.actor), to: .hub, cause: .writeoff,
                    reference: nil, author: "boss", reason: "moved",
                    items: [.init(terms: try #require(try chain.hub.store.lot(coupon)).terms, amount: 1)])),
            for: .nodes([NodeID(1)]))
        try chain.declare(
            .transfer(
                Transfer(
                    id: RecordID(0x7C), from: .hub, to: .actor(chain.shops[1].store.identity.actor),
                    cause: .allowance, reference: nil,
                    items: [.init(terms: try #require(try chain.hub.store.lot(coupon)).terms, amount: 1)])),
            for: .nodes([NodeID(2)]))
        #expect(try right(coupon, at: 1) == 1 && chain.shops[1].store.coupon(coupon) == nil)
        try takeBack(coupon)
        #expect(try chain.shops[1].store.coupon(coupon)?.isVoid == true)
        #expect(try right(coupon, at: 1) == 0 && chain.hub.store.lot(coupon)?.remaining == 0)
        guard case .checkout(.refused)? = try use(coupon, at: 1, sale: 1) else {
            Issue.record("used after it was taken back")
            return
        }
        try expectSound()
    }

    @Test func whatAShopUsedBeforeItHeardIsFlagged() throws {
        let coupon = try issue(.homeOnly, home: 0)
        try chain.disconnect(0)
        try takeBack(coupon)
        let sale = try #require(sold(try use(coupon, at: 0, sale: 1)))
        try chain.connect(0)
        let verdicts = try chain.hub.store.reader.query("SELECT verdict FROM sales", rowsMax: 9).rows
        #expect(verdicts == [["flagged:coupon_void"]])
        let cases = try chain.hub.store.reader.openCases(limit: 9)
        #expect(cases.map(\.kind) == ["coupon.redeemed_void"])
        guard case .judged(let dot, _)? = cases.first?.subject else { return }
        let uses = try chain.hub.store.reader.voidRedemptions(of: dot)
        #expect(uses.map(\.sale) == [sale.id] && uses.map(\.couldHaveKnown) == [false])
        try expectSound()
    }

    // MARK: Helpers

    /// 10.00 off 50.00 or more.
    private func issue(_ policy: CouponDefinition.Policy, home: Int?) throws -> RecordID {
        let definition = CouponDefinition(
            name: "Ten off", campaign: "c", kind: .amountOff(minor: 1_000, thresholdMinor: 5_000),
            validity: .relative(days: 30, startOffset: 0), policy: policy)
        let item = ProgrammeItem(.coupon(definition), code: "ten")
        try chain.declare(.programme(ProgrammeEdit(item: item, author: "boss", reason: "")), for: .chain)
        let window = definition.window(issuedOn: SmallChain.today)
        let node = home.map { NodeID(UInt32($0) + 1) } ?? .hub
        let coupon = try #require(
            IssuedCoupon.derived(
                definitionCode: "ten", campaign: 7, recipient: .member(ann), number: 1, homeNode: node, secret: [1]))
        let issue = CouponIssue(
            definitionCode: "ten", definitionRevision: 1, validFrom: window.from, validTo: window.to, uses: 1,
            author: "boss", reason: "", coupons: [coupon])
        try chain.declare(.couponIssue(issue), for: home == nil ? .chain : .nodes([node]))
        guard let home else { return coupon.id }
        let transfer = Transfer(
            id: RecordID(0x7A), from: .hub, to: .actor(chain.shops[home].store.identity.actor), cause: .allowance,
            reference: nil, items: [Transfer.Item(terms: issue.terms(of: coupon), amount: 1)])
        try chain.declare(.transfer(transfer), for: .nodes([node]))
        return coupon.id
    }

    private func use(_ coupon: RecordID, at shop: Int, sale: UInt128) throws -> TillAnswer? {
        try chain.ask(shop, .checkout(checkout(coupon, sale, ann)))
    }

    private func checkout(_ coupon: RecordID, _ sale: UInt128, _ member: RecordID) -> Checkout {
        Checkout(
            id: RecordID(sale), member: member, till: "till", cashier: "lin", reference: "R\(sale)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 10_000)], coupons: [coupon])
    }

    private func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }
}
