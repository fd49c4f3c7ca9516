import Loyalty
import Replication
import TestSupport

@testable import ReplicaStore

/// What headquarters does.
extension LedgerWorld {
    func headquarters(_ fact: Fact, to audience: Audience) throws -> Verdict {
        try headquartersSays(fact, to: audience).stamp.verdict
    }

    struct NothingAccepted: Error {}

    private func headquartersSays(_ fact: Fact, to audience: Audience) throws -> LogEntry {
        let operation = hub.draft(fact, for: audience, at: nowMilliseconds)
        guard let entry = try accept([operation], of: .hub).first else { throw NothingAccepted() }
        return entry
    }

    func grant(to index: Int) throws {
        let actor = nodes[index].identity.actor
        let held = try hub.lots().filter { $0.right(of: .hub) > 0 }
        let lots = random.some(of: held, percent: 25)
        guard !lots.isEmpty else { return }
        let isSealed = try hub.isSealed(actor)
        let isTooMuch = random.chance(percent: 5)
        let items = lots.map {
            let hubs = $0.right(of: .hub)
            return Transfer.Item(terms: $0.terms, amount: isTooMuch ? hubs + 1 : amount(atMost: hubs))
        }
        let cause: Transfer.Cause = random.pick([.grant, .allowance])
        let transfer = Transfer(
            id: Transfer.id(granting: id()), from: .hub, to: .actor(actor), cause: cause, reference: nil, items: items)
        let entry = try headquartersSays(.transfer(transfer), to: .nodes([nodes[index].identity.node]))
        guard !isSealed else {
            if entry.stamp.verdict != .flagged(.authority) { blame("a sealed branch's grant: \(entry.stamp.verdict)") }
            return note("a branch that was written off got nothing")
        }
        guard entry.stamp.verdict == (isTooMuch ? .flagged(.overdrawn) : .ok) else {
            return blame("a grant was \(entry.stamp.verdict)")
        }
        guard !isTooMuch else { return note("the hub gave more than it had") }
        switch random.below(3) {
        case 0:
            early.append((index, entry))
            try deliverEarly()
        case 1: early.append((index, entry))
        case _: break
        }
    }

    func book() throws {
        let lots = try hub.lots().filter { $0.right(of: .hub) > 0 }
        let member = random.pick(Self.members)
        var cause = Booking.Cause.adjust
        var lines: [Booking.Line] = []
        let line: Booking.Line
        switch random.below(4) {
        case 0:
            line = .credit(
                LotTerms(
                    id: id(), member: member, kind: random.pick([.points, .principal]), wallet: "points", issuer: .hub,
                    openedOn: today, availableOn: nil, expiresOn: nil), amount: amount(atMost: 80))
        case 1:
            line = .debt(member: member, wallet: "points", amount: amount(atMost: 30))
            let item = lots.count.isMultiple(of: 2) ? BranchCharge.Item.coupon : .points
            lines = [.charge(BranchCharge(node: NodeID(1), item: item, code: "points", amount: 7, sale: nil))]
        case 2:
            guard let expired = lots.first(where: { $0.terms.isExpired(on: today) }) else { return }
            note("a lot was let expire")
            cause = .expire
            line = .debit(LotSpend(lot: expired.terms.id, amount: expired.right(of: .hub)))
        case _:
            guard !lots.isEmpty else { return }
            let lot = random.pick(lots)
            let spend = LotSpend(lot: lot.terms.id, amount: amount(atMost: lot.right(of: .hub)))
            cause = .repayment
            line = random.chance(percent: 50) ? .debit(spend) : .repay(spend, member: member, wallet: "points")
        }
        let booking = Booking(
            id: id(), cause: cause, reference: nil, author: "hq", reason: "because", businessDate: today,
            lines: [line] + lines)
        let verdict = try headquarters(.booking(booking), to: .hub)
        if verdict != .ok { blame("a booking was \(verdict)") }
    }

    /// Two of a member's coupons may be used, and doubles may cost little.
    func declareCoupon() throws {
        try declare(
            .coupon(
                CouponDefinition(
                    name: "Spring", campaign: "spring", kind: .amountOff(minor: 100, thresholdMinor: 0),
                    validity: .relative(days: 8, startOffset: 0), memberUsesMax: random.pick([1, 1, 2]),
                    policy: .optimistic(
                        perBranchCount: 9, perBranchMinor: 9_000, campaignLossMinor: random.pick([0, 150])))),
            code: "SPRING")
    }

    func declareRate() throws {
        try declare(
            .wallet(
                WalletType(
                    kind: .points,
                    earning: EarningRate(points: random.pick([1, 3]), perMinor: random.pick([100, 70])),
                    redemption: .standardPoints, allowance: .none)), code: "points",
            from: day(after: random.pick([-3, 0, 2])))
    }

    private func declare(_ rule: ProgrammeRule, code: String, from date: CivilDate = .first) throws {
        let item = ProgrammeItem(
            rule, code: code, revision: try hub.programme().nextRevision(rule.category, code), effectiveFrom: date)
        let verdict = try headquarters(
            .programme(ProgrammeEdit(item: item, author: "hq", reason: "")), to: .chain)
        if verdict != .ok { blame("what headquarters declares was \(verdict)") }
    }

    func issueCoupons() throws {
        guard coupons.count < 8 else { return }
        let isRepeat = random.chance(percent: 20) && !coupons.isEmpty
        let ids = isRepeat ? [random.pick(coupons)] : (0...random.below(2)).map { _ in id() }
        let issued = ids.enumerated().compactMap { number, id -> IssuedCoupon? in
            guard let code = CouponCode.derived(campaign: 1, intent: id.value, secret: Stores.lookupKey) else {
                return nil
            }
            let member = random.chance(percent: 50) ? random.pick(Self.members) : nil
            return IssuedCoupon(id: id, member: member, homeNode: NodeID(UInt32(number)), code: code)
        }
        let issue = CouponIssue(
            definitionCode: "SPRING", definitionRevision: 1, validFrom: today, validTo: day(after: random.below(8)),
            uses: UInt32(1 + random.below(2)), author: "hq", reason: "", coupons: issued)
        let verdict = try headquarters(.couponIssue(issue), to: .chain)
        if verdict != (isRepeat ? .flagged(.duplicateEntry) : .ok) { blame("an issue was \(verdict)") }
        if !isRepeat { coupons += ids }
    }

    func tellOfCoupons() throws {
        guard !coupons.isEmpty else { return }
        let coupon = random.pick(coupons)
        let fact: Fact =
            random.chance(percent: 50)
            ? .couponSpent(CouponSpent(coupons: [coupon]))
            : .couponVoid(CouponVoid(coupons: [coupon], author: "hq", reason: "misprint"))
        let verdict = try headquarters(fact, to: .chain)
        if verdict != .ok { blame("word of a coupon was \(verdict)") }
    }

    /// Whether a branch was given up and does not know it.
    func isUnaware(_ index: Int) throws -> Bool {
        guard let writeOff = lost[index] else { return false }
        return try nodes[index].operation(under: Transfer.id(surrenderingTo: writeOff)) == nil
    }

    /// A person declares what lies at a branch lost; the branch, unaware, goes on for a while.
    func writeOff(_ index: Int) throws {
        let actor = nodes[index].identity.actor
        let lots = try hub.lots().filter { $0.right(of: .actor(actor)) > 0 }
        guard !lots.isEmpty else { return }
        // Refunds that are on their way come too late, and what they restored there may have been spent.
        for operation in try nodes[index].operations(of: actor, from: 1) {
            guard case .refund(let refund)? = Fact(operation) else { continue }
            excused.formUnion(refund.restored.map(\.lot) + refund.renewed.map(\.terms.id) + refund.coupons)
        }
        let transfer = Transfer(
            id: id(), from: .actor(actor), to: .hub, cause: .writeoff, reference: nil, author: "hq",
            reason: "burnt down",
            items: lots.map { Transfer.Item(terms: $0.terms, amount: $0.right(of: .actor(actor))) })
        lost[index] = transfer.id
        for lot in lots {
            writtenOff.insert(LotHeld(lot: lot.terms.id, actor: actor))
            excused.insert(lot.terms.id)
        }
        let verdict = try headquarters(.transfer(transfer), to: .nodes([nodes[index].identity.node]))
        if verdict != .ok { blame("a write-off was \(verdict)") }
        note("a branch was written off")
    }
}
