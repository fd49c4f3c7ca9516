import Hummingbird
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Baskets with everything that is used for them, for one till's one request.
struct CheckoutDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    // MARK: Asking

    func quote(_ body: JSON) async throws(Problem) -> Reply {
        let new = try parsed(body, for: .quote)
        let priced = try await price(new, id: new.id ?? desk.mint.identifier(nowMilliseconds: desk.nowMilliseconds()))
        return Reply(.ok, .object(try await members(of: priced)))
    }

    /// What stands behind a basket: with what others hold taken out.
    struct Priced {
        let checkout: Checkout
        let counter: Counter
        let quote: Quote
        let othersHold: Bool
        let heldCoupons: Set<RecordID>
    }

    private func price(_ new: NewCheckout, id: RecordID) async throws(Problem) -> Priced {
        let time = try time(of: new)
        return try await price(try await checkout(new, id: id, at: time), hold: new.hold)
    }

    private func price(_ checkout: Checkout, hold: RecordID?) async throws(Problem) -> Priced {
        let now = desk.nowMilliseconds()
        if let hold, desk.holds.hold(hold, nowMilliseconds: now) == nil { throw Problem(.unknownHold, field: "hold") }
        switch try await desk.quote(checkout) {
        case .refused(let fault): throw Problem(fault)
        case .quoted(let quote, let counter):
            let others = desk.holds.others(
                than: hold, of: counter.account?.members ?? [], checkout.coupons, nowMilliseconds: now)
            let left = counter.withholding(others)
            return Priced(
                checkout: checkout, counter: left, quote: others.isEmpty ? quote : try again(checkout, left),
                othersHold: !others.isEmpty,
                heldCoupons: others.reduce(into: []) { $0.formUnion($1.coupons) })
        }
    }

    private func again(_ checkout: Checkout, _ counter: Counter) throws(Problem) -> Quote {
        do throws(CheckoutFault) { return try checkout.quote(at: counter) } catch { throw Problem(error) }
    }

    private func members(of priced: Priced) async throws(Problem) -> [JSON.Member] {
        let status = try await desk.status()
        let member = priced.checkout.member
        let known = try await desk.read { reader in try member.flatMap { try reader.summaries(of: $0) } }
        let sheet = QuoteSheet(
            priced: priced, summaries: known?.summaries ?? [], summaryAtMilliseconds: known?.atMilliseconds,
            nowMilliseconds: desk.nowMilliseconds(), currency: desk.identity.currency, calendar: desk.calendar,
            language: language)
        return sheet.members + [JSON.Member(name: "branch", value: status.branch(desk.calendar))]
    }

    // MARK: Holding

    func hold(_ body: JSON) async throws(Problem) -> Reply {
        let new = try parsed(body, for: .hold)
        guard let id = new.id else { throw Problem(.missing("id")) }
        guard new.hold == nil else { throw Problem(.unknown("hold")) }
        let checkout = try await checkout(new, id: id, at: try time(of: new))
        let before = desk.holds.hold(id, nowMilliseconds: desk.nowMilliseconds())
        let (priced, fetched) = try await secured(checkout, hold: before?.id)
        if let coupon = checkout.coupons.first(where: priced.heldCoupons.contains) {
            await desk.handBack(fetched)
            throw Problem(.held, more: ["coupon": .text(coupon.hexadecimal)])
        }
        let now = desk.nowMilliseconds()
        let hold = HoldBook.Hold(
            id: id, till: till, members: priced.counter.account?.members ?? [], points: priced.quote.points.amount,
            principalMinor: priced.quote.storedValue.principalMinor, bonusMinor: priced.quote.storedValue.bonusMinor,
            coupons: Set(priced.quote.appliedCoupons.map(\.coupon)),
            untilMilliseconds: now + HoldBook.holdMilliseconds, fetched: (before?.fetched ?? []) + fetched)
        guard desk.holds.put(hold, nowMilliseconds: now) else {
            await desk.handBack(fetched)
            throw Problem(.duplicateID, field: "id")
        }
        let head = [
            JSON.Member(name: "id", value: .text(id.hexadecimal)),
            JSON.Member(name: "until", value: .text(desk.calendar.text(ofMilliseconds: hold.untilMilliseconds))),
        ]
        return Reply(before == nil ? .created : .ok, .object(head + (try await members(of: priced))))
    }

    /// With all that it uses at this branch: what is not here is fetched, where headquarters can be asked.
    private func secured(
        _ checkout: Checkout, hold: RecordID?
    ) async throws(Problem) -> (Priced, fetched: [RecordID]) {
        let priced = try await price(checkout, hold: hold)
        guard let fault = priced.fault else { return (priced, []) }
        // What other tills hold is here, and not to be fetched once more.
        guard !priced.othersHold else { throw await problem(fault, nil, priced) }
        try await refuseForeignCoupons(checkout)
        switch try await desk.reserve(checkout.withoutTenders) {
        case .refused(let fault, let missing): throw await problem(fault, missing, priced)
        case .here(let fetched):
            let again = try await price(checkout, hold: hold)
            guard let fault = again.fault else { return (again, fetched) }
            await desk.handBack(fetched)
            throw await problem(fault, nil, again)
        }
    }

    func release(_ id: String) async throws(Problem) -> Reply {
        guard let hold = RecordID(hexadecimal: id),
            let held = desk.holds.release(hold, nowMilliseconds: desk.nowMilliseconds())
        else { throw Problem(.unknownHold) }
        await desk.handBack(held.fetched)
        return Reply(.ok, ["id": .text(id), "released": true])
    }

    // MARK: Selling

    func sell(_ body: JSON) async throws(Problem) -> Reply {
        let done = try await sell(try parsed(body, for: .sale))
        return try await reply(done.isRepeated ? .ok : .created, done.sale, isRepeated: done.isRepeated)
    }

    struct Done {
        let sale: Sale
        let isRepeated: Bool
    }

    func sell(_ new: NewCheckout) async throws(Problem) -> Done {
        guard let id = new.id else { throw Problem(.missing("id")) }
        if let known = try await desk.read({ try $0.sale(id) }) { return try await repeated(new, known) }
        let wanted = try await checkout(new, id: id, at: try time(of: new))
        let priced = try await price(wanted, hold: new.hold)
        try await refuseForeignCoupons(wanted)
        let checkout = try priced.reserved()
        let done = try await sold(checkout, priced)
        if let hold = new.hold { _ = desk.holds.release(hold, nowMilliseconds: desk.nowMilliseconds()) }
        return done
    }

    private func sold(_ checkout: Checkout, _ priced: Priced) async throws(Problem) -> Done {
        switch try await desk.sell(checkout) {
        case .sold(let sale): return Done(sale: sale, isRepeated: false)
        case .repeated(let sale): return Done(sale: sale, isRepeated: true)
        case .different: throw Problem(.duplicateSale)
        case .refused(let fault, let missing): throw await problem(fault, missing, priced)
        }
    }

    /// A till that leaves the time to us cannot repeat it; the sale that is there lends it its own.
    private func repeated(_ new: NewCheckout, _ known: Sale) async throws(Problem) -> Done {
        let time = new.occurredAtMilliseconds ?? known.occurredAtMilliseconds
        let again = try bare(new, id: known.id, at: time, try await shownAgain(new, known))
        guard known.settlement != nil, again.isRepeated(by: known) else {
            throw Problem(.duplicateSale, more: ["sale": known.json(desk)])
        }
        return Done(sale: known, isRepeated: true)
    }

    /// A coupon that cannot be looked up any more is taken for the one that was used.
    func shownAgain(_ new: NewCheckout, _ known: Sale) async throws(Problem) -> [ShownCoupon] {
        guard new.isCouponAlone, let text = new.coupons.first else { return [] }
        if let shown = try await desk.couponIfKnown(text, at: "coupon") { return [shown] }
        return (known.settlement?.coupons ?? []).map { ShownCoupon(id: $0.coupon, token: nil) }
    }

    private func reply(
        _ status: HTTPResponse.Status, _ sale: Sale, isRepeated: Bool
    ) async throws(Problem) -> Reply {
        let isKnown = try await desk.isMemberKnown(sale.member)
        let warnings: [TillWarning] = isKnown ? [] : [.unknownMember]
        return Reply(
            status,
            .object(
                sale.members(desk) + [
                    JSON.Member(name: "settlement", value: .optional(sale.settlement) { sale.json($0) }),
                    JSON.Member(name: "repeated", value: .bool(isRepeated)),
                    JSON.Member(name: "warnings", value: .list(warnings.map { $0.json(in: language) })),
                ]))
    }

    /// Coupons of others never get as far as to have their rights fetched.
    private func refuseForeignCoupons(_ checkout: Checkout) async throws(Problem) {
        for id in checkout.coupons {
            let known = try await desk.known(id, checkout.tokens)
            guard let owner = known?.member, owner != checkout.member else { continue }
            throw Problem(.couponOfAnother, more: ["coupon": .text(id.hexadecimal)])
        }
    }

    // MARK: Reading

    func parsed(_ body: JSON, for purpose: NewCheckout.Purpose) throws(Problem) -> NewCheckout {
        do throws(RequestFault) { return try NewCheckout(body, for: purpose, calendar: desk.calendar) } catch {
            throw Problem(error)
        }
    }

    private func time(of new: NewCheckout) throws(Problem) -> UInt64 {
        try desk.time(new.occurredAtMilliseconds)
    }

    private func checkout(_ new: NewCheckout, id: RecordID, at time: UInt64) async throws(Problem) -> Checkout {
        try bare(new, id: id, at: time, try await shown(new))
    }

    private func shown(_ new: NewCheckout) async throws(Problem) -> [ShownCoupon] {
        guard new.isCouponAlone, let text = new.coupons.first else {
            return try await desk.coupons(new.coupons, at: "coupons")
        }
        return [try await desk.coupon(text, at: "coupon")]
    }

    func bare(
        _ new: NewCheckout, id: RecordID, at time: UInt64, _ coupons: [ShownCoupon] = []
    ) throws(Problem) -> Checkout {
        guard let date = desk.calendar.businessDate(ofMilliseconds: time) else {
            throw Problem(.notATime("occurred_at"))
        }
        return Checkout(
            id: id, member: new.member, till: till, cashier: new.cashier, reference: new.reference,
            occurredAtMilliseconds: time, businessDate: date,
            minuteOfDay: desk.calendar.minuteOfDay(ofMilliseconds: time), lines: new.lines,
            coupons: coupons.map(\.id), tokens: coupons.compactMap(\.token), points: new.points,
            storedValue: new.storedValue, tenders: new.tenders, isCouponAlone: new.isCouponAlone)
    }
}

extension CheckoutDesk.Priced {
    /// Why it could not be sold as it stands, however it is paid.
    var fault: CheckoutFault? {
        do throws(CheckoutFault) {
            _ = try checkout.withoutTenders.sale(at: counter)
            return nil
        } catch {
            return error
        }
    }

    /// What goes to the node: where others hold something, no more than what they leave.
    func reserved() throws(Problem) -> Checkout {
        guard othersHold else { return checkout }
        if let coupon = checkout.coupons.first(where: heldCoupons.contains) {
            throw Problem(.held, more: ["coupon": .text(coupon.hexadecimal)])
        }
        if case .insufficient(let available)? = quote.points.refusal {
            throw Problem(.held, more: ["wallet": "points", "usable_here": .integer(available)])
        }
        if case .insufficient(let available)? = quote.storedValue.refusal {
            throw Problem(.held, more: ["wallet": "stored", "usable_here": .integer(available)])
        }
        return checkout.asking(
            points: checkout.points.fixed(at: quote.points.amount),
            storedValue: checkout.storedValue.fixed(at: quote.storedValue.totalMinor))
    }
}

extension Wish {
    fileprivate func fixed(at amount: Int64) -> Wish {
        switch self {
        case .none, .exactly: self
        case .asManyAsAllowed: amount == 0 ? .none : .exactly(amount)
        }
    }
}

extension Checkout {
    /// How it is paid comes later.
    var withoutTenders: Checkout { asking(points: points, storedValue: storedValue, tenders: []) }

    func asking(points: Wish, storedValue: Wish) -> Checkout {
        asking(points: points, storedValue: storedValue, tenders: tenders)
    }

    private func asking(points: Wish, storedValue: Wish, tenders: [Tender]) -> Checkout {
        Checkout(
            id: id, member: member, till: till, cashier: cashier, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate, minuteOfDay: minuteOfDay,
            lines: lines, coupons: coupons, tokens: tokens, points: points, storedValue: storedValue,
            tenders: tenders, isCouponAlone: isCouponAlone)
    }
}
