package import Replication

/// What an operation does to the ledger, step by step. All of it is folded in one transaction, or nothing.
package enum Posting: Equatable, Sendable {
    /// A lot comes into being, or is heard of for the first time; a repeat adds nothing.
    case open(LotTerms)
    case entry(LedgerEntry)
    /// A coupon used without right, as its campaign allows: taken from the hub if it is still there.
    case attempt(LedgerEntry)
    /// What a member owes a wallet becomes more, or less.
    case owe(member: RecordID, wallet: String, amount: Int64)
    case settle(member: RecordID, wallet: String, amount: Int64)
    case charge(BranchCharge)
    case redeem(Redemption)
    /// A redemption is undone: its goods came back.
    case unredeem(coupon: RecordID, sale: RecordID)
}

/// One use of a coupon. Valid while the coupon has uses left, in the hub's order.
package struct Redemption: Equatable, Sendable {
    package let coupon: RecordID
    package let sale: RecordID
    package let mode: CouponUse.Mode
    package let discountMinor: Int64

    package init(coupon: RecordID, sale: RecordID, mode: CouponUse.Mode, discountMinor: Int64) {
        self.coupon = coupon
        self.sale = sale
        self.mode = mode
        self.discountMinor = discountMinor
    }
}

extension Fact {
    /// The business id under which an operation counts once, whatever its dot.
    package var businessID: RecordID? {
        switch self {
        case .sale(let sale): sale.id
        case .transfer(let transfer): transfer.id
        case .topUp(let topUp): topUp.id
        case .refund(let refund): refund.id
        case .booking(let booking): booking.id
        case .member, .decision, .release, .couponIssue, .couponVoid, .couponSpent, .programme, .tier, .unknown: nil
        }
    }

    /// - Parameters:
    ///   - author: the actor whose operation it is.
    ///   - node: the author's node; 0 makes it the hub's word.
    package func postings(by author: ActorID, of node: NodeID) -> [Posting] {
        let holder: RightsHolder = node == .hub ? .hub : .actor(author)
        switch self {
        case .sale(let sale): return sale.postings(by: author, holder, of: node)
        case .topUp(let topUp): return topUp.postings(by: author, holder, of: node)
        case .refund(let refund): return refund.postings(by: holder)
        case .transfer(let transfer):
            // What a branch hands back is a lot that the hub knows, and not to be described anew.
            let heardOf = transfer.from == .hub ? transfer.items.map { Posting.open($0.terms) } : []
            return heardOf + transfer.entries.map(Posting.entry)
        case .booking(let booking): return booking.lines.flatMap { $0.postings(because: booking.cause) }
        case .couponIssue(let issue): return issue.postings
        case .member, .decision, .release, .couponVoid, .couponSpent, .programme, .tier, .unknown: return []
        }
    }
}

extension Sale {
    /// The lots that this sale makes when an actor records it.
    package func lots(madeBy author: ActorID, of node: NodeID) -> [(terms: LotTerms, accrual: Accrual)] {
        guard let member else { return [] }
        return accruals.map { accrual in
            let id = LotTerms.id(madeBy: author, for: self.id, wallet: accrual.wallet, kind: accrual.kind)
            let terms = LotTerms(
                id: id, member: member, kind: accrual.kind, wallet: accrual.wallet, issuer: node,
                openedOn: businessDate, availableOn: accrual.availableOn, expiresOn: accrual.expiresOn)
            return (terms, accrual)
        }
    }

    /// A basket without settlement earns in the standard wallet, without expiry, and all of it stays where it is.
    private var accruals: [Accrual] {
        if let settlement { return settlement.accruals }
        guard points > 0 else { return [] }
        return [
            Accrual(
                kind: .points, wallet: Self.standardWallet, amount: points, keptHere: points, availableOn: nil,
                expiresOn: nil)
        ]
    }

    package static let standardWallet = "points"

    fileprivate func postings(by author: ActorID, _ holder: RightsHolder, of node: NodeID) -> [Posting] {
        let spends = settlement?.spends ?? []
        let spent = spends.map {
            Posting.entry(LedgerEntry(.spend, lot: $0.lot, from: holder, to: nil, amount: $0.amount))
        }
        let redeemed = (settlement?.coupons ?? []).flatMap { use -> [Posting] in
            let redemption = Posting.redeem(
                Redemption(coupon: use.coupon, sale: id, mode: use.mode, discountMinor: use.discountMinor))
            switch use.mode {
            case .right:
                return [.entry(LedgerEntry(.spend, lot: use.coupon, from: holder, to: nil, amount: 1)), redemption]
            case .optimistic:
                return [.attempt(LedgerEntry(.spend, lot: use.coupon, from: .hub, to: nil, amount: 1)), redemption]
            }
        }
        let earned = lots(madeBy: author, of: node).flatMap { $0.terms.earning($0.accrual, by: holder) }
        return spent + redeemed + earned
    }
}

extension LotTerms {
    fileprivate func earning(_ accrual: Accrual, by holder: RightsHolder) -> [Posting] {
        let earn = LedgerEntry(.earn, lot: id, from: nil, to: holder, amount: accrual.amount)
        let rest = accrual.amount - accrual.keptHere
        guard rest > 0, holder != .hub else { return [.open(self), .entry(earn)] }
        return [
            .open(self), .entry(earn),
            .entry(LedgerEntry(.transfer, lot: id, from: holder, to: .hub, amount: rest)),
        ]
    }
}

extension TopUp {
    /// The lots that this top-up makes when an actor records it: principal first.
    package func lots(madeBy author: ActorID, of node: NodeID) -> [(terms: LotTerms, amount: Int64)] {
        let parts: [(LotKind, Int64, CivilDate?)] = [
            (.principal, principalMinor, nil), (.bonus, bonusMinor, bonusExpiresOn),
        ]
        return parts.filter { $0.1 > 0 }.map { kind, amount, expiresOn in
            let terms = LotTerms(
                id: LotTerms.id(madeBy: author, for: id, wallet: wallet, kind: kind), member: member, kind: kind,
                wallet: wallet, issuer: node, openedOn: businessDate, availableOn: nil, expiresOn: expiresOn)
            return (terms, amount)
        }
    }

    fileprivate func postings(by author: ActorID, _ holder: RightsHolder, of node: NodeID) -> [Posting] {
        lots(madeBy: author, of: node).flatMap { lot -> [Posting] in
            [
                .open(lot.terms),
                .entry(LedgerEntry(.earn, lot: lot.terms.id, from: nil, to: holder, amount: lot.amount)),
            ]
        }
    }
}

extension Refund {
    fileprivate func postings(by holder: RightsHolder) -> [Posting] {
        let back = restored.map {
            Posting.entry(LedgerEntry(.refund, lot: $0.lot, from: nil, to: holder, amount: $0.amount))
        }
        let renewed = renewed.flatMap { item -> [Posting] in
            [
                .open(item.terms),
                .entry(LedgerEntry(.adjust, lot: item.terms.id, from: nil, to: holder, amount: item.amount)),
            ]
        }
        let taken = clawedBack.map {
            Posting.entry(LedgerEntry(.clawback, lot: $0.lot, from: holder, to: nil, amount: $0.amount))
        }
        let owed = debts.compactMap { debt in
            member.map { Posting.owe(member: $0, wallet: debt.wallet, amount: debt.amount) }
        }
        let coupons = coupons.flatMap { coupon -> [Posting] in
            [
                .entry(LedgerEntry(.refund, lot: coupon, from: nil, to: holder, amount: 1)),
                .unredeem(coupon: coupon, sale: sale),
            ]
        }
        return back + renewed + taken + owed + coupons
    }
}

extension CouponIssue {
    package func terms(of coupon: IssuedCoupon) -> LotTerms {
        LotTerms(
            id: coupon.id, member: coupon.member, kind: .coupon, wallet: definitionCode, issuer: .hub,
            openedOn: validFrom, availableOn: validFrom, expiresOn: validTo)
    }

    /// All rights arise at the hub; a coupon's home gets them by a transfer.
    fileprivate var postings: [Posting] {
        coupons.flatMap { coupon -> [Posting] in
            [
                .open(terms(of: coupon)),
                .entry(LedgerEntry(.earn, lot: coupon.id, from: nil, to: .hub, amount: Int64(uses))),
            ]
        }
    }
}

extension Booking.Line {
    fileprivate func postings(because cause: Booking.Cause) -> [Posting] {
        switch self {
        case .credit(let terms, let amount):
            [.open(terms), .entry(LedgerEntry(.adjust, lot: terms.id, from: nil, to: .hub, amount: amount))]
        case .debit(let spend):
            [
                .entry(
                    LedgerEntry(
                        cause == .expire ? .expire : .adjust, lot: spend.lot, from: .hub, to: nil,
                        amount: spend.amount))
            ]
        case .debt(let member, let wallet, let amount): [.owe(member: member, wallet: wallet, amount: amount)]
        case .repay(let spend, let member, let wallet):
            [
                .entry(LedgerEntry(.repayment, lot: spend.lot, from: .hub, to: nil, amount: spend.amount)),
                .settle(member: member, wallet: wallet, amount: spend.amount),
            ]
        case .charge(let charge): [.charge(charge)]
        }
    }
}
