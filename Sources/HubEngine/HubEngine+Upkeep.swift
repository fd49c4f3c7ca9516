import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// What the hub does of itself after it has heard something: debts are paid, allowances filled, used coupons told.
extension HubEngine {
    func react(to entries: [LogEntry], _ nowMilliseconds: UInt64) throws {
        var spent: [RecordID] = []
        var visits: Set<Place> = []
        var (returns, moved): (Set<RecordID>, Set<RecordID>) = ([], [])
        for entry in entries {
            moved.formUnion(movers(by: entry.operation))
            guard entry.operation.dot.actor != store.identity.actor, Self.isWatched(entry.operation),
                let fact = Fact(entry.operation),
                let node = store.actorState(entry.operation.dot.actor)?.node
            else { continue }
            spent += Self.couponsAtRisk(fact)
            if case .sale(let sale) = fact { try confirmTier(by: sale, nowMilliseconds) }
            for member in Self.visitors(of: fact) { visits.insert(Place(member: member, node: node)) }
            returns.formUnion(Self.owners(ofReturned: fact))
        }
        var untold = Set(spent).sorted()[...]
        while !untold.isEmpty {
            let coupons = Array(untold.prefix(CouponSpent.couponsMax))
            untold = untold.dropFirst(coupons.count)
            try say(.couponSpent(CouponSpent(coupons: coupons)), for: .chain, about: [], nowMilliseconds)
        }
        for member in returns.union(visits.map(\.member)).sorted() { try repay(member, nowMilliseconds) }
        try fillAllowances(visits, moved: moved, nowMilliseconds)
        try closeVoided(entries, nowMilliseconds)
        try writeWords(nowMilliseconds)
    }

    /// A basket that was only reported leaves all that it earned where it was earned: nothing to do.
    private static func isWatched(_ operation: Operation) -> Bool {
        switch operation.kind {
        case Sale.kind: Sale.isSettled(operation.publicBody)
        case Refund.kind, TopUp.kind, Transfer.kind: true
        case _: false
        }
    }

    /// Who has another home now, or has been credited something by headquarters.
    private func movers(by operation: Operation) -> [RecordID] {
        if operation.kind == MemberEdit.kind, MemberEdit.mayNameHome(operation.publicBody),
            case .member(let edit)? = Fact(operation)
        {
            return [edit.member]
        }
        // What a decision credits is spent by its next entry: an allowance between the two would leave too little.
        guard operation.kind == Booking.kind, case .booking(let booking)? = Fact(operation), booking.cause != .decision
        else { return [] }
        return booking.lines.compactMap { line in
            switch line {
            case .credit(let terms, _): terms.member
            case .debit, .debt, .repay, .charge: nil
            }
        }
    }

    private static func couponsAtRisk(_ fact: Fact) -> [RecordID] {
        guard case .sale(let sale) = fact else { return [] }
        return (sale.settlement?.coupons ?? []).filter { $0.mode == .optimistic }.map(\.coupon)
    }

    private static func visitors(of fact: Fact) -> [RecordID] {
        switch fact {
        case .sale(let sale): sale.member.map { [$0] } ?? []
        case .refund(let refund): refund.member.map { [$0] } ?? []
        case .topUp(let topUp): [topUp.member]
        case .member, .decision, .transfer, .release, .booking, .couponIssue, .couponVoid, .couponSpent, .programme,
            .tier, .unknown:
            []
        }
    }

    /// A branch that hands rights back has no visitor: they are for whoever waits for them, not to be sent there again.
    private static func owners(ofReturned fact: Fact) -> [RecordID] {
        switch fact {
        case .transfer(let transfer): transfer.items.compactMap(\.terms.member)
        case .member, .decision, .sale, .topUp, .refund, .release, .booking, .couponIssue, .couponVoid, .couponSpent,
            .programme, .tier, .unknown:
            []
        }
    }

    /// What a member owes is paid first, from whatever the hub holds of the wallet. One person may owe under several
    /// ids: each debt sees what the one before has left.
    private func repay(_ member: RecordID, _ nowMilliseconds: UInt64) throws {
        let today = today(nowMilliseconds)
        try writeWords(about: member, nowMilliseconds)
        for debt in try store.debts(of: member) where debt.owed > 0 {
            try writeWords(about: member, nowMilliseconds)
            let account = try store.liveAccount(of: member)
            let lots = account.lots.filter {
                $0.terms.wallet == debt.wallet && $0.terms.kind != .coupon && !$0.terms.isExpired(on: today)
            }
            let items = Self.items(debt.owed, from: lots).prefix(Booking.linesMax)
            guard !items.isEmpty else { continue }
            let booking = Booking(
                id: randomID(), cause: .repayment, reference: nil,
                author: "hub", reason: "", businessDate: today,
                lines: items.map {
                    .repay(
                        LotSpend(lot: $0.terms.id, amount: $0.amount), member: debt.member, wallet: debt.wallet)
                })
            try say(.booking(booking), for: .hub, about: account.members, nowMilliseconds)
        }
    }

    // MARK: Expiry

    /// A late sale of the last days spends what its branch holds, which is never expired over its head; the grace only
    /// lets what comes back from branches be booked out together.
    private static let expiryGraceDays = 3
    private static let expiryEveryMilliseconds: UInt64 = 60 * 60_000
    /// At each tick: some milliseconds' worth, and still ninety million a day.
    private static let rightsLookedAt = 1_024

    private static let denialsKeptMilliseconds: UInt64 = 30 * 86_400_000

    func expire(_ nowMilliseconds: UInt64) throws {
        if expiryPlace == nil {
            if let last = expiredAtMilliseconds, steadyMilliseconds < last + Self.expiryEveryMilliseconds { return }
            expiredAtMilliseconds = steadyMilliseconds
            try letTiersGo(nowMilliseconds)
            try store.forgetDenials(
                beforeMilliseconds: nowMilliseconds - min(nowMilliseconds, Self.denialsKeptMilliseconds))
        }
        let today = today(nowMilliseconds)
        let expired = try store.expiredAtHub(
            before: today.adding(days: -Self.expiryGraceDays), after: expiryPlace, lookingAt: Self.rightsLookedAt)
        var rest = expired.spends[...]
        while !rest.isEmpty {
            let booking = Booking(
                id: randomID(), cause: .expire, reference: nil, author: "hub",
                reason: "", businessDate: today, lines: rest.prefix(Booking.linesMax).map { .debit($0) })
            try write(.booking(booking), for: .hub, nowMilliseconds)
            rest = rest.dropFirst(Booking.linesMax)
        }
        expiryPlace = expired.next
    }
}
