import Loyalty
import Replication

/// What the hub holds an operation against that keeps its own rules: what its author knew, and what came before it.
struct Scrutiny {
    let transaction: WriteTransaction
    /// The programme as the author knew it; nil where the hub cannot say what that was.
    let known: Programme?
    let latest: Programme

    static func looksAt(_ operation: Operation) -> Bool {
        switch operation.kind {
        case Sale.kind: Sale.isSettled(operation.publicBody)
        case TierChange.kind, Refund.kind: true
        case _: false
        }
    }

    private var statements: HotStatements { transaction.statements }

    /// Why people should look at the operation. It stands all the same.
    func reason(to judgement: Judgement, by node: NodeID, at position: UInt64) throws -> VerdictReason? {
        switch judgement.fact {
        case .sale(let sale)?:
            guard let settlement = sale.settlement else { return nil }
            if try usesVoid(settlement) { return .couponVoid }
            if try exceedsLimit(settlement, at: Int64(clamping: position)) { return .overLimit }
            let reason = try earningReason(sale, by: node)
            return reason == .ruleUnknown && judgement.verdict != .ok ? nil : reason
        case .tier(let change)?: return try isDisputed(change) ? .tierDisputed : nil
        case .refund(let refund)?: return try undoesTier(refund) ? .tierDisputed : nil
        case .member?, .decision?, .transfer?, .topUp?, .release?, .booking?, .couponIssue?, .couponVoid?,
            .couponSpent?, .programme?, .unknown?, nil:
            return nil
        }
    }

    // MARK: Points

    private func earningReason(_ sale: Sale, by node: NodeID) throws -> VerdictReason? {
        guard sale.member != nil else { return nil }
        #if DEBUG
            if transaction.bug == .pointsOnTrust { return nil }
        #endif
        guard let known else { return .ruleUnknown }
        switch known.opinion(on: sale, at: try branch(of: node)) {
        case .agrees: return nil
        case .differs: return .ruleMismatch
        case .ruleUnknown: return .ruleUnknown
        }
    }

    private func branch(of node: NodeID) throws -> String {
        try statements.first(.branchOfNode, .integer(Int64(node.value))) { $0.text(0) } ?? ""
    }

    // MARK: Coupons

    private func usesVoid(_ settlement: Settlement) throws -> Bool {
        let coupons = CouponTable(transaction: transaction)
        #if DEBUG
            if transaction.bug == .voidForgotten { return false }
        #endif
        return try settlement.coupons.contains { try coupons.read($0.coupon)?.isVoid ?? false }
    }

    private func exceedsLimit(_ settlement: Settlement, at position: Int64) throws -> Bool {
        let coupons = CouponTable(transaction: transaction)
        var seen: [String: [LimitedUse]] = [:]
        for use in settlement.coupons {
            guard let coupon = try coupons.read(use.coupon), let member = coupon.member,
                limit(coupon.definition, coupon.definitionRevision) != nil
            else { continue }
            let new = LimitedUse(
                coupon: coupon.id, position: position, isByRight: use.mode == .right,
                couponUses: Int(coupon.uses),
                memberUsesMax: limit(coupon.definition, coupon.definitionRevision))
            let key = "\(member.value):\(coupon.definition)"
            let all = try seen[key] ?? uses(of: coupon.definition, by: member)
            seen[key] = all + [new]
            if LimitedUse.beyondLimit(all + [new]).contains(new) { return true }
        }
        return false
    }

    private func limit(_ definition: String, _ revision: UInt32) -> Int? {
        let limit = latest.coupon(definition, revision: revision)?.memberUsesMax
        #if DEBUG
            if transaction.bug == .limitOffByOne { return limit.map { $0 + 1 } }
        #endif
        return limit
    }

    private func uses(of definition: String, by member: RecordID) throws -> [LimitedUse] {
        var uses: [LimitedUse] = []
        try statements.each(.usesOfMember, [.identifier(member.value), .text(definition)]) { row in
            uses.append(
                LimitedUse(
                    coupon: RecordID(row.identifier(0)), position: row.integer(1),
                    isByRight: row.text(2) == CouponUse.Mode.right.rawValue, couponUses: Int(row.integer(3)),
                    memberUsesMax: limit(definition, UInt32(truncatingIfNeeded: row.integer(4)))))
        }
        return uses
    }

    // MARK: Tiers

    private func isDisputed(_ change: TierChange) throws -> Bool {
        #if DEBUG
            if transaction.bug == .tierOnTrust { return false }
        #endif
        guard change.isProvisional, !change.tier.isEmpty else { return false }
        guard let cause = try change.cause.flatMap(sale), cause.member == change.member else { return true }
        return try !latest.confirms(
            change.tier, changes(of: change.member), purchases: purchases(of: change.member, on: cause.businessDate),
            on: cause.businessDate)
    }

    /// What brought a tier has come back within days.
    private func undoesTier(_ refund: Refund) throws -> Bool {
        guard let member = refund.member else { return false }
        let changes = try changes(of: member)
        let brought = TierChange.holding(changes, on: refund.businessDate).filter {
            $0.cause == refund.sale && !$0.tier.isEmpty
        }
        guard !brought.isEmpty, let sale = try sale(refund.sale),
            (0...TierChange.returnDays).contains(sale.businessDate.days(until: refund.businessDate))
        else { return false }
        let purchases = try purchases(of: member, on: sale.businessDate, less: refund)
        let others = changes.filter { $0.cause != refund.sale }
        return brought.contains { change in
            !latest.confirms(change.tier, others, purchases: purchases, on: sale.businessDate)
        }
    }

    private func sale(_ id: RecordID) throws -> Sale? {
        guard let position = try SaleTable(transaction: transaction).position(of: id),
            case .sale(let sale)? = try transaction.operation(at: position).flatMap(Fact.init)
        else { return nil }
        return sale
    }

    private func changes(of member: RecordID) throws -> [TierChange] {
        var changes: [TierChange] = []
        try statements.each(.tierChangesOfMember, [.identifier(member.value)]) { row in
            changes.append(try TierChange(publicBody: row.bytes(0)))
        }
        return changes
    }

    /// - Parameter refund: not in the books yet.
    private func purchases(
        of member: RecordID, on date: CivilDate, less refund: Refund? = nil
    ) throws -> [QualifyingPurchase] {
        guard let longest = latest.tiers(on: date).map(\.rule.windowMonths).max() else { return [] }
        var purchases: [QualifyingPurchase] = []
        try statements.each(
            .purchasesOfMember, [.identifier(member.value), .text(date.adding(months: -longest).text)]
        ) { row in
            let isReturned = refund.map { $0.sale.value == row.identifier(3) } ?? false
            purchases.append(try QualifyingPurchase(row, lessMinor: isReturned ? refund?.netMinor ?? 0 : 0))
        }
        return purchases
    }
}
