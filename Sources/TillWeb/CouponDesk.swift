import Hummingbird
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Coupons before they are used, for one till's one request.
struct CouponDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    /// Says whether a coupon is real, whose it is and whether it could be used here now. Nothing is used up.
    /// - Parameter coupon: where it stands in the path; else the body has it.
    func validate(_ body: JSON, coupon: String? = nil) async throws(Problem) -> Reply {
        let (text, member): (String, RecordID?)
        do throws(RequestFault) {
            var fields = try RequestFields(body)
            if let coupon { text = coupon } else { text = try fields.text("coupon") }
            member = try fields.optionalRecord("member")
            try fields.end()
        } catch {
            throw Problem(error)
        }
        let shown = try await desk.coupon(text, at: "coupon")
        let tokens = [shown.token].compactMap { $0 }
        guard let known = try await desk.known(shown.id, tokens) else {
            throw Problem(.couponUnknown, field: "coupon")
        }
        let json = try await json(known, shownBy: member ?? known.member, tokens, heldAt: shown.heldAt)
        return Reply(.ok, json)
    }

    func coupons(of id: String) async throws(Problem) -> Reply {
        guard let id = RecordID(hexadecimal: id) else { throw Problem.unknownMember }
        let known = try await desk.read { try $0.coupons(of: id) }
        if known.isEmpty, try await desk.read({ try $0.member(id) }) == nil { throw Problem.unknownMember }
        var coupons: [JSON] = []
        for coupon in known { coupons.append(try await json(coupon, shownBy: id, [])) }
        return Reply(
            .ok,
            [
                "member": .text(id.hexadecimal), "coupons": .list(coupons),
                "more": .bool(known.count == ReplicaReader.couponsMax),
                "branch": try await desk.status().branch(desk.calendar),
            ])
    }

    // MARK: Answering

    private func json(
        _ coupon: KnownCoupon, shownBy member: RecordID?, _ tokens: [CouponToken], heldAt: String? = nil
    ) async throws(Problem) -> JSON {
        let counter = try await counter(for: coupon, shownBy: member, tokens)
        let presented = counter.coupons.first { $0.id == coupon.id }
        let definition = counter.programme.coupon(coupon.definition, revision: coupon.definitionRevision)
        let refusal = try refusal(of: coupon, presented, definition, shownBy: member, at: counter)
        let isHere = counter.couponsHeld.contains(coupon.id)
        let home = coupon.home == desk.identity.node ? desk.identity.branchCode : nil
        return [
            "id": .text(coupon.id.hexadecimal),
            "code": .optional(CouponCode(canonical: coupon.code)) { .text($0.text) },
            "definition": .text(coupon.definition), "name": .optional(definition) { .text($0.name) },
            "member": .optional(coupon.member) { .text($0.hexadecimal) },
            "valid_from": .text(coupon.validFrom.text), "valid_to": .text(coupon.validTo.text),
            "uses": .integer(coupon.uses), "uses_left": .integer(presented?.usesLeft ?? 0),
            "usable_here": .bool(refusal == nil), "right": isHere ? "here" : "elsewhere",
            "home_branch": .optional(home, JSON.text), "held_at": .optional(heldAt, JSON.text),
            "refusal": .optional(refusal) { code, sentence in
                ["code": .text(code.rawValue), "detail": .text(sentence.text(in: language))]
            },
        ]
    }

    /// What the engine knows of the coupon, asked with a basket that stands for any.
    private func counter(
        for coupon: KnownCoupon, shownBy member: RecordID?, _ tokens: [CouponToken]
    ) async throws(Problem) -> Counter {
        let now = desk.nowMilliseconds()
        let checkout = Checkout(
            id: desk.mint.identifier(nowMilliseconds: now), member: member, till: till, cashier: "", reference: "",
            occurredAtMilliseconds: now, businessDate: try desk.date(ofMilliseconds: now),
            minuteOfDay: desk.calendar.minuteOfDay(ofMilliseconds: now),
            lines: [CartLine(product: "", quantityMilli: CartLine.unitMilli, grossMinor: 0)], coupons: [coupon.id],
            tokens: tokens)
        switch try await desk.quote(checkout) {
        case .quoted(_, let counter): return counter
        case .refused(let fault): throw Problem(fault)
        }
    }

    /// Whatever is in the basket; nil where it could be used.
    private func refusal(
        of coupon: KnownCoupon, _ presented: PresentedCoupon?, _ definition: CouponDefinition?,
        shownBy member: RecordID?, at counter: Counter
    ) throws(Problem) -> (CounterProblem, Phrase)? {
        let now = desk.nowMilliseconds()
        let date = try desk.date(ofMilliseconds: now)
        func plainly(_ code: CounterProblem) -> (CounterProblem, Phrase) { (code, code.advice) }
        if coupon.isVoid { return plainly(.couponVoid) }
        if let owner = coupon.member, owner != member { return plainly(.couponOfAnother) }
        if coupon.isClosed || presented?.usesLeft == 0 { return plainly(.couponUsed) }
        if date > coupon.validTo { return plainly(.expired) }
        if date < coupon.validFrom { return plainly(.notYetValid) }
        guard let definition else { return (.couponUnknown, OfferRefusal.unknownDefinition.sentence) }
        if let limit = definition.memberUsesMax, presented.map({ $0.memberUses >= limit }) ?? false {
            return plainly(.memberLimit)
        }
        let cart = Cart(
            branch: counter.branch, businessDate: date,
            minuteOfDay: desk.calendar.minuteOfDay(ofMilliseconds: now), isMember: member != nil,
            memberTier: counter.memberTier, lines: [])
        if let refusal = definition.scope.refusal(of: cart) { return (refusal.problem, refusal.sentence) }
        guard presented?.isRedeemableHere ?? false else { return (.couponNotHere, OfferRefusal.policy.sentence) }
        let others = desk.holds.others(than: nil, of: [], [coupon.id], nowMilliseconds: now)
        return others.isEmpty ? nil : plainly(.held)
    }
}
