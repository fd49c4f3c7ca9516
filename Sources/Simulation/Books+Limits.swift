import Loyalty
import Replication

/// Coupons beyond a limit or taken back, and tiers, reckoned from the hub's log by looking at everything.
extension Books {
    private struct Limited: Hashable {
        let member: RecordID
        let definition: String
    }

    func usesVoid(_ fact: Fact) -> Bool {
        guard case .sale(let sale) = fact else { return false }
        return (sale.settlement?.coupons ?? []).contains { voided.contains($0.coupon) && coupons[$0.coupon] != nil }
    }

    /// With the sale in the books.
    func goesBeyondLimit(_ fact: Fact, at position: UInt64) -> Bool {
        guard case .sale(let sale) = fact else { return false }
        return (sale.settlement?.coupons ?? []).contains { use in
            guard let limited = limited(use.coupon) else { return false }
            return beyond(limited).contains { $0.position == position }
        }
    }

    private func limited(_ coupon: RecordID) -> Limited? {
        guard let member = coupons[coupon]?.member, let definition = definitions[coupon] else { return nil }
        return Limited(member: member, definition: definition.code)
    }

    /// Of each coupon's uses that stand, as many as it has, those with right first; all in the hub's order.
    private func counted(_ limited: Limited) -> [Redeemed] {
        coupons.keys.filter { self.limited($0) == limited }.flatMap { coupon in
            let standing = (redemptions[coupon] ?? []).filter { !$0.isUndone }
            return (standing.filter { $0.mode == .right } + standing.filter { $0.mode == .optimistic })
                .prefix(uses(of: coupon))
        }.sorted { ($0.position, $0.coupon) < ($1.position, $1.coupon) }
    }

    private func beyond(_ limited: Limited) -> [Redeemed] {
        counted(limited).enumerated().filter { index, use in
            let definition = definitions[use.coupon]
            let terms = definition.flatMap { programme.coupon($0.code, revision: $0.revision) }
            return terms?.memberUsesMax.map { index >= $0 } ?? false
        }.map(\.element)
    }

    var limitCases: [Case] {
        let members = Set(redemptions.keys.compactMap(limited))
        let overLimit = members.filter { !beyond($0).isEmpty }.map { limited in
            Case(
                .overLimit(member: limited.member, definition: limited.definition, by: counted(limited).map(\.dot)))
        }
        return overLimit + Set(definitions.values.map(\.code)).compactMap(lossCase)
    }

    private func lossCase(of definition: String) -> Case? {
        var doubles: [Redeemed] = []
        var revision: UInt32 = 0
        for (coupon, uses) in redemptions where definitions[coupon]?.code == definition {
            let standing = uses.filter { !$0.isUndone }
            let ordered = standing.filter { $0.mode == .right } + standing.filter { $0.mode == .optimistic }
            let extra = ordered.dropFirst(self.uses(of: coupon))
            doubles += extra
            if !extra.isEmpty { revision = max(revision, definitions[coupon]?.revision ?? 0) }
        }
        guard !doubles.isEmpty,
            case .optimistic(_, _, let loss)? = programme.coupon(definition, revision: revision)?.policy,
            doubles.reduce(0, { $0 + $1.discountMinor }) > loss
        else { return nil }
        return Case(.overLoss(definition: definition, by: doubles.map(\.dot)))
    }

    // MARK: Tiers

    /// Before the fact is in the books.
    func disputesTier(_ fact: Fact) -> Bool {
        switch fact {
        case .tier(let change):
            return change.isProvisional && !change.tier.isEmpty
                && !isConfirmed(change, tiers[change.member] ?? [])
        case .refund(let refund):
            guard let member = refund.member, let sale = sellers[refund.sale]?.sale,
                (0...TierChange.returnDays).contains(sale.businessDate.days(until: refund.businessDate))
            else { return false }
            return !lost(by: member, with: sale, on: refund.businessDate, beside: refund).isEmpty
        case .member, .decision, .sale, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .unknown:
            return false
        }
    }

    private func isConfirmed(_ change: TierChange, _ changes: [TierChange]) -> Bool {
        guard let sale = change.cause.flatMap({ sellers[$0]?.sale }), sale.member == change.member else { return false }
        return programme.confirms(
            change.tier, changes, purchases: purchases(of: change.member), on: sale.businessDate)
    }

    /// Tiers that a sale has brought, and that nothing else brings.
    private func lost(
        by member: RecordID, with sale: Sale, on date: CivilDate, beside refund: Refund? = nil
    ) -> [String] {
        let changes = tiers[member] ?? []
        let brought = TierChange.holding(changes, on: date).filter { $0.cause == sale.id && !$0.tier.isEmpty }
        let others = changes.filter { $0.cause != sale.id }
        return Set(brought.map(\.tier)).sorted().filter {
            !programme.confirms(
                $0, others, purchases: purchases(of: member, beside: refund), on: sale.businessDate)
        }
    }

    private func purchases(of member: RecordID, beside refund: Refund? = nil) -> [QualifyingPurchase] {
        sellers.values.filter { $0.sale.member == member }.map { seller in
            let sale = seller.sale
            let inKind = (sale.settlement?.lines ?? []).reduce(0) { $0 + $1.pointsMinor + $1.bonusMinor }
            let back = (refunds[sale.id] ?? []) + (refund.map { $0.sale == sale.id ? [$0] : [] } ?? [])
            let growth = (sale.settlement?.lines ?? []).reduce(0) { $0 + $1.growthEarned }
            return QualifyingPurchase(
                date: sale.businessDate, netMinor: max(0, sale.netMinor - inKind - back.reduce(0) { $0 + $1.netMinor }),
                growth: growth)
        }
    }

    /// Whether the hub may say that a sale brings a tier.
    func reaches(_ tier: String, by member: RecordID, since cause: RecordID) -> Bool {
        guard let sale = sellers[cause]?.sale, sale.member == member else { return false }
        return programme.tierReached(by: purchases(of: member), on: sale.businessDate)?.code == tier
    }

    var tierCases: [Case] {
        var told: Set<RecordID> = []
        return disputes.flatMap { dispute -> [Case] in
            switch dispute.fact {
            case .tier(let change):
                return isConfirmed(change, tiers[change.member] ?? [])
                    ? [] : [Case(.tierDisputed(member: change.member, tier: change.tier, by: [dispute.dot]))]
            case .refund(let refund):
                guard told.insert(refund.sale).inserted, let member = refund.member,
                    let sale = sellers[refund.sale]?.sale
                else { return [] }
                let pieces = disputes.filter {
                    if case .refund(let other) = $0.fact { other.sale == refund.sale } else { false }
                }.map(\.dot)
                return lost(by: member, with: sale, on: refund.businessDate).map {
                    Case(.tierDisputed(member: member, tier: $0, by: pieces))
                }
            case .member, .decision, .sale, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid,
                .couponSpent, .programme, .unknown:
                return []
            }
        }
    }
}
