import HubEngine
import Loyalty
import ReplicaStore
import Replication

/// What headquarters declares, gives out and corrects, through the same gate as everybody's.
extension SimulatedChain {
    private static let couponSecret = [UInt8](repeating: 5, count: 32)

    /// Before the first shop opens.
    func declareProgramme() throws {
        try declare(.wallet(pointsWallet()), code: Programme.pointsCode)
        try declare(.wallet(storedWallet()), code: Programme.storedValueCode)
        for (code, policy) in Self.policies {
            let definition = CouponDefinition(
                name: code, campaign: "spring", kind: .amountOff(minor: 150, thresholdMinor: 150),
                validity: .relative(days: 30, startOffset: 0),
                memberUsesMax: code == "risk" ? people.pick([1, 2]) : nil,
                policy: policy)
            try declare(.coupon(definition), code: code)
        }
        try declare(.tier(silver()), code: "silver")
        try declare(.promotion(double()), code: "double")
    }

    private func silver() -> Tier {
        Tier(
            name: "Silver", rank: 1, threshold: people.pick([3_000, 9_000, 30_000]), payBasisPoints: 9_500,
            multiplierBasisPoints: people.pick([10_000, 15_000, 25_000]))
    }

    private func double() -> Promotion {
        Promotion(
            name: "Double", offer: .points(multiplierBasisPoints: people.pick([20_000, 30_000, 50_000])),
            scope: OfferScope(
                hours: people.pick([nil, Hours(fromMinute: 600, toMinute: 900)]),
                products: .prefixes([people.pick(["p", "p1"])])))
    }

    private static let policies: [(String, CouponDefinition.Policy)] = [
        ("deny", .deny), ("home", .homeOnly),
        ("risk", .optimistic(perBranchCount: 20, perBranchMinor: 100_000, campaignLossMinor: 400)),
    ]

    private func pointsWallet() -> WalletType {
        let cap = people.pick([0, 20, 100, 500] as [Int64])
        ledger.allowanceMax = max(ledger.allowanceMax, cap)
        let unit = people.pick([1, 1, 10] as [Int64])
        return WalletType(
            kind: .points, earning: EarningRate(points: 1, perMinor: people.pick([1, 20, 100])),
            redemption: RedemptionRule(
                minimum: unit, unit: unit, unitValueMinor: unit, capBasisPoints: people.pick([10_000, 10_000, 5_000])),
            pendingDays: people.pick([0, 0, 0, 1]),
            expiry: people.pick([.never, .months(1), .fixedDay(month: 5, day: 30, yearsAhead: 0)]),
            allowance: Allowance(cap: cap, inactivityDays: people.pick([1, 60])))
    }

    private func storedWallet() -> WalletType {
        let cap = people.pick([0, 500] as [Int64])
        ledger.allowanceMax = max(ledger.allowanceMax, cap)
        return WalletType(
            kind: .storedValue, redemption: .storedValue,
            spendOrder: people.pick([.proportional, .principalFirst]), allowance: Allowance(cap: cap))
    }

    private func declare(_ rule: ProgrammeRule, code: String) throws {
        let revision = try hub.store.programme().nextRevision(rule.category, code)
        let item = ProgrammeItem(rule, code: code, revision: revision)
        try enter([(.programme(ProgrammeEdit(item: item, author: "administrator", reason: "")), .chain)])
    }

    // MARK: A day's work

    func direct() throws {
        guard hub.process.isUp, isChaos else { return }
        switch people.below(100) {
        case 0..<42: try issueCoupons()
        case 42..<55: try credit()
        case 55..<63: try debit()
        case 63..<72: try charge()
        case 72..<84: try voidCoupons()
        case _: try changeRules()
        }
    }

    /// Whoever cannot hear of it yet goes on by what was.
    private func changeRules() throws {
        let node = people.pick(nodes)
        keepUnaware(node)
        for _ in 0..<3 { checkOut(at: node.index) }
        switch people.below(6) {
        case 0, 1: try declare(.tier(silver()), code: "silver")
        case 2, 3: try declare(.promotion(double()), code: "double")
        case 4: try declare(.wallet(storedWallet()), code: Programme.storedValueCode)
        case _: try declare(.wallet(pointsWallet()), code: Programme.pointsCode)
        }
    }

    private func keepUnaware(_ node: SimulatedNode) {
        let length = people.between(1_000...120_000 as ClosedRange<UInt64>)
        if people.chance(percent: 60) { cutOff(node, forMilliseconds: length) }
    }

    /// Where the campaign gives each coupon a home, the right goes there at once.
    private func issueCoupons() throws {
        let (code, _) = people.pick(Self.policies)
        let home = people.pick(nodes)
        let today = CivilDate.simulated.adding(days: Int(now / 86_400_000))
        commandNumber += 1
        let hot = hotMember()
        let recipients: [CouponRecipient] = (0..<people.between(1...2)).map { index in
            let member = people.chance(percent: 80) ? (code == "risk" ? hot : hotMember()) : nil
            return member.map { .member($0) } ?? .key("bearer \(index)")
        }
        let coupons = recipients.enumerated().compactMap { index, recipient in
            IssuedCoupon.derived(
                definitionCode: code, campaign: 7, recipient: recipient, number: UInt32(10 * commandNumber + index),
                homeNode: home.node, secret: Self.couponSecret)
        }
        let issue = CouponIssue(
            definitionCode: code, definitionRevision: 1, validFrom: today.adding(days: -1),
            validTo: today.adding(days: people.pick([0, 2, 30])), uses: people.pick([1, 1, 1, 3]),
            author: "administrator", reason: "spring", coupons: coupons)
        try enter([(.couponIssue(issue), people.chance(percent: 50) ? .chain : .nodes([home.node]))])
        guard hub.process.isUp, coupons.allSatisfy({ books.lots[$0.id] != nil }) else { return }
        ledger.coupons += coupons
        if code == "home" { try sendHome(issue, to: home) }
        if code == "risk", let coupon = coupons.first { showEverywhere(coupon) }
        if code == "risk", coupons.count > 1, coupons[0].member == coupons[1].member {
            for (node, coupon) in zip(nodes, coupons.reversed()) {
                checkOut(at: node.index, showing: coupon, after: people.between(0...3_000))
            }
        }
        if people.chance(percent: 10) { try enter([(.couponIssue(issue), .chain)]) }
    }

    /// One coupon, on two counters at once.
    private func showEverywhere(_ coupon: IssuedCoupon) {
        let delay = people.between(1_000...8_000 as ClosedRange<UInt64>)
        for node in nodes.prefix(2) { checkOut(at: node.index, showing: coupon, after: delay) }
    }

    private func sendHome(_ issue: CouponIssue, to home: SimulatedNode) throws {
        let items = issue.coupons.map { Transfer.Item(terms: issue.terms(of: $0), amount: Int64(issue.uses)) }
        let transfer = Transfer(
            id: RecordID(people.identifier()), from: .hub, to: .actor(home.actor), cause: .allowance, reference: nil,
            items: items)
        try enter([(.transfer(transfer), .nodes([home.node]))])
    }

    private func book(_ lines: [Booking.Line]) throws {
        let booking = Booking(
            id: RecordID(people.identifier()), cause: .adjust, reference: nil, author: "administrator",
            reason: "by hand", businessDate: CivilDate.simulated, lines: lines)
        try enter([(.booking(booking), .hub)])
    }

    private func credit() throws {
        guard let member = hotMember() else { return }
        let isPoints = people.chance(percent: 60)
        let terms = LotTerms(
            id: RecordID(people.identifier()), member: member, kind: isPoints ? .points : .principal,
            wallet: isPoints ? Programme.pointsCode : Programme.storedValueCode, issuer: .hub,
            openedOn: CivilDate.simulated.adding(days: -60), availableOn: nil,
            expiresOn: people.pick([nil, nil, .simulated, CivilDate.simulated.adding(days: -10)]))
        try book([.credit(terms, amount: Int64(people.between(1...500)))])
    }

    private func debit() throws {
        guard let member = hotMember() else { return }
        let held = books.lots(of: member, Programme.pointsCode).filter { $0.right(of: .hub) > 0 }
        guard !held.isEmpty else { return }
        let lot = people.pick(held)
        let amount = Int64(people.between(1...lot.right(of: .hub).clamped))
        try book([.debit(LotSpend(lot: lot.terms.id, amount: amount))])
    }

    private func charge() throws {
        guard let member = hotMember() else { return }
        try book([
            .debt(member: member, wallet: Programme.pointsCode, amount: Int64(people.between(1...60)))
        ])
    }

    private func voidCoupons() throws {
        let unused = ledger.coupons.suffix(8).filter {
            !books.voided.contains($0.id) && books.lots[$0.id]?.remaining ?? 0 > 0
        }
        func holder(of coupon: IssuedCoupon) -> SimulatedNode? { nodes.first { $0.holding.right(to: coupon.id) > 0 } }
        guard let coupon = unused.last(where: { holder(of: $0) != nil }) ?? unused.last else { return }
        // Whoever has not heard of it yet may take it.
        keepUnaware(holder(of: coupon) ?? people.pick(nodes))
        for node in nodes { checkOut(at: node.index, showing: coupon) }
        let void = CouponVoid(coupons: [coupon.id], author: "administrator", reason: "a mistake")
        try enter([(.couponVoid(void), .chain)])
    }

    // MARK: A branch is given up

    /// All that the hub believes a branch to hold returns to it; the branch may come back all the same.
    func writeOffBranch() throws {
        guard hub.process.isUp, isChaos else { return }
        guard let node = nodes.first(where: { $0.cutOffUntilMilliseconds != nil }) else {
            beginPartition()
            return schedule(.writesOff, afterMilliseconds: people.between(100...20_000 as ClosedRange<UInt64>))
        }
        // Life goes on there.
        for _ in 0..<4 { checkOut(at: node.index) }
        let lots = books.lots(heldBy: .actor(node.actor)).prefix(Transfer.itemsMax)
        guard !lots.isEmpty else { return }
        mark(.branchWrittenOff)
        if people.chance(percent: 50) {
            commandNumber += 1
            let note = "note \(commandNumber)"
            _ = try command(
                ["nodes.declare-lost", "do", "administrator", note, String(node.node.value)], note: note)
            return
        }
        let transfer = Transfer(
            id: RecordID(people.identifier()), from: .actor(node.actor), to: .hub, cause: .writeoff, reference: nil,
            author: "administrator", reason: "burnt down",
            items: lots.map { Transfer.Item(terms: $0.terms, amount: $0.right(of: .actor(node.actor))) })
        try enter([(.transfer(transfer), .nodes([node.node]))])
    }

    func enter(_ facts: [(Fact, Audience)]) throws {
        for (fact, audience) in facts where hub.process.isUp {
            undertaking = Undertaking(kind: .headquarters(fact))
            defer { undertaking = nil }
            try tellHub(isRoutine: false) { engine, now in
                try engine.enter(fact, for: audience, nowMilliseconds: now)
            }
        }
    }
}

extension Int64 {
    fileprivate var clamped: Int { Int(clamping: Swift.max(1, self)) }
}
