package import Loyalty

extension CouponFault {
    /// What is wrong with giving out coupons, or taking them back.
    package var sentence: Phrase {
        switch self {
        case .noCoupons: Phrase("There is no coupon.", "没有优惠券。")
        case .tooManyCoupons(let limit): Phrase("At most \(limit) at a time.", "一次最多 \(limit) 张。")
        case .badDefinitionCode:
            Phrase(
                "A definition's code has 1 to 24 letters, digits, dots, dashes or underscores.",
                "优惠券代码由 1 到 24 个字母、数字、点、横线或下划线组成。")
        case .textTooLong(let field): Phrase("The \(field) is too long.", "“\(field)”过长。")
        case .reasonMissing: Phrase("A reason is needed; it is kept.", "请填写原因，原因会保留。")
        case .datesReversed: Phrase("They would expire before they are valid.", "失效日期早于生效日期。")
        case .usesOutOfRange(let limit):
            Phrase("A coupon is for 1 to \(limit) uses.", "一张优惠券可用 1 到 \(limit) 次。")
        case .couponTwice: Phrase("One coupon is named twice.", "同一张优惠券出现了两次。")
        case .codeTwice: Phrase("Two coupons have one code.", "两张优惠券的券码相同。")
        }
    }
}
