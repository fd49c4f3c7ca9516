import Loyalty
import Replication

/// One thing that an operation does to a lot, reckoned without the product's folds.
struct Movement: Equatable {
    enum Effect { case earned, spent, attempted, refunded, expired, clawedBack, moved, writtenOff }

    let effect: Effect
    let lot: RecordID
    var from: RightsHolder?
    var to: RightsHolder?
    let amount: Int64
}

/// Everything that an operation does to lots and debts.
struct Movements {
    private(set) var moves: [Movement] = []
    /// Above zero is owed, below is paid.
    private(set) var debts: [(account: WalletAccount, amount: Int64)] = []
    /// Lots that are made, or heard of.
    private(set) var opened: [LotTerms] = []

    /// - Parameter held: what the holder has who surrenders.
    init(of fact: Fact, by author: ActorID, at node: NodeID, surrendering held: [BookedLot] = []) {
        let holder: RightsHolder = node == .hub ? .hub : .actor(author)
        switch fact {
        case .sale(let sale): take(sale, author, node, holder)
        case .topUp(let topUp): take(topUp, author, node, holder)
        case .refund(let refund): take(refund, holder)
        case .transfer(let transfer):
            take(transfer)
            for lot in held {
                let amount = lot.right(of: transfer.from)
                moves.append(
                    Movement(effect: .moved, lot: lot.terms.id, from: transfer.from, to: transfer.to, amount: amount))
            }
        case .booking(let booking): for line in booking.lines { take(line, booking.cause) }
        case .couponIssue(let issue):
            for coupon in issue.coupons { open(issue.terms(of: coupon), Int64(issue.uses), for: .hub) }
        case .member, .decision, .release, .couponVoid, .couponSpent, .programme, .tier, .unknown: break
        }
    }

    private mutating func open(_ terms: LotTerms, _ amount: Int64, for holder: RightsHolder) {
        opened.append(terms)
        moves.append(Movement(effect: .earned, lot: terms.id, to: holder, amount: amount))
    }

    private mutating func take(_ sale: Sale, _ author: ActorID, _ node: NodeID, _ holder: RightsHolder) {
        for spend in sale.settlement?.spends ?? [] {
            moves.append(Movement(effect: .spent, lot: spend.lot, from: holder, amount: spend.amount))
        }
        for use in sale.settlement?.coupons ?? [] {
            switch use.mode {
            case .right: moves.append(Movement(effect: .spent, lot: use.coupon, from: holder, amount: 1))
            case .optimistic: moves.append(Movement(effect: .attempted, lot: use.coupon, from: .hub, amount: 1))
            }
        }
        for (terms, accrual) in sale.lots(madeBy: author, of: node) {
            open(terms, accrual.amount, for: holder)
            let rest = accrual.amount - accrual.keptHere
            guard rest > 0, holder != .hub else { continue }
            moves.append(Movement(effect: .moved, lot: terms.id, from: holder, to: .hub, amount: rest))
        }
    }

    private mutating func take(_ topUp: TopUp, _ author: ActorID, _ node: NodeID, _ holder: RightsHolder) {
        for (terms, amount) in topUp.lots(madeBy: author, of: node) { open(terms, amount, for: holder) }
    }

    private mutating func take(_ refund: Refund, _ holder: RightsHolder) {
        for spend in refund.restored {
            moves.append(Movement(effect: .refunded, lot: spend.lot, to: holder, amount: spend.amount))
        }
        for item in refund.renewed { open(item.terms, item.amount, for: holder) }
        for spend in refund.clawedBack {
            moves.append(Movement(effect: .clawedBack, lot: spend.lot, from: holder, amount: spend.amount))
        }
        for coupon in refund.coupons {
            moves.append(Movement(effect: .refunded, lot: coupon, to: holder, amount: 1))
        }
        guard let member = refund.member else { return }
        for debt in refund.debts {
            debts.append((WalletAccount(member: member, wallet: debt.wallet), debt.amount))
        }
    }

    private mutating func take(_ transfer: Transfer) {
        for item in transfer.items {
            if transfer.from == .hub { opened.append(item.terms) }
            moves.append(
                Movement(
                    effect: transfer.cause == .writeoff ? .writtenOff : .moved, lot: item.terms.id,
                    from: transfer.from, to: transfer.to, amount: item.amount))
        }
    }

    private mutating func take(_ line: Booking.Line, _ cause: Booking.Cause) {
        switch line {
        case .credit(let terms, let amount): open(terms, amount, for: .hub)
        case .debit(let spend):
            let effect: Movement.Effect = cause == .expire ? .expired : .clawedBack
            moves.append(Movement(effect: effect, lot: spend.lot, from: .hub, amount: spend.amount))
        case .debt(let member, let wallet, let amount):
            debts.append((WalletAccount(member: member, wallet: wallet), amount))
        case .repay(let spend, let member, let wallet):
            moves.append(Movement(effect: .clawedBack, lot: spend.lot, from: .hub, amount: spend.amount))
            debts.append((WalletAccount(member: member, wallet: wallet), -spend.amount))
        case .charge: break
        }
    }
}

struct WalletAccount: Hashable, Comparable {
    let member: RecordID
    let wallet: String

    static func < (a: Self, b: Self) -> Bool { (a.member, a.wallet) < (b.member, b.wallet) }
}

/// What an operation takes of lots that have to be its member's.
struct Taken {
    let member: RecordID?
    let lots: [RecordID]

    init?(by fact: Fact) {
        switch fact {
        case .sale(let sale):
            guard let settlement = sale.settlement else { return nil }
            member = sale.member
            lots = settlement.spends.map(\.lot) + settlement.coupons.map(\.coupon)
        case .refund(let refund):
            member = refund.member
            lots = refund.clawedBack.map(\.lot)
        case .member, .decision, .transfer, .topUp, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .tier, .unknown:
            return nil
        }
    }
}
