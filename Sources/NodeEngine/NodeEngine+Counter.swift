import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Sales whole: what this branch may spend it spends, what it may not it asks the hub for, and then does the same.
extension NodeEngine {
    /// A till that waits for the hub.
    struct WaitingCheckout {
        /// What happens once the rights are here.
        enum Purpose { case sale, reservation }

        let till: RequestID
        let purpose: Purpose
        let checkout: Checkout
        let fault: CheckoutFault
        let sinceMilliseconds: UInt64
        /// What has been granted for it in earlier rounds.
        let granted: [UInt128]
    }

    /// Points, stored value and a coupon may each be missing; more grants would mean that somebody takes away what
    /// the hub has just given.
    private static let grantsMax = 4

    func counter(for checkout: Checkout, _ nowMilliseconds: UInt64) throws -> Counter {
        #if DEBUG
            // The planted mistake looks where it should not, beside the snapshot.
            if store.faults.bug == .othersLotsAreSpent { return try read(for: checkout, nowMilliseconds) }
        #endif
        return try store.reading { try read(for: checkout, nowMilliseconds) }
    }

    private func read(for checkout: Checkout, _ nowMilliseconds: UInt64) throws -> Counter {
        let member = try checkout.member.map(store.member)
        let programme = try store.programme()
        let coupons = try checkout.coupons.compactMap { try presented($0, of: checkout, in: programme) }
        var account = try checkout.member.map(store.liveAccount(of:))
        #if DEBUG
            account = try grasping(unlooking(account, of: checkout.member))
        #endif
        return Counter(
            branch: store.identity.branchCode, holder: holder, programme: programme, account: account,
            memberTier: try checkout.member.flatMap { try tier(of: $0, on: checkout.businessDate, in: programme) },
            isFrozen: member?.value(.frozen) == "yes", coupons: coupons.map(\.coupon),
            couponsHeld: Set(coupons.filter(\.isHeld).map(\.coupon.id)), isConnected: isConnected,
            daysWithoutContact: daysWithoutContact(nowMilliseconds),
            largeTicketMinor: try store.largeTicketMinor(
                of: store.identity.node, steadyMilliseconds: steadyMilliseconds))
    }

    var holder: RightsHolder { .actor(store.identity.actor) }

    /// The highest of the tiers that have been given and hold.
    private func tier(of member: RecordID, on date: CivilDate, in programme: Programme) throws -> String? {
        let given = Set(try store.tiers(of: member, on: date.adding(days: -TierChange.graceDays)).map(\.tier))
        return programme.tiers(on: date).last { given.contains($0.code) }?.code
    }

    /// What was sold here alone may bring a better tier: it holds at once, until the hub knows better.
    private func upgrade(by sale: Sale, _ nowMilliseconds: UInt64) throws {
        let (date, programme) = (sale.businessDate, try store.programme())
        guard let member = sale.member, let longest = programme.tiers(on: date).map(\.rule.windowMonths).max() else {
            return
        }
        let standing = TierStanding(tier: try tier(of: member, on: date, in: programme), validUntil: nil)
        let purchases = try store.purchases(of: member, since: date.adding(months: -longest))
        guard let next = programme.upgrade(of: standing, by: purchases, on: date), let tier = next.tier else { return }
        try store.record(
            TierChange(
                member: member, tier: tier, until: next.validUntil, isProvisional: true, cause: sale.id),
            at: nowMilliseconds)
    }

    private func daysWithoutContact(_ nowMilliseconds: UInt64) -> Int? {
        let heard = progress.lastHeardMilliseconds ?? lastContactMilliseconds
        return heard.map { Int(clamping: (nowMilliseconds - min($0, nowMilliseconds)) / 86_400_000) }
    }

    private func presented(
        _ id: RecordID, of checkout: Checkout, in programme: Programme
    ) throws -> (coupon: PresentedCoupon, isHeld: Bool)? {
        guard let coupon = try known(id, of: checkout, in: programme) else { return nil }
        let right = try store.lot(id)?.right(of: holder) ?? 0
        let isOwners = coupon.member == nil || coupon.member == checkout.member
        let used = try store.redemptions(of: id)
        let left = coupon.isVoid || coupon.isClosed || !isOwners ? 0 : max(0, Int(coupon.uses) - used)
        let isAllowed = try right > 0 || isRiskAllowed(coupon, in: programme)
        let presented = PresentedCoupon(
            id: id, definition: coupon.definition, definitionRevision: coupon.definitionRevision,
            validFrom: coupon.validFrom, validTo: coupon.validTo, usesLeft: left,
            memberUses: try coupon.member.map { try store.redemptions(of: coupon.definition, by: $0) } ?? 0,
            isRedeemableHere: isAllowed)
        return (presented, right > 0)
    }

    /// As it was issued, or as its sealed form says, or as far as the right to it tells.
    private func known(_ id: RecordID, of checkout: Checkout, in programme: Programme) throws -> KnownCoupon? {
        if let coupon = try store.coupon(id) { return coupon }
        if let token = checkout.tokens.first(where: { $0.coupon.id == id }) { return KnownCoupon(token) }
        guard let terms = try store.lot(id)?.terms, terms.kind == .coupon,
            let definition = programme.coupon(terms.wallet, on: terms.openedOn)
        else { return nil }
        return KnownCoupon(terms, definition)
    }

    /// An optimistic campaign lets a branch redeem without right, within its limits.
    private func isRiskAllowed(_ coupon: KnownCoupon, in programme: Programme) throws -> Bool {
        let definition = programme.coupon(coupon.definition, revision: coupon.definitionRevision)
        guard case .optimistic(let countMax, let minorMax, _)? = definition?.policy else { return false }
        let risk = try store.risk(of: coupon.definition)
        return risk.count < countMax && risk.discountMinor < minorMax
    }

    // MARK: Selling

    func quote(_ checkout: Checkout, _ nowMilliseconds: UInt64) throws -> QuoteOutcome {
        let counter = try counter(for: checkout, nowMilliseconds)
        do throws(CheckoutFault) {
            return .quoted(try checkout.quote(at: counter), counter)
        } catch {
            return .refused(error)
        }
    }

    /// Nil where the answer comes later.
    func sell(
        _ checkout: Checkout, for till: RequestID, granted: [UInt128] = [], _ nowMilliseconds: UInt64
    ) throws -> CheckoutOutcome? {
        if let sale = try store.sale(checkout.id) {
            return checkout.isRepeated(by: sale) ? .repeated(sale) : .different
        }
        let counter = try counter(for: checkout, nowMilliseconds)
        let sale: Sale
        do throws(CheckoutFault) {
            sale = try checkout.sale(at: counter, with: granted.map(Self.transfer(granting:)))
        } catch {
            let lack = try obtain(error, checkout, for: .sale, till, granted: granted, nowMilliseconds)
            return lack.map { .refused($0.fault, $0.missing) }
        }
        let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: randomBytes(16))
        switch try store.record(sale, at: moment, granted: granted.map(RecordID.init(_:))) {
        case .recorded:
            // The sale stands, whatever becomes of this: the hub gives the tier as well.
            do { try upgrade(by: sale, nowMilliseconds) } catch StoreError.full { actions.append(.log(.diskFull)) }
            return .sold(sale)
        case .repeated: return .repeated(sale)
        case .different: return .different
        case .refused(let fault): return .refused(.sale(fault), nil)
        }
    }

    /// Nil where the answer comes later. What has been granted stays here until it is spent, handed back or recalled.
    func reserve(
        _ checkout: Checkout, for till: RequestID, granted: [UInt128] = [], _ nowMilliseconds: UInt64
    ) throws -> ReserveOutcome? {
        let counter = try counter(for: checkout, nowMilliseconds)
        do throws(CheckoutFault) {
            _ = try checkout.sale(at: counter)
            return .here(fetched: granted.map(RecordID.init(_:)))
        } catch {
            let lack = try obtain(error, checkout, for: .reservation, till, granted: granted, nowMilliseconds)
            return lack.map { .refused($0.fault, $0.missing) }
        }
    }

    /// Why there is nothing to wait for.
    private struct Lack {
        let fault: CheckoutFault
        let missing: MissingRights?

        init(_ fault: CheckoutFault, _ missing: MissingRights?) { (self.fault, self.missing) = (fault, missing) }
    }

    /// What is missing is asked for where the hub can be asked; everything else is the till's answer.
    private func obtain(
        _ fault: CheckoutFault, _ checkout: Checkout, for purpose: WaitingCheckout.Purpose, _ till: RequestID,
        granted: [UInt128], _ nowMilliseconds: UInt64
    ) throws -> Lack? {
        guard let (subject, amount) = missing(fault, checkout) else { return Lack(fault, nil) }
        guard isConnected, session?.speaksOfRights ?? false else { return Lack(fault, .offline) }
        guard granted.count < Self.grantsMax else { return Lack(fault, .noAnswer) }
        let authorization = UInt128(bigEndianBytes: randomBytes(16))
        let request = AuthorizationRequest(
            id: authorization, sale: checkout.id.value, subject: subject, amount: UInt64(clamping: amount))
        try store.noteIntent(RecordID(authorization), for: checkout.id, nowMilliseconds: nowMilliseconds)
        askedInSession.insert(authorization)
        let steps = session?.authorize(request) ?? []
        guard !steps.isEmpty else {
            try store.forgetIntent(RecordID(authorization))
            return Lack(fault, .offline)
        }
        perform(steps)
        waiting[authorization] = WaitingCheckout(
            till: till, purpose: purpose, checkout: checkout, fault: fault, sinceMilliseconds: steadyMilliseconds,
            granted: granted)
        return nil
    }

    private func missing(
        _ fault: CheckoutFault, _ checkout: Checkout
    ) -> (subject: AuthorizationRequest.Subject, amount: Int64)? {
        switch fault {
        case .shortage(let wallet, let wanted, let usableHere):
            guard let member = checkout.member else { return nil }
            return (.wallet(member: member, wallet: wallet), wanted - usableHere)
        case .couponElsewhere(let coupon), .couponUnknown(let coupon): return (.lot(coupon), 1)
        case .cart, .points, .storedValue, .coupon, .frozen, .stale, .tendersAreNotDue, .sale: return nil
        }
    }

    private static func transfer(granting authorization: UInt128) -> RecordID {
        Transfer.id(granting: RecordID(authorization))
    }

    // MARK: The hub's answers

    func granted(_ grant: Grant, _ nowMilliseconds: UInt64) throws {
        try store.applyEarly(
            grant.entry, nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Limits.clockAheadToleranceMilliseconds)
        grantsSeen.insert(RecordID(grant.authorization))
        try use(grant.authorization, nowMilliseconds)
    }

    /// The rights are here: whoever waited for them sells; if nobody does any more they go back.
    private func use(_ authorization: UInt128, _ nowMilliseconds: UInt64) throws {
        guard let waiter = waiting.removeValue(forKey: authorization) else {
            return try giveBackUnused([authorization], nowMilliseconds)
        }
        let granted = waiter.granted + [authorization]
        let answer: (till: TillAnswer, isUsed: Bool)?
        do {
            answer = try goOn(waiter, with: granted, nowMilliseconds)
        } catch StoreError.full {
            // What was granted goes back when there is room again.
            leftGrants.formUnion(granted)
            reply(.diskFull, to: waiter.till)
            return actions.append(.log(.diskFull))
        }
        guard let answer else { return }
        reply(answer.till, to: waiter.till)
        try settle(granted, isUsed: answer.isUsed, nowMilliseconds)
    }

    /// Nil where more has to come.
    private func goOn(
        _ waiter: WaitingCheckout, with granted: [UInt128], _ nowMilliseconds: UInt64
    ) throws -> (till: TillAnswer, isUsed: Bool)? {
        switch waiter.purpose {
        case .sale:
            try sell(waiter.checkout, for: waiter.till, granted: granted, nowMilliseconds)
                .map { (.checkout($0), $0.isSold) }
        case .reservation:
            try reserve(waiter.checkout, for: waiter.till, granted: granted, nowMilliseconds)
                .map { (.reserve($0), $0.isHere) }
        }
    }

    func denied(_ denial: Denial, _ nowMilliseconds: UInt64) throws {
        guard let waiter = waiting.removeValue(forKey: denial.authorization) else {
            return try store.forgetIntent(RecordID(denial.authorization))
        }
        do {
            let answer = try ending(waiter, .denied(denial))
            try giveBackUnused(waiter.granted + [denial.authorization], nowMilliseconds)
            reply(answer, to: waiter.till)
        } catch StoreError.full {
            reply(.diskFull, to: waiter.till)
            actions.append(.log(.diskFull))
        }
    }

    /// Time-outs decide no money: the till hears that nothing was sold, and what is granted later goes back.
    func giveUpWaiting(_ reason: MissingRights, olderThanMilliseconds age: UInt64, _ nowMilliseconds: UInt64) throws {
        for (authorization, waiter) in waiting.sorted(by: { $0.key < $1.key })
        where steadyMilliseconds - min(steadyMilliseconds, waiter.sinceMilliseconds) >= age {
            waiting[authorization] = nil
            #if DEBUG
                if store.faults.bug == .soldAfterTimeOut { waiting[authorization] = waiter }
            #endif
            do {
                let answer = try ending(waiter, reason)
                // Without its grant the intent stays open: whatever happens, what comes later goes back.
                let isHere = try store.operation(under: Self.transfer(granting: authorization)) != nil
                try giveBackUnused(waiter.granted + (isHere ? [authorization] : []), nowMilliseconds)
                reply(answer, to: waiter.till)
            } catch StoreError.full {
                reply(.diskFull, to: waiter.till)
                actions.append(.log(.diskFull))
            }
        }
    }

    private func giveBackUnused(_ granted: [UInt128], _ nowMilliseconds: UInt64) throws {
        do {
            try settle(granted, isUsed: false, nowMilliseconds)
        } catch StoreError.full {
            leftGrants.formUnion(granted)
            throw StoreError.full
        }
    }

    /// What a crash or a full disk has kept from going back.
    func sweepLeft(_ nowMilliseconds: UInt64) throws {
        guard isConnected, waiting.isEmpty else { return }
        if !leftGrants.isEmpty { try settle(leftGrants.sorted(), isUsed: false, nowMilliseconds) }
        leftGrants = []
        guard let position = sweepPosition, store.cursor?.sequence ?? 0 >= position else { return }
        try sweepIntents(nowMilliseconds)
        sweepPosition = nil
    }

    /// The till may have asked twice, and been served the other time.
    private func ending(_ waiter: WaitingCheckout, _ reason: MissingRights) throws -> TillAnswer {
        switch waiter.purpose {
        case .reservation: return .reserve(.refused(waiter.fault, reason))
        case .sale:
            guard let sale = try store.sale(waiter.checkout.id) else {
                return .checkout(.refused(waiter.fault, reason))
            }
            return .checkout(waiter.checkout.isRepeated(by: sale) ? .repeated(sale) : .different)
        }
    }

    /// The checkout has come to its end: what was granted for it and is not used goes back, and nothing is intended
    /// any more.
    private func settle(_ granted: [UInt128], isUsed: Bool, _ nowMilliseconds: UInt64) throws {
        for authorization in granted.map(RecordID.init(_:)) {
            if !isUsed { try returnUnused(authorization, nowMilliseconds) }
            try store.forgetIntent(authorization)
        }
    }

    /// Rights that came for a sale that is not waiting for them any more.
    func returnUnused(_ authorization: RecordID, _ nowMilliseconds: UInt64) throws {
        #if DEBUG
            if store.faults.bug == .unusedGrantKept { return }
        #endif
        let id = Transfer.id(granting: authorization)
        guard let operation = try store.operation(under: id), case .transfer(let transfer)? = Fact(operation) else {
            return
        }
        _ = try store.giveBack(
            transfer.items.map { LotSpend(lot: $0.terms.id, amount: $0.amount) }, because: .giveBack,
            reference: authorization, id: .derived("unused", authorization.value, 0, ""), at: nowMilliseconds)
    }

    /// What was asked for on an earlier line cannot be granted any more, once everything up to this line's beginning
    /// has come: what has come unused goes back.
    func sweepIntents(_ nowMilliseconds: UInt64) throws {
        for authorization in try store.openIntents() where !askedInSession.contains(authorization.value) {
            try returnUnused(authorization, nowMilliseconds)
            try store.forgetIntent(authorization)
        }
    }

    /// Grants that come by the log alone, after their answer was lost.
    func takeGrants(_ batch: [NodeSession.Delivery], _ nowMilliseconds: UInt64) throws {
        for case .entry(let entry) in batch where entry.operation.kind == Transfer.kind {
            guard case .transfer(let transfer)? = Fact(entry.operation), transfer.cause == .grant,
                let authorization = transfer.reference, grantsSeen.remove(authorization) == nil
            else { continue }
            try use(authorization.value, nowMilliseconds)
        }
    }

    func recalled(_ recall: Recall, _ nowMilliseconds: UInt64) throws {
        let wanted = recall.wanted.map { LotSpend(lot: $0.lot, amount: Int64(clamping: $0.amount)) }
        for spend in wanted where try store.lot(spend.lot) == nil {
            _ = try store.release(spend.lot, at: nowMilliseconds)
        }
        _ = try store.giveBack(
            wanted, because: .recall, reference: RecordID(recall.id), id: .derived("recall", recall.id, 0, ""),
            at: nowMilliseconds)
        let written = store.actorState(store.identity.actor)?.lastSequence ?? 0
        perform(session?.yield(Yield(recall: recall.id, through: written)) ?? [])
    }
}

extension ReserveOutcome {
    fileprivate var isHere: Bool {
        switch self {
        case .here: true
        case .refused: false
        }
    }
}

extension CheckoutOutcome {
    /// With the rights that had been granted for it.
    fileprivate var isSold: Bool {
        switch self {
        case .sold: true
        case .repeated, .different, .refused: false
        }
    }
}
