package import Loyalty

extension CheckoutFault {
    /// Nil where the basket itself is wrong, not what is used with it.
    package var problem: CounterProblem? {
        switch self {
        case .cart, .sale: nil
        case .points(let refusal): refusal.problem(of: .points)
        case .storedValue(let refusal): refusal.problem(of: .storedValue)
        case .shortage: .insufficientRights
        case .coupon(_, let refusal): refusal.problem
        case .couponElsewhere: .couponNotHere
        case .couponUnknown: .couponUnknown
        case .frozen: .frozen
        case .stale: .staleContact
        case .tendersAreNotDue: .tendersDoNotMatch
        }
    }

    package var sentence: Phrase {
        switch self {
        case .cart(let fault): fault.sentence
        case .sale(let fault): fault.sentence
        case .points(let refusal): refusal.sentence(of: .points)
        case .storedValue(let refusal): refusal.sentence(of: .storedValue)
        case .shortage(let wallet, let wanted, let usableHere):
            Self.kind(of: wallet).shortage(wanted: wanted, usableHere: usableHere)
        case .coupon(_, let refusal): refusal.sentence
        case .couponElsewhere: OfferRefusal.policy.sentence
        case .couponUnknown: CounterProblem.couponUnknown.advice
        case .frozen: CounterProblem.frozen.advice
        case .stale(let days):
            Phrase(
                "Headquarters was last heard \(days) days ago. Sell without points, stored value and coupons.",
                "已有 \(days) 天没有联系上总部，请不使用积分、储值和券继续销售。")
        case .tendersAreNotDue(let due, let tenders):
            Phrase(
                "Due are \(due), given \(tenders) (in the smallest coin). Please correct the payments.",
                "应付 \(due)，付款合计 \(tenders)（以最小货币单位计），请更正付款。")
        }
    }

    package static func kind(of wallet: String) -> WalletType.Kind {
        switch wallet {
        case Programme.storedValueCode: .storedValue
        case Programme.growthCode: .growth
        case _: .points
        }
    }
}

extension WalletType.Kind {
    fileprivate func shortage(wanted: Int64, usableHere: Int64) -> Phrase {
        Phrase(
            "Wanted are \(amount(wanted).english), usable here now are \(usableHere).",
            "需要 \(amount(wanted).chinese)，本店现在可用 \(usableHere)。")
            + Phrase("Use less, or pay the rest in another way.", "请少用一些，或换其他方式支付其余部分。")
    }
}

extension QuoteFault {
    package var sentence: Phrase {
        switch self {
        case .noLines: SaleFault.noLines.sentence
        case .tooManyLines(let limit): SaleFault.tooManyLines(limit: limit).sentence
        case .tooManyCoupons(let limit):
            Phrase("One sale takes at most \(limit) coupons. Please remove some.", "一笔销售最多用 \(limit) 张券，请去掉几张。")
        case .couponTwice:
            Phrase("A coupon was scanned twice. Please remove it once.", "同一张券扫描了两次，请去掉一次。")
        case .textTooLong(let field): SaleFault.textTooLong(field: field).sentence
        case .amountOutOfRange: SaleFault.amountOutOfRange.sentence
        case .timeOutOfRange: SaleFault.timeOutOfRange.sentence
        case .negativeTotal:
            Phrase(
                "More is handed back than bought. Please record it as a refund.",
                "退回的比购买的多，请按退货处理。")
        }
    }
}
