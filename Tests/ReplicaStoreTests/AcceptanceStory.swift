import Loyalty
import ReferenceModel
import Replication
import Testing

@testable import ReplicaStore

/// A hub and two branches.
struct Chain {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    /// Everything travels; what the hub said of what was new.
    @discardableResult
    func settle() throws -> [Verdict] {
        let verdicts = try [first, second].flatMap { try Travel.push($0, to: hub).map(\.stamp.verdict) }
        for node in [first, second] { try Travel.pull(node, from: hub) }
        return verdicts
    }

    func headquarters(_ fact: Fact, to audience: Audience) throws {
        let operation = hub.draft(fact, for: audience, at: Stores.noon)
        let accepted = try hub.accept(
            [.init(operation: operation, node: .hub)], nowMilliseconds: Stores.noon,
            toleranceMilliseconds: Stores.tolerance)
        #expect(accepted.entries.map(\.stamp.verdict) == [.ok])
    }

    func issueCoupon(on from: CivilDate, through to: CivilDate) throws -> RecordID {
        let coupon = IssuedCoupon.id(definitionCode: "SPRING", recipient: .key("a list"), number: 1)
        let code = try #require(CouponCode.derived(campaign: 1, intent: coupon.value, secret: Stores.lookupKey))
        let issue = CouponIssue(
            definitionCode: "SPRING", definitionRevision: 1, validFrom: from, validTo: to, uses: 1, author: "hq",
            reason: "", coupons: [IssuedCoupon(id: coupon, member: nil, homeNode: NodeID(1), code: code)])
        try headquarters(.couponIssue(issue), to: .chain)
        return coupon
    }

    func grant(_ lot: RecordID, _ amount: Int64, to node: ReplicaStore) throws {
        let terms = try #require(try hub.lot(lot)).terms
        let transfer = Transfer(
            id: Transfer.id(granting: lot), from: .hub, to: .actor(node.identity.actor), cause: .grant, reference: nil,
            items: [Transfer.Item(terms: terms, amount: amount)])
        try headquarters(.transfer(transfer), to: .nodes([node.identity.node]))
    }

    func expire(_ lot: RecordID, _ amount: Int64, on date: CivilDate) throws {
        let booking = Booking(
            id: RecordID(lot.value ^ 1), cause: .expire, reference: nil, author: "hq", reason: "", businessDate: date,
            lines: [.debit(LotSpend(lot: lot, amount: amount))])
        try headquarters(.booking(booking), to: .hub)
    }

    /// Both branches sell to one member, spend of what is their own, and take something back.
    func tellOfTwoBranches(_ counter: Counter, _ member: RecordID) throws {
        for (index, node) in [first, second].enumerated() {
            let base = UInt128(index * 10)
            try node.sell(counter.sale(base + 1, member, earning: 100, keeping: 70, on: 2))
            let lot = try #require(try node.lots().first).terms.id
            let bought = counter.basket(base + 2, member, spending: lot, points: 50, on: 3)
            try node.sell(bought)
            let sold = try #require(try node.refundable(bought.id))
            let refund = try counter.refund(base + 3, of: sold, 3_000, at: node)
            #expect(try node.record(refund, at: Stores.noon) == .recorded)
            let given = try node.giveBack(
                [LotSpend(lot: lot, amount: 5)], because: .giveBack, reference: nil, id: RecordID(base + 4),
                at: Stores.noon)
            #expect(given == [LotSpend(lot: lot, amount: 5)])
        }
    }

    /// What the reference model makes of the hub's log.
    func model() throws -> ReferenceModel {
        var model = ReferenceModel()
        for entry in try hub.wholeLog() {
            model.take(entry, by: hub.actorState(entry.operation.dot.actor)?.node ?? .hub)
        }
        #expect(model.misjudged == [])
        return model
    }
}

/// Writes what tills write, with round numbers.
struct Counter {
    /// Of June 2025.
    func day(_ day: Int) -> CivilDate {
        CivilDate(dayNumber: (CivilDate(year: 2025, month: 6, day: 1) ?? .first).dayNumber + day - 1)
    }

    func sale(
        _ id: UInt128, _ member: RecordID?, earning points: Int64 = 0, keeping kept: Int64? = nil,
        through last: Int? = nil, spending: [RecordID: Int64] = [:], on day: Int
    ) -> Sale {
        let accrual = Accrual(
            kind: .points, wallet: "points", amount: points, keptHere: kept ?? points, availableOn: nil,
            expiresOn: last.map(self.day))
        let spends = spending.map { LotSpend(lot: $0.key, amount: $0.value) }
        return sale(id, member, accruals: points > 0 ? [accrual] : [], spends: spends, coupons: [], on: day)
    }

    func sale(_ id: UInt128, _ member: RecordID?, using coupon: RecordID, _ mode: CouponUse.Mode, on day: Int) -> Sale {
        let use = CouponUse(
            coupon: coupon, definition: "SPRING", definitionRevision: 1, mode: mode, discountMinor: 500)
        return sale(id, member, accruals: [], spends: [], coupons: [use], on: day)
    }

    private func sale(
        _ id: UInt128, _ member: RecordID?, accruals: [Accrual], spends: [LotSpend], coupons: [CouponUse], on day: Int
    ) -> Sale {
        let points = accruals.reduce(0) { $0 + $1.amount }
        let net = max(900, 100 * points)
        // What earns nothing is said to have been paid with points.
        let shares = LineSettlement(
            couponMinor: 0, pointsMinor: member == nil ? 0 : net - 100 * points, principalMinor: 0, bonusMinor: 0,
            pointsEarned: points, growthEarned: 0)
        let settlement = Settlement(
            cashier: "", tier: nil, lines: [shares],
            tenders: [Tender(kind: .cash, amountMinor: net, reference: "")], accruals: accruals, spends: spends,
            coupons: coupons, grants: [])
        return Sale(
            id: RecordID(id), member: member, till: "1", reference: "", occurredAtMilliseconds: Stores.noon,
            businessDate: self.day(day), netMinor: net, points: settlement.pointsEarned, ruleRevision: 1,
            lines: [SaleLine(product: "tea", quantityMilli: 1_000, netMinor: net, discountMinor: 0)],
            settlement: settlement)
    }

    /// Seven of one thing for 14.00, 3.00 of it paid with points; it earns 11 points.
    func basket(_ id: UInt128, _ member: RecordID, spending lot: RecordID, points: Int64 = 300, on day: Int) -> Sale {
        let shares = LineSettlement(
            couponMinor: 0, pointsMinor: 300, principalMinor: 0, bonusMinor: 0, pointsEarned: 11, growthEarned: 0)
        let accrual = Accrual(
            kind: .points, wallet: "points", amount: 11, keptHere: 11, availableOn: nil, expiresOn: nil)
        let settlement = Settlement(
            cashier: "", tier: nil, lines: [shares],
            tenders: [
                Tender(kind: .points, amountMinor: 300, reference: ""),
                Tender(kind: .cash, amountMinor: 1_100, reference: ""),
            ], accruals: [accrual], spends: [LotSpend(lot: lot, amount: points)], coupons: [], grants: [])
        return Sale(
            id: RecordID(id), member: member, till: "1", reference: "", occurredAtMilliseconds: Stores.noon,
            businessDate: self.day(day), netMinor: 1_400, points: 11, ruleRevision: 1,
            lines: [SaleLine(product: "cup", quantityMilli: 7_000, netMinor: 1_400, discountMinor: 0)],
            settlement: settlement)
    }

    func refund(
        _ id: UInt128, of sold: RefundableSale, _ quantityMilli: Int64, at node: ReplicaStore
    ) throws -> Refund {
        let request = RefundRequest(
            id: RecordID(id), sale: sold.sale.id, till: "1", cashier: "", reason: "",
            occurredAtMilliseconds: Stores.noon, businessDate: day(4),
            lines: [RefundRequest.Line(line: 1, piece: .quantity(milli: quantityMilli))], payout: nil)
        let account = try sold.sale.member.map(node.account)
        return try request.refund(
            of: sold, account: account, by: .actor(node.identity.actor), at: node.identity.node)
    }
}
