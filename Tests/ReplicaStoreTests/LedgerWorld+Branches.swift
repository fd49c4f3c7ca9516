import Loyalty
import Replication
import TestSupport

@testable import ReplicaStore

/// What tills do.
extension LedgerWorld {
    private static let wallets = ["points", "cash"]

    func sell(at index: Int) throws {
        let member = random.chance(percent: 85) ? random.pick(Self.members) : nil
        let spends = try member.map { try affordable(by: $0, at: index) } ?? []
        let coupons = random.chance(percent: 40) ? try usableCoupons(of: member, at: index) : []
        let sale =
            random.chance(percent: 20)
            ? try Stores.sale(
                random.identifier(), member: member, netMinor: [Int64(random.pick([0, 250, 1_999]))], on: today.text)
            : settled(
                member: member, spends: spends, coupons: coupons, knowing: try nodes[index].programme())
        let outcome = try nodes[index].record(sale, at: moment)
        guard outcome == .recorded else { return blame("a sale was \(outcome)") }
        sales.append((index, sale))
        if sale.settlement?.spends.isEmpty == false { note("rights of one's own were spent") }
    }

    /// What a member spends of what this branch may spend, in some wallets.
    private func affordable(by member: RecordID, at index: Int) throws -> [LotSpend] {
        let account = try nodes[index].account(of: member)
        for lot in account.lots { kinds[lot.terms.id] = lot.terms.kind }
        return try random.some(of: Self.wallets, percent: 60).flatMap { wallet -> [LotSpend] in
            let usable = account.spendable(wallet, by: holder(index), on: today)
            guard usable > 0 else { return [] }
            return try SpendPlan.lots(
                for: amount(atMost: usable), of: wallet, [.points, .principal, .bonus], in: account,
                held: holder(index), on: today)
        }
    }

    private func usableCoupons(of member: RecordID?, at index: Int) throws -> [CouponUse] {
        let shown = try coupons.filter { try hub.coupon($0).map { $0.member == nil || $0.member == member } ?? false }
        guard !shown.isEmpty else { return [] }
        let coupon = random.pick(shown)
        let lot = try nodes[index].lot(coupon)
        let hasRight = lot.map { $0.right(of: holder(index)) > 0 } ?? false
        guard hasRight ? lot.map({ $0.terms.isSpendable(on: today) }) ?? false : random.chance(percent: 40) else {
            return []
        }
        note(hasRight ? "a coupon was used by right" : "a coupon was used optimistically")
        if !hasRight { excused.insert(coupon) }
        return [
            CouponUse(
                coupon: coupon, definition: "SPRING", definitionRevision: 1, mode: hasRight ? .right : .optimistic,
                discountMinor: 100)
        ]
    }

    /// - Parameter promised: other points than the rule gives.
    func settled(
        id: RecordID? = nil, member: RecordID?, spends: [LotSpend] = [], coupons: [CouponUse] = [], till: String = "1",
        knowing programme: Programme = .standard, promised: Int64? = nil, revision: UInt32? = nil
    ) -> Sale {
        let lines = (0...random.below(3)).map { index in
            SaleLine(
                product: "p\(index)", quantityMilli: 1_000 * amount(atMost: 3), netMinor: 5_000 + amount(atMost: 2_000),
                discountMinor: 0)
        }
        let net = lines.reduce(0) { $0 + $1.netMinor }
        let paid = paid(with: spends, over: lines)
        let weights = lines.indices.map { lines[$0].netMinor - paid[0][$0] - paid[2][$0] }
        let wallet = programme.wallet("points", on: today)
        let rate = wallet?.rule.earning ?? .standard
        let earned = promised ?? max(0, weights.reduce(0, +)) * rate.points / rate.perMinor
        let accruals = member == nil ? [] : accruals(earning: earned)
        let growth = accruals.first { $0.kind == .growth }?.amount ?? 0
        let settlement = Settlement(
            cashier: "c", tier: nil,
            lines: shares(paid, member == nil ? 0 : earned, growth, weights),
            tenders: [Tender(kind: .cash, amountMinor: net, reference: "")], accruals: accruals, spends: spends,
            coupons: coupons, grants: [])
        return Sale(
            id: id ?? self.id(), member: member, till: till, reference: random.chance(percent: 10) ? "7" : "",
            occurredAtMilliseconds: nowMilliseconds, businessDate: today, netMinor: net,
            points: settlement.pointsEarned,
            ruleRevision: revision ?? (settlement.pointsEarned > 0 ? wallet?.revision ?? 1 : 1), lines: lines,
            settlement: settlement)
    }

    /// With points, with principal and with bonus, line by line.
    private func paid(with spends: [LotSpend], over lines: [SaleLine]) -> [[Int64]] {
        [LotKind.points, .principal, .bonus].map { kind in
            Allocation.split(
                spends.reduce(0) { $0 + (kinds[$1.lot] == kind ? $1.amount : 0) }, by: lines.map(\.netMinor))
        }
    }

    private func shares(_ paid: [[Int64]], _ points: Int64, _ growth: Int64, _ weights: [Int64]) -> [LineSettlement] {
        let earned = [points, growth].map { Allocation.split($0, by: weights) }
        return weights.indices.map {
            LineSettlement(
                couponMinor: 0, pointsMinor: paid[0][$0], principalMinor: paid[1][$0], bonusMinor: paid[2][$0],
                pointsEarned: earned[0][$0], growthEarned: earned[1][$0])
        }
    }

    private func accruals(earning points: Int64) -> [Accrual] {
        let growth = random.chance(percent: 70) ? amount(atMost: 100) : 0
        return [(LotKind.points, points), (.growth, growth)].filter { $0.1 > 0 }.map { kind, amount in
            let kept = random.pick([0, amount, Int64(random.below(Int(amount) + 1))])
            return Accrual(
                kind: kind, wallet: kind == .points ? "points" : "growth", amount: amount, keptHere: kept,
                availableOn: random.chance(percent: 15) ? day(after: 1) : nil,
                expiresOn: random.chance(percent: 50) ? day(after: 1 + random.below(5)) : nil)
        }
    }

    func day(after days: Int) -> CivilDate { CivilDate(dayNumber: today.dayNumber + days) }

    /// The till of one branch did not hear the answer, and asks another branch, or the same.
    func sellAgain() throws {
        if random.chance(percent: 30), let topUp = topUps.last {
            _ = try nodes[random.below(nodes.count)].record(topUp, at: nowMilliseconds)
            return note("a top-up was asked for again")
        }
        guard !sales.isEmpty else { return }
        let (first, sale) = random.pick(sales)
        let index = random.below(nodes.count)
        let isSpending = sale.settlement.map { !$0.spends.isEmpty || !$0.coupons.isEmpty } ?? false
        guard index == first || (!isSpending && !released.contains(sale.id)) else { return }
        let isKnown = try nodes[index].sale(sale.id) != nil
        let outcome = try nodes[index].record(sale, at: moment)
        if outcome != (isKnown ? .repeated : .recorded) { blame("a repeated sale was \(outcome)") }
        if index != first, !isKnown { sales.append((index, sale)) }
        if index != first { soldTwice.insert(sale.id) }
    }

    /// More than the branch may spend, though the chain may have it.
    func overspend(at index: Int) throws {
        guard let lot = try random.some(of: hub.lots()).first(where: { $0.terms.member != nil }) else { return }
        let held = try nodes[index].lot(lot.terms.id)?.right(of: holder(index)) ?? 0
        let sale = settled(
            member: lot.terms.member, spends: [LotSpend(lot: lot.terms.id, amount: held + amount(atMost: 50))])
        let outcome = try nodes[index].record(sale, at: moment)
        guard outcome == .refused(.insufficientRights(lot: lot.terms.id, held: held)) else {
            return blame("a branch without the right was \(outcome)")
        }
        note("an overspend was refused")
    }

    func topUp(at index: Int) throws {
        let topUp = TopUp(
            id: id(), member: random.pick(Self.members), wallet: "cash", plan: "", planRevision: 0, till: "1",
            cashier: "c", occurredAtMilliseconds: nowMilliseconds, businessDate: today,
            principalMinor: amount(atMost: 500), bonusMinor: Int64(random.pick([0, 50])),
            bonusExpiresOn: random.chance(percent: 50) ? day(after: 3) : nil, tender: .cash)
        let outcome = try nodes[index].record(topUp, at: nowMilliseconds)
        guard outcome == .recorded else { return blame("a top-up was \(outcome)") }
        topUps.append(topUp)
    }

    func refund(at index: Int) throws {
        let own = sales.filter { $0.index == index }
        guard try !own.isEmpty && !isUnaware(index) else { return }
        let sale = random.pick(own).sale
        guard let left = try nodes[index].refundable(sale.id) else { return blame("a sale is not there") }
        let isGreedy = random.chance(percent: 15)
        guard let refund = try refund(of: left, at: nodes[index], holder(index), isGreedy: isGreedy) else { return }
        let outcome = try nodes[index].record(refund, at: nowMilliseconds)
        let isRefused = isGreedy || left.isReleased
        if outcome != (isRefused ? .refused(.notRefundable) : .recorded) { blame("a refund was \(outcome)") }
        note(isRefused ? "a refund was refused" : "goods came back")
        if !isRefused, soldTwice.contains(sale.id) { note("goods came back of what was sold twice") }
    }

    func release(at index: Int) throws {
        let own = sales.filter { $0.index == index && !soldTwice.contains($0.sale.id) }
        guard try !own.isEmpty && !isUnaware(index) else { return }
        let sale = random.pick(own).sale
        released.insert(sale.id)
        let isReleased = try nodes[index].refundable(sale.id)?.isReleased ?? false
        let outcome = try nodes[index].release(sale.id, at: nowMilliseconds)
        if outcome != (isReleased ? .repeated : .recorded) { blame("a release was \(outcome)") }
    }

    func giveBack(at index: Int) throws {
        let held = try nodes[index].lots().filter { $0.right(of: holder(index)) > 0 }
        let wanted = random.some(of: held, percent: 40).map {
            LotSpend(lot: $0.terms.id, amount: amount(atMost: $0.right(of: holder(index)) + 20))
        }
        let given = try nodes[index].giveBack(
            wanted, because: random.pick([.giveBack, .recall]), reference: nil, id: id(), at: nowMilliseconds)
        if given.count != wanted.count { blame("not everything was given back") }
        if !given.isEmpty { note("rights were given back") }
    }
}
