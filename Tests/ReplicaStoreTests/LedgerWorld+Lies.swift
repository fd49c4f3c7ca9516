import Loyalty
import Replication
import TestSupport

@testable import ReplicaStore

/// A node that keeps no rules, and knows every lot of the chain.
struct Liar {
    static let node = NodeID(9)
    let actor = ActorID(0xBAD)
    var lastSequence: UInt64 = 0
    var sales: [Sale] = []

    var holder: RightsHolder { .actor(actor) }
}

extension LedgerWorld {
    private struct Lie {
        let kind: OperationKind
        let body: [UInt8]
        let audience: Audience
        /// What the hub has to say; nil where it depends.
        let reason: String?

        init(_ fact: Fact, to audience: Audience = .hub, _ reason: String?) {
            self.init(fact.kind, fact.publicBody, to: audience, reason)
        }

        init(_ kind: OperationKind, _ body: [UInt8], to audience: Audience = .hub, _ reason: String?) {
            (self.kind, self.body, self.audience, self.reason) = (kind, body, audience, reason)
        }
    }

    func lie() throws {
        guard let lie = try aLie() else { return }
        liar.lastSequence += 1
        let operation = Operation(
            dot: Dot(liar.actor, liar.lastSequence), observed: Observed(),
            time: HybridTime(milliseconds: nowMilliseconds), audience: lie.audience, kind: lie.kind,
            publicBody: lie.body, personal: nil)
        let entries = try accept([operation], of: Liar.node)
        guard let reason = lie.reason else { return }
        let judged = entries.map { $0.stamp.verdict.reason ?? "ok" }
        if judged != [reason] {
            blame("a lie (\(reason)) was judged \(judged): \(lie.kind) \(String(decoding: lie.body, as: UTF8.self))")
        }
        note("a lie: \(reason)")
    }

    private func aLie() throws -> Lie? {
        switch random.below(6) {
        case 0: try lieAboutTransfers()
        case 1: try lieAboutSpends()
        case 2: try lieAboutRefunds()
        case 3: lieAboutAuthority()
        case 4: lieAboutSales()
        case _: garbled()
        }
    }

    private func lieAboutTransfers() throws -> Lie? {
        guard let lot = try random.some(of: hub.lots()).first(where: { $0.right(of: liar.holder) == 0 }) else {
            return nil
        }
        let victim = holder(random.below(nodes.count))
        let unheardOf = LotTerms(
            id: id(), member: Self.members[0], kind: .points, wallet: "points", issuer: .hub, openedOn: today,
            availableOn: nil, expiresOn: nil)
        let terms = random.chance(percent: 30) ? unheardOf : lot.terms
        let make = { [self] (from: RightsHolder, to: RightsHolder, cause: Transfer.Cause, amount: Int64) in
            Fact.transfer(
                Transfer(
                    id: id(), from: from, to: to, cause: cause, reference: nil, author: "x", reason: "y",
                    items: [Transfer.Item(terms: terms, amount: amount)]))
        }
        switch random.below(6) {
        case 0: return Lie(make(victim, .hub, .giveBack, 1), "authority")
        case 1: return Lie(make(victim, liar.holder, .recall, 1), "authority")
        case 2: return Lie(make(liar.holder, liar.holder, .giveBack, 1), "authority")
        case 3: return Lie(make(liar.holder, .hub, .recall, random.pick([-5, 0, .max, .min])), "unacceptable")
        case 4: return Lie(make(liar.holder, .hub, .giveBack, amount(atMost: 50)), "overdrawn")
        case _: return Lie(make(.hub, liar.holder, .grant, 1), "authority")
        }
    }

    /// With what is its own to spend, and another's to have.
    private func lieAboutOwners() throws -> Lie? {
        let lots = try hub.lots().filter { $0.right(of: liar.holder) > 0 && $0.terms.isSpendable(on: today) }
        guard let lot = lots.first, let other = Self.members.first(where: { $0 != lot.terms.member }) else {
            return nil
        }
        return Lie(.sale(settled(member: other, spends: [LotSpend(lot: lot.terms.id, amount: 1)])), "foreign_lot")
    }

    private func lieAboutSpends() throws -> Lie? {
        if random.chance(percent: 40) { return try lieAboutOwners() }
        guard let lot = try random.some(of: hub.lots()).first(where: { $0.right(of: liar.holder) == 0 }) else {
            return nil
        }
        excused.insert(lot.terms.id)
        guard lot.terms.kind == .coupon else {
            let spends = [LotSpend(lot: lot.terms.id, amount: amount(atMost: 50))]
            return Lie(.sale(settled(member: random.pick(Self.members), spends: spends)), "overdrawn")
        }
        let use = CouponUse(
            coupon: lot.terms.id, definition: "SPRING", definitionRevision: 1, mode: .right, discountMinor: 5)
        return Lie(.sale(settled(member: nil, coupons: [use])), "overdrawn")
    }

    private func lieAboutRefunds() throws -> Lie? {
        let isForeign = random.chance(percent: 30)
        guard let sale = isForeign ? sales.last?.sale : liar.sales.last else { return nil }
        let lot = try random.some(of: hub.lots()).first
        let spends = lot.map { [LotSpend(lot: $0.terms.id, amount: 1)] } ?? []
        let items = lot.map { lot in
            let terms = LotTerms(
                id: id(), member: nil, kind: .points, wallet: "points", issuer: .hub, openedOn: today, availableOn: nil,
                expiresOn: nil)
            return [Transfer.Item(terms: terms, amount: lot.spent + 1)]
        }
        let kind = random.below(3)
        let refund = Refund(
            id: id(), sale: sale.id, member: nil, node: Liar.node, till: "1", cashier: "c", reason: "",
            occurredAtMilliseconds: nowMilliseconds, businessDate: today,
            lines: [
                Refund.Line(
                    line: 1, quantityMilli: 0, netMinor: 0, pointsSpent: 0,
                    shares: LineSettlement(
                        couponMinor: 0, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: 0,
                        growthEarned: 0))
            ], tenders: [], restored: kind == 0 ? spends : [], renewed: kind == 1 ? items ?? [] : [], clawedBack: [],
            debts: [], coupons: kind == 2 ? [coupons.last ?? id()] : [])
        let isHarmless = refund.restored.isEmpty && refund.renewed.isEmpty && refund.coupons.isEmpty
        return Lie(.refund(refund), isHarmless && !isForeign ? nil : "refund_exceeds_sale")
    }

    private func lieAboutAuthority() -> Lie {
        let lot = LotTerms(
            id: id(), member: Self.members[0], kind: .points, wallet: "points", issuer: .hub, openedOn: today,
            availableOn: nil, expiresOn: nil)
        switch random.below(5) {
        case 0:
            let booking = Booking(
                id: id(), cause: .adjust, reference: nil, author: "x", reason: "y", businessDate: today,
                lines: [.credit(lot, amount: 1_000)])
            return Lie(.booking(booking), "authority")
        case 1: return Lie(.release(Release(sale: sales.last?.sale.id ?? id())), "authority")
        case 2: return Lie(.couponSpent(CouponSpent(coupons: coupons)), to: .chain, "authority")
        case 3:
            let void = CouponVoid(coupons: coupons, author: "x", reason: "y")
            return Lie(.couponVoid(void), to: .chain, "authority")
        case _:
            let issue = CouponIssue(
                definitionCode: "SPRING", definitionRevision: 1, validFrom: today, validTo: today, uses: 1, author: "x",
                reason: "y", coupons: [])
            return Lie(.couponIssue(issue), to: .chain, "audience")
        }
    }

    private func lieAboutSales() -> Lie {
        let member = random.pick(Self.members)
        let sale = settled(member: member)
        switch liar.sales.isEmpty ? 0 : random.below(13) {
        case 0, 1:
            liar.sales.append(sale)
            return Lie(.sale(sale), "ok")
        case 2: return Lie(.sale(sale), to: .chain, "audience")
        case 3, 4, 5:
            return Lie(.sale(settled(id: random.pick(liar.sales).id, member: member)), "duplicate_sale")
        case 6:
            return Lie(.sale(settled(member: member, spends: [LotSpend(lot: id(), amount: -5)])), "unacceptable")
        case 7, 8: return Lie(.sale(settled(member: member, promised: 1 + sale.points / 2)), "rule_mismatch")
        case 9, 10: return Lie(.sale(settled(member: member, revision: 77)), "rule_unknown")
        case _:
            let topUp = TopUp(
                id: topUps.last?.id ?? id(), member: member, wallet: "cash", plan: "", planRevision: 0, till: "1",
                cashier: "c", occurredAtMilliseconds: nowMilliseconds, businessDate: today, principalMinor: 5,
                bonusMinor: 0, bonusExpiresOn: nil, tender: random.pick([.cash, .points]))
            return Lie(.topUp(topUp), topUp.tender == .points ? "unacceptable" : nil)
        }
    }

    /// A good body with one byte changed, or without its end.
    private func garbled() -> Lie {
        let facts: [Fact] =
            [.sale(settled(member: random.pick(Self.members))), .release(Release(sale: id()))]
            + (topUps.last.map { [.topUp($0)] } ?? [])
        let fact = random.pick(facts)
        var body = fact.publicBody
        if random.chance(percent: 50) {
            body[random.below(body.count)] = UInt8(random.pick(Array("\t\\-n019af".utf8)))
        } else {
            body.removeLast(1 + random.below(body.count))
        }
        // What it may now say of lots is nobody's right.
        for case .sale(let sale)? in [Fact(next(fact.kind, body))] {
            excused.formUnion((sale.settlement?.spends ?? []).map(\.lot))
            excused.formUnion((sale.settlement?.coupons ?? []).map(\.coupon))
        }
        return Lie(fact.kind, body, nil)
    }

    private func next(_ kind: OperationKind, _ body: [UInt8]) -> Operation {
        Operation(
            dot: Dot(liar.actor, liar.lastSequence + 1), observed: Observed(), time: .zero, audience: .hub, kind: kind,
            publicBody: body, personal: nil)
    }
}
