package import Loyalty

extension OfferRefusal {
    package var problem: CounterProblem {
        switch self {
        case .wrongBranch, .wrongTier, .wrongDay, .wrongHour, .noEligibleProduct: .scope
        case .notYet: .notYetValid
        case .expired: .expired
        case .belowThreshold: .belowMinimum
        case .stacking: .stacking
        case .unknownDefinition: .couponUnknown
        case .policy: .couponNotHere
        case .usedUp: .couponUsed
        case .memberLimit: .memberLimit
        case .nothingToReduce: .nothingToPay
        }
    }

    package var sentence: Phrase {
        switch self {
        case .wrongBranch: Phrase("The coupon is for other shops.", "这张券不在本店使用。")
        case .wrongTier: Phrase("The coupon is for members of another tier.", "这张券只给其他等级的会员使用。")
        case .wrongDay: Phrase("The coupon is not for today.", "这张券今天不能使用。")
        case .wrongHour: Phrase("The coupon is not for this time of day.", "这张券在这个时段不能使用。")
        case .notYet: Phrase("The coupon is not valid yet.", "这张券还没有到使用日期。")
        case .expired: Phrase("The coupon has expired.", "这张券已过期。")
        case .belowThreshold:
            Phrase(
                "The goods that the coupon is for do not reach its amount. Something more may help.",
                "适用商品还没有达到用券金额，再买一点就可以。")
        case .noEligibleProduct:
            Phrase("Nothing in the basket is what the coupon is for.", "没有适用这张券的商品。")
        case .stacking:
            Phrase("The coupon cannot be used with another offer of this sale.", "这张券不能与这笔销售的其他优惠同时使用。")
        case .unknownDefinition:
            Phrase("The terms of this coupon are not known here yet.", "本店还没有收到这张券的使用规则。")
        case .policy:
            Phrase("This shop has no right to use the coupon now.", "本店现在无权使用这张券。")
        case .usedUp: Phrase("The coupon has been used already.", "这张券已经用完。")
        case .memberLimit:
            Phrase("The member has used as many of these as are allowed.", "会员使用这种券的次数已满。")
        case .nothingToReduce:
            Phrase("Nothing is left from which the coupon could take something.", "已没有可以减免的金额，这张券没有使用。")
        }
    }
}
