import Loyalty
import ReplicaStore
import Replication
import Testing

@testable import HubEngine
@testable import NodeEngine

/// Silver from 1,000.00 on: 95 % of the price.
@Suite struct TierTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    init() throws {
        chain = try SmallChain(shops: 2)
        for shop in 0..<2 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        let silver = Tier(name: "Silver", rank: 1, threshold: 100_000, payBasisPoints: 9_500)
        let item = ProgrammeItem(.tier(silver), code: "silver")
        try chain.declare(.programme(ProgrammeEdit(item: item, author: "boss", reason: "")), for: .chain)
    }

    @Test func aBranchGivesWhatItsOwnSalesReachAndTheChainHearsOfIt() throws {
        try chain.disconnect(0)
        #expect(try buy(100_000, at: 0, 1).netMinor == 100_000)
        #expect(try buy(10_000, at: 0, 2).netMinor == 9_500)
        #expect(try buy(10_000, at: 1, 3).netMinor == 10_000)
        try chain.connect(0)
        #expect(try buy(10_000, at: 1, 4).netMinor == 9_500)
        #expect(try chain.hub.store.tiers(of: ann, on: SmallChain.today).map(\.isProvisional) == [true, false])
        try expectSound()
    }

    @Test func theHubGivesWhatNoBranchCouldKnowAlone() throws {
        for shop in 0..<2 { _ = try buy(60_000, at: shop, UInt128(shop) + 1) }
        #expect(try buy(10_000, at: 0, 3).netMinor == 9_500)
        #expect(try chain.hub.store.tiers(of: ann, on: SmallChain.today).map(\.isProvisional) == [false])
    }

    @Test func timeTakesItAwayAtTheHubOnly() throws {
        _ = try buy(100_000, at: 0, 1)
        let given = try #require(try chain.hub.store.tiers(of: ann, on: SmallChain.today).last)
        #expect(given.until == CivilDate("2024-11-30"))
        try chain.pass(milliseconds: 400 * 86_400_000)
        let later = CivilDate("2024-12-26") ?? .first
        #expect(try chain.hub.store.tiers(of: ann, on: later).map(\.tier) == [""])
        try expectSound()
    }

    private func buy(_ priceMinor: Int64, at shop: Int, _ sale: UInt128) throws -> Sale {
        let checkout = Checkout(
            id: RecordID(sale), member: ann, till: "till", cashier: "lin", reference: "R\(sale)",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
            lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: priceMinor)])
        guard case .checkout(.sold(let sale))? = try chain.ask(shop, .checkout(checkout)) else {
            throw StoreError.damaged("not sold")
        }
        return sale
    }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }
}

/// 充100送20, and a spend that takes both parts.
@Suite struct StoredValueTests {
    let chain: SmallChain
    let ann = RecordID(0xA11)

    init() throws {
        chain = try SmallChain(shops: 2)
        for shop in 0..<2 { try chain.connect(shop) }
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
    }

    @Test func whatWasLoadedHereIsSpentHereOfflineAndComesBackToTheSameLots() throws {
        try chain.disconnect(0)
        #expect(try chain.ask(0, .topUp(topUp(1))) == .topUp(.recorded))
        #expect(try chain.ask(0, .topUp(topUp(1))) == .topUp(.repeated))
        let sale = try #require(sold(try buy(6_000, .exactly(6_000), at: 0, 2)))
        let shares = try #require(sale.settlement?.lines.first)
        #expect(shares.principalMinor == 5_000 && shares.bonusMinor == 1_000)
        #expect(sale.points == 50)
        let refund = RefundRequest(
            id: RecordID(0xF1), sale: sale.id, till: "till", cashier: "lin", reason: "", occurredAtMilliseconds: 1,
            businessDate: SmallChain.today,
            lines: [RefundRequest.Line(line: 1, piece: .amount(minor: 3_000))], payout: nil)
        guard case .refund(.refunded(let back))? = try chain.ask(0, .refund(refund)) else {
            Issue.record("not refunded")
            return
        }
        #expect(back.restored.map(\.amount).sorted() == [500, 2_500])
        try chain.connect(0)
        let account = try chain.hub.store.account(of: ann)
        #expect(account.balance("stored", on: SmallChain.today) == 9_000)
        #expect(try chain.hub.store.verify().isSound)
    }

    @Test func elsewhereOfflineNothingIsSpent() throws {
        _ = try chain.ask(0, .topUp(topUp(1)))
        try chain.disconnect(1)
        let fault = CheckoutFault.shortage(wallet: "stored", wanted: 6_000, usableHere: 0)
        #expect(try buy(6_000, .exactly(6_000), at: 1, 2) == .checkout(.refused(fault, .offline)))
    }

    private func topUp(_ id: UInt128) -> TopUp {
        TopUp(
            id: RecordID(id), member: ann, wallet: "stored", plan: "", planRevision: 0, till: "till", cashier: "lin",
            occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, principalMinor: 10_000,
            bonusMinor: 2_000, bonusExpiresOn: CivilDate("2024-11-21"), tender: .cash)
    }

    private func buy(_ priceMinor: Int64, _ stored: Wish, at shop: Int, _ sale: UInt128) throws -> TillAnswer? {
        try chain.ask(
            shop,
            .checkout(
                Checkout(
                    id: RecordID(sale), member: ann, till: "till", cashier: "lin", reference: "R\(sale)",
                    occurredAtMilliseconds: 1_700_625_600_000, businessDate: SmallChain.today, minuteOfDay: 720,
                    lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: priceMinor)],
                    storedValue: stored)))
    }

    private func sold(_ answer: TillAnswer?) -> Sale? {
        guard case .checkout(.sold(let sale))? = answer else { return nil }
        return sale
    }
}
