import Hummingbird
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Coupons of tills that price and sell by themselves, for one till's one request. To the ledger a redemption is a sale
/// of nothing but the coupon, and a rollback its refund.
struct RedemptionDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    func redeem(_ coupon: String, _ body: JSON) async throws(Problem) -> Reply {
        let checkouts = CheckoutDesk(desk: desk, till: till, language: language)
        let new = try checkouts.parsed(body, for: .redemption(coupon: coupon))
        let done: CheckoutDesk.Done
        do throws(Problem) { done = try await checkouts.sell(new) } catch {
            throw error.code == .door(.duplicateSale) ? Problem(.duplicateID, field: "id") : error
        }
        let bill = try await bill(new, of: done.sale)
        // Another bill under the same id, of which the coupon would take something else.
        if let bill, bill.couponMinor != done.sale.couponMinor { throw Problem(.duplicateID, field: "id") }
        return try await reply(new, done, bill)
    }

    /// What the coupon takes off each line; nil where a repeat comes too late to find out.
    private func bill(_ new: NewCheckout, of sale: Sale) async throws(Problem) -> Quote? {
        let checkouts = CheckoutDesk(desk: desk, till: till, language: language)
        let checkout = try checkouts.bare(
            new, id: sale.id, at: sale.occurredAtMilliseconds, try await checkouts.shownAgain(new, sale))
        guard case .quoted(_, let counter) = try await desk.quote(checkout) else { return nil }
        let unused = counter.asIfUnused()
        let quote: Quote
        do throws(CheckoutFault) { quote = try checkout.quote(at: unused) } catch { return nil }
        return quote.coupons.allSatisfy { $0.refusal == nil } && !quote.coupons.isEmpty ? quote : nil
    }

    private func reply(
        _ new: NewCheckout, _ done: CheckoutDesk.Done, _ bill: Quote?
    ) async throws(Problem) -> Reply {
        let (sale, billMinor) = (done.sale, new.lines.reduce(Int64(0)) { $0 + $1.grossMinor })
        let isBack = try await desk.read { try $0.isRefunded(sale.id) }
        let isKnown = try await desk.isMemberKnown(sale.member)
        let warnings: [TillWarning] = isKnown ? [] : [.unknownMember]
        let lines = bill?.lines.map { line in
            JSON.object([
                JSON.Member(name: "product", value: .text(line.product)),
                JSON.Member(name: "discount_minor", value: .integer(line.couponMinor)),
            ])
        }
        let json: JSON = [
            "id": .text(sale.id.hexadecimal), "coupon": .optional(sale.coupon) { .text($0.coupon.hexadecimal) },
            "definition": .optional(sale.coupon) { .text($0.definition) },
            "mode": .optional(sale.coupon) { .text($0.mode.rawValue) },
            "member": .optional(sale.member) { .text($0.hexadecimal) }, "till": .text(sale.till),
            "occurred_at": .text(desk.calendar.text(ofMilliseconds: sale.occurredAtMilliseconds)),
            "business_date": .text(sale.businessDate.text), "bill_minor": .integer(billMinor),
            "discount_minor": .integer(sale.couponMinor), "due_minor": .integer(billMinor - sale.couponMinor),
            "currency": .text(desk.identity.currency), "lines": .list(lines ?? []), "rolled_back": .bool(isBack),
            "repeated": .bool(done.isRepeated), "warnings": .list(warnings.map { $0.json(in: language) }),
        ]
        return Reply(done.isRepeated ? .ok : .created, json)
    }

    // MARK: Undoing

    func rollBack(_ coupon: String, _ body: JSON) async throws(Problem) -> Reply {
        let new: NewRollback
        do throws(RequestFault) { new = try NewRollback(body, calendar: desk.calendar) } catch { throw Problem(error) }
        let redemption = new.redemption
        let shown = try await desk.couponIfKnown(coupon, at: "coupon")
        guard let sale = try await desk.read({ try $0.sale(redemption) }), sale.isCouponAlone,
            shown.map({ $0.id == sale.coupon?.coupon }) ?? true
        else { throw Problem(.unknownRedemption, field: "redemption") }
        let time = try desk.time(new.occurredAtMilliseconds)
        let request = RefundRequest(
            id: .derived("rollback", redemption.value, 0, ""), sale: redemption, till: till, cashier: new.cashier,
            reason: new.reason, occurredAtMilliseconds: time, businessDate: try desk.date(ofMilliseconds: time),
            lines: [], payout: nil)
        let (refund, isRepeated) = try await RefundDesk(desk: desk, till: till, language: language).carryOut(request)
        return Reply(isRepeated ? .ok : .created, json(refund, of: sale, isRepeated: isRepeated))
    }

    private func json(_ refund: Refund, of sale: Sale, isRepeated: Bool) -> JSON {
        [
            "id": .text(refund.id.hexadecimal), "redemption": .text(sale.id.hexadecimal),
            "coupon": .optional(sale.coupon) { .text($0.coupon.hexadecimal) },
            "member": .optional(sale.member) { .text($0.hexadecimal) }, "till": .text(refund.till),
            "reason": .text(refund.reason),
            "occurred_at": .text(desk.calendar.text(ofMilliseconds: refund.occurredAtMilliseconds)),
            "business_date": .text(refund.businessDate.text), "discount_minor": .integer(sale.couponMinor),
            "coupon_back": .bool(!refund.coupons.isEmpty), "repeated": .bool(isRepeated),
        ]
    }
}

/// What a till says of a redemption that is to be undone.
private struct NewRollback {
    let redemption: RecordID
    let reason: String
    let cashier: String
    let occurredAtMilliseconds: UInt64?

    init(_ body: JSON, calendar: ChainCalendar) throws(RequestFault) {
        var fields = try RequestFields(body)
        redemption = try fields.record("redemption")
        reason = try fields.shortText("reason", limit: TillLimits.reasonCharactersMax)
        cashier = try fields.shortText("cashier")
        occurredAtMilliseconds = try fields.time("occurred_at", calendar)
        try fields.end()
    }
}

extension Sale {
    /// The coupon of a redemption by itself.
    fileprivate var coupon: CouponUse? { settlement?.coupons.first }
    fileprivate var couponMinor: Int64 { (settlement?.coupons ?? []).reduce(0) { $0 + $1.discountMinor } }
}

extension Quote {
    fileprivate var couponMinor: Int64 { coupons.reduce(0) { $0 + $1.discountMinor } }
}

extension Counter {
    /// As it stood before the coupons were used.
    fileprivate func asIfUnused() -> Counter {
        let unused = coupons.map {
            PresentedCoupon(
                id: $0.id, definition: $0.definition, definitionRevision: $0.definitionRevision,
                validFrom: $0.validFrom, validTo: $0.validTo)
        }
        return Counter(
            branch: branch, holder: holder, programme: programme, account: account, memberTier: memberTier,
            isFrozen: isFrozen, coupons: unused, couponsHeld: couponsHeld, isConnected: isConnected,
            daysWithoutContact: daysWithoutContact, largeTicketMinor: largeTicketMinor)
    }
}

extension TillDesk {
    /// Nil for a code that was looked up once and cannot be any more: headquarters knows of it as used up, or is away.
    func couponIfKnown(_ text: String, at field: String) async throws(Problem) -> ShownCoupon? {
        do throws(Problem) { return try await coupon(text, at: field) } catch {
            switch error.code {
            case .counter(.couponUnknown), .counter(.couponUsed), .counter(.couponVoid): return nil
            case .counter, .door: throw error
            }
        }
    }
}
