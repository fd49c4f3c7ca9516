/// Why something could not be paid with, used, loaded or given back at a till. The raw values are stable: programs of
/// others rely on them.
package enum CounterProblem: String, CaseIterable, Sendable {
    case insufficientRights = "insufficient_rights"
    case insufficientPoints = "insufficient_points"
    case insufficientBalance = "insufficient_balance"
    case memberMissing = "member_missing"
    case notRedeemable = "not_redeemable"
    case belowMinimum = "below_minimum"
    case notAMultiple = "not_a_multiple"
    case aboveCap = "above_cap"
    case frozen
    case staleContact = "stale_contact"
    case couponMistyped = "coupon_mistyped"
    case couponForged = "coupon_forged"
    case couponUnknown = "coupon_unknown"
    case couponVoid = "coupon_void"
    case couponUsed = "coupon_used"
    case couponNotHere = "coupon_not_here"
    case couponOfAnother = "coupon_of_another"
    case notYetValid = "not_yet_valid"
    case expired
    case scope
    case stacking
    case memberLimit = "member_limit"
    case nothingToPay = "nothing_to_pay"
    case tendersDoNotMatch = "tenders_do_not_match"
    case held
    case unknownHold = "unknown_hold"
    case unknownSale = "unknown_sale"
    case unknownRedemption = "unknown_redemption"
    case refundExceedsSale = "refund_exceeds_sale"
    case sellerUnreachable = "seller_unreachable"
    case refundRefused = "refund_refused"
    case duplicateID = "duplicate_id"
    case unknownPlan = "unknown_plan"
    case oncePerMember = "once_per_member"
    case balanceLimit = "balance_limit"
}

extension CounterProblem {
    /// What has happened.
    package var title: Phrase {
        switch self {
        case .insufficientRights: Phrase("This shop may not spend so much now", "本店现在不能用这么多")
        case .insufficientPoints: Phrase("The member has not so many points", "会员积分不足")
        case .insufficientBalance: Phrase("The member's balance is too small", "会员储值余额不足")
        case .memberMissing: Phrase("This needs a member", "需要先识别会员")
        case .notRedeemable: Phrase("This cannot be paid with", "不能用来付款")
        case .belowMinimum: Phrase("It is too little", "没有达到最低要求")
        case .notAMultiple: Phrase("Only whole units can be used", "只能按整份使用")
        case .aboveCap: Phrase("This bill does not take so much", "这笔账单不能用这么多")
        case .frozen: Phrase("The member's account is frozen", "会员账户已冻结")
        case .staleContact: Phrase("This shop has been without the line for too long", "本店断线时间太长")
        case .couponMistyped: Phrase("The coupon's code was misread", "券码有误")
        case .couponForged: Phrase("This is no coupon of ours", "这不是本连锁的券")
        case .couponUnknown: Phrase("This coupon is not known here", "本店没有这张券的资料")
        case .couponVoid: Phrase("The coupon has been taken back", "这张券已作废")
        case .couponUsed: Phrase("The coupon has been used", "这张券已用完")
        case .couponNotHere: Phrase("The coupon cannot be used here now", "这张券现在不能在本店使用")
        case .couponOfAnother: Phrase("The coupon belongs to another member", "这张券属于另一位会员")
        case .notYetValid: Phrase("It is not valid yet", "还没有到使用日期")
        case .expired: Phrase("It has expired", "已过期")
        case .scope: Phrase("The coupon is not for this sale", "这张券不适用于这笔销售")
        case .stacking: Phrase("It cannot be used with another offer", "不能与其他优惠同时使用")
        case .memberLimit: Phrase("The member has used all that is allowed", "会员已达到使用次数上限")
        case .nothingToPay: Phrase("Nothing is left to pay", "已没有需要支付的金额")
        case .tendersDoNotMatch: Phrase("The payments are not what is due", "付款合计与应付金额不符")
        case .held: Phrase("Another till has reserved this", "已被另一台收银机预留")
        case .unknownHold: Phrase("There is no such reservation any more", "这个预留已不存在")
        case .unknownSale: Phrase("This sale is not known", "没有找到这笔销售")
        case .unknownRedemption: Phrase("This use of the coupon is not known here", "本店没有这次用券记录")
        case .refundExceedsSale: Phrase("More than is left of the sale", "超过这笔销售可退的部分")
        case .sellerUnreachable: Phrase("The shop that sold it cannot be asked now", "现在无法联系售出的门店")
        case .refundRefused: Phrase("Headquarters did not allow the refund", "总部没有同意这笔退货")
        case .duplicateID: Phrase("Something else already has this number", "这个编号已被其他记录使用")
        case .unknownPlan: Phrase("There is no such offer for loading money", "没有这个充值方案")
        case .oncePerMember: Phrase("The member has had this offer already", "会员已享用过这个充值方案")
        case .balanceLimit: Phrase("The balance would become too large", "充值后余额会超过上限")
        }
    }

    /// What can be done now, where nothing more exact is known.
    package var advice: Phrase {
        switch self {
        case .insufficientRights: Self.unsold("Use less, or pay the rest in another way.", "请少用一些，或换其他方式支付。")
        case .insufficientPoints: Self.unsold("Use fewer points.", "请少用一些积分。")
        case .insufficientBalance: Self.unsold("Use less of it, or load money first.", "请少用一些，或先充值。")
        case .memberMissing: Self.unsold("Scan the member's card first.", "请先扫会员卡。")
        case .notRedeemable: Self.unsold("Pay in another way.", "请换其他方式支付。")
        case .belowMinimum: Self.unsold("Use more, or leave it out.", "请多用一些，或不使用。")
        case .notAMultiple: Self.unsold("Round the amount down.", "请减到整份。")
        case .aboveCap: Self.unsold("Use less.", "请少用一些。")
        case .frozen: Self.unsold("Sell without it; the member can ask headquarters.", "可以不使用而继续销售；请会员联系总部。")
        case .staleContact: Self.unsold("Sell without it until the line is back.", "线路恢复之前可以不使用而继续销售。")
        case .couponMistyped: Self.unsold("Scan the code again, or type it again.", "请重新扫描或输入。")
        case .couponForged: Self.unsold("Do not accept it, and tell headquarters.", "请不要接受，并告知总部。")
        case .couponUnknown: Self.unsold("Scan its square code, or wait for the line.", "请扫描二维码，或等线路恢复。")
        case .couponVoid: Self.unsold("Sell without it.", "请不使用这张券。")
        case .couponUsed: Self.unsold("Leave the coupon out.", "请去掉这张券。")
        case .couponNotHere: Self.unsold("Leave it out, or wait for the line.", "请去掉这张券，或等线路恢复。")
        case .couponOfAnother: Self.unsold("Ask for the member's own card.", "请出示券主本人的会员卡。")
        case .notYetValid: Self.unsold("It can be used from its first day on.", "到了开始日期才能使用。")
        case .expired: Self.unsold("It cannot be used any more.", "已不能使用。")
        case .scope: Self.unsold("Leave it out, or change the basket.", "请去掉这张券，或调整商品。")
        case .stacking: Self.unsold("Choose one of them.", "请选用其中一项。")
        case .memberLimit: Self.unsold("Leave out this coupon.", "请去掉这一张券。")
        case .nothingToPay: Self.unsold("Keep it for another time.", "请留到下次使用。")
        case .tendersDoNotMatch: Self.unsold("Correct the payments.", "请更正付款金额。")
        case .held: Self.unsold("Finish the sale at the other till, or wait some minutes.", "请在另一台收银机完成，或稍等几分钟。")
        case .unknownHold: Self.unsold("Ask for a new quote.", "请重新计价。")
        case .unknownSale: Self.unsaved("Check the receipt's number.", "请核对小票编号。")
        case .unknownRedemption: Self.unsaved("Undo it where the coupon was used.", "请在使用这张券的门店撤销。")
        case .refundExceedsSale: Self.unsaved("Check what has come back already.", "请核对已退的部分。")
        case .sellerUnreachable: Self.unsaved("Try again when the line is back.", "请等线路恢复后再试。")
        case .refundRefused: Self.unsaved("Ask headquarters.", "请联系总部。")
        case .duplicateID: Self.unsaved("Send it with a new number.", "请换一个编号提交。")
        case .unknownPlan: Self.unsaved("Choose one of the offers shown.", "请选择列出的方案。")
        case .oncePerMember: Self.unsaved("Load money without this offer.", "请不用这个方案充值。")
        case .balanceLimit: Self.unsaved("Load less.", "请减少充值金额。")
        }
    }

    private static func unsold(_ english: String, _ chinese: String) -> Phrase {
        Phrase("Nothing was sold.", "没有售出。") + Phrase(english, chinese)
    }

    private static func unsaved(_ english: String, _ chinese: String) -> Phrase {
        Phrase("Nothing was saved.", "没有保存。") + Phrase(english, chinese)
    }
}
