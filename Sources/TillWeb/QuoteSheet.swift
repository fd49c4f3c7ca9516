import Localization
import Loyalty
import ReplicaStore
import Replication

/// What a till is told about a basket before it sells it.
struct QuoteSheet {
    let priced: CheckoutDesk.Priced
    let summaries: [ReplicaStore.WalletSummary]
    let summaryAtMilliseconds: UInt64?
    let nowMilliseconds: UInt64
    let currency: String
    let calendar: ChainCalendar
    let language: Language

    private var quote: Quote { priced.quote }
    private var counter: Counter { priced.counter }

    var members: [JSON.Member] {
        let members: [(String, JSON)] = [
            ("lines", .list(quote.lines.map(\.json))), ("gross_minor", .integer(quote.grossMinor)),
            ("discount_minor", .integer(quote.discountMinor)), ("net_minor", .integer(quote.netMinor)),
            ("due_minor", .integer(quote.dueMinor)), ("currency", .text(currency)),
            ("tier", .optional(quote.tier) { .text($0.code) }), ("coupons", .list(coupons)), ("points", points),
            ("stored_value", storedValue), ("earned", .list(quote.earned.map(\.json))),
            ("as_of", .optional(summaryAtMilliseconds) { .text(calendar.text(ofMilliseconds: $0)) }),
            ("warnings", .list(warnings.map { $0.json(in: language) })),
        ]
        return members.map { JSON.Member(name: $0.0, value: $0.1) }
    }

    private var warnings: [TillWarning] {
        let frozen: [TillWarning] = counter.isFrozen ? [.frozen] : []
        guard !counter.isConnected else { return frozen }
        let limit =
            counter.programme.wallet(Programme.pointsCode, on: priced.checkout.businessDate)?.rule.staleDaysMax
            ?? WalletType.staleDaysStandard
        let isStale = counter.daysWithoutContact.map { $0 > limit } ?? false
        return frozen + (isStale ? [.offline, .staleContact] : [.offline])
    }

    // MARK: Coupons

    private var coupons: [JSON] {
        priced.checkout.coupons.map { id in
            let effect = quote.coupons.first { $0.coupon == id }
            return [
                "id": .text(id.hexadecimal), "definition": .optional(effect?.definition, JSON.text),
                "discount_minor": .integer(effect?.discountMinor ?? 0), "refusal": refusal(of: id, effect),
            ]
        }
    }

    private func refusal(of id: RecordID, _ effect: CouponEffect?) -> JSON {
        if priced.heldCoupons.contains(id) { return json(.held, nil) }
        guard let effect else { return json(.couponUnknown, nil) }
        guard let refusal = effect.refusal else { return .null }
        let isHere = counter.coupons.first { $0.id == id }?.isRedeemableHere ?? false
        return isHere || refusal == .usedUp
            ? json(refusal.problem, refusal.sentence) : json(.couponNotHere, OfferRefusal.policy.sentence)
    }

    private func json(_ code: CounterProblem, _ sentence: Phrase?) -> JSON {
        ["code": .text(code.rawValue), "detail": .text((sentence ?? code.advice).text(in: language))]
    }

    // MARK: Wallets

    private var points: JSON {
        let tender = quote.points
        return wallet(
            tender.wallet, .points, amount: tender.amount, valueMinor: tender.valueMinor, most: most(.points),
            tender.refusal)
    }

    private var storedValue: JSON {
        let tender = quote.storedValue
        return wallet(
            tender.wallet, .storedValue, amount: tender.totalMinor, valueMinor: tender.totalMinor,
            most: most(.storedValue), tender.refusal)
    }

    private func wallet(
        _ code: String, _ kind: WalletType.Kind, amount: Int64, valueMinor: Int64, most: Int64,
        _ refusal: TenderRefusal?
    ) -> JSON {
        let here = counter.account?.spendable(code, by: counter.holder, on: priced.checkout.businessDate) ?? 0
        let total = max(here, summaries.first { $0.wallet == code }?.balance ?? 0)
        return [
            "wallet": .text(code), "amount": .integer(amount), "value_minor": .integer(valueMinor),
            "usable_for_this_sale": .integer(most), "usable_here": .integer(here),
            "usable_elsewhere": .integer(total - here), "total": .integer(total),
            "note": .text(kind.usable(here, of: total, isConnected: counter.isConnected).text(in: language)),
            "refusal": .optional(refusal) { json($0.problem(of: kind), $0.sentence(of: kind)) },
        ]
    }

    /// What this basket would take of a wallet here, if as much as possible were asked for.
    private func most(_ kind: WalletType.Kind) -> Int64 {
        guard priced.checkout.member != nil else { return 0 }
        let isPoints = kind == .points
        let asking = priced.checkout.asking(
            points: isPoints ? .asManyAsAllowed : priced.checkout.points,
            storedValue: isPoints ? priced.checkout.storedValue : .asManyAsAllowed)
        guard let quote = try? asking.quote(at: counter) else { return 0 }
        return isPoints ? quote.points.usable : quote.storedValue.usableMinor
    }
}

extension QuoteLine {
    fileprivate var json: JSON {
        [
            "product": .text(product), "quantity_milli": .integer(quantityMilli), "gross_minor": .integer(grossMinor),
            "discount_minor": .integer(discountMinor), "net_minor": .integer(netMinor),
            "points_minor": .integer(pointsMinor), "stored_value_minor": .integer(principalMinor + bonusMinor),
            "points_earned": .integer(pointsEarned), "applied": .list(applied.map(\.json)),
        ]
    }
}

extension AppliedOffer {
    fileprivate var json: JSON {
        switch source {
        case .tier(let code, _): Self.json("tier", code, amountMinor)
        case .promotion(let code, _): Self.json("promotion", code, amountMinor)
        case .coupon(let id): Self.json("coupon", id.hexadecimal, amountMinor)
        }
    }

    private static func json(_ source: String, _ code: String, _ amountMinor: Int64) -> JSON {
        ["source": .text(source), "code": .text(code), "amount_minor": .integer(amountMinor)]
    }
}

extension QuoteEarning {
    fileprivate var json: JSON {
        [
            "wallet": .text(wallet), "kind": .text(kind.rawValue), "amount": .integer(amount),
            "available_on": .optional(availableOn) { .text($0.text) },
            "expires_on": .optional(expiresOn) { .text($0.text) },
        ]
    }
}
