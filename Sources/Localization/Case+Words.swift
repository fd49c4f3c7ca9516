package import Loyalty
internal import Replication

extension Case {
    /// A heading for the list of cases.
    package var title: Phrase {
        switch subject {
        case .field(_, let field, _):
            Phrase("Different answers for \(field.label.quoted.english)", "\(field.label.quoted.chinese)有不同的说法")
        case .sameIdentity(let kind, _, _):
            Phrase(
                "Members with the same \(Self.name(ofIdentity: kind).english)",
                "会员的\(Self.name(ofIdentity: kind).chinese)相同")
        case .judged(_, let verdict):
            Self.titles[kind]
                ?? (verdict.isVoid
                    ? Phrase("An entry without effect", "未生效的记录") : Phrase("An entry to be looked at", "待查看的记录"))
        case .redeemedAgain: Phrase("A coupon used more often than it may be", "优惠券超次使用")
        case .overLimit: Phrase("A member used more coupons than allowed", "会员用券超过限额")
        case .overLoss: Phrase("A campaign lost more than it may", "活动损失超过上限")
        case .tierDisputed: Phrase("A tier that the purchases do not bring", "会员等级与消费不符")
        case .debt: Phrase("A member owes a wallet", "会员账户欠额")
        case .sameReference: Phrase("Different sales with one receipt number", "不同销售的小票号相同")
        }
    }

    /// What has happened, how it came about, and what can be done.
    package var explanation: Phrase {
        switch subject {
        case .field(_, let field, let siblings):
            Self.explanation(of: field, values: Set(siblings.map(\.value)).count)
        case .sameIdentity(let kind, _, let members):
            Self.explanation(ofIdentity: kind, members: members.count)
        case .judged(_, let verdict): verdict.sentence
        case .redeemedAgain(_, let dots): Self.explanation(ofRedemptions: dots.count)
        case .overLimit(_, _, let dots):
            Phrase(
                "A member has used \(dots.count) coupons of one kind, more than it allows.",
                "一位会员使用了 \(dots.count) 张同类优惠券，超过了限额。")
                + Phrase(
                    "Branches that hear nothing of each other cannot know; please decide who bears the discount.",
                    "互不知情的门店无法察觉，请决定多出的优惠由谁承担。")
        case .overLoss(_, let dots):
            Phrase(
                "\(dots.count) uses too many have cost more than this kind of coupon was to lose.",
                "\(dots.count) 次超次使用的损失，超过了这类优惠券允许的上限。")
                + Phrase(
                    "Each is a case of its own; you may want to withdraw the coupon.", "每次都另有待办，请考虑停用该券。")
        case .tierDisputed:
            Phrase(
                "A tier was given, and the purchases that headquarters knows of do not bring it.",
                "会员获得了一个等级，但总部所知的消费并未达到。")
                + Phrase(
                    "You may let the member keep it, or take it back.", "可以让会员保留，也可以收回。")
        case .debt:
            Phrase(
                "Goods came back whose points had been spent already; later earnings pay the debt first.",
                "退货时相应的积分已经用掉，以后获得的会先用来抵扣欠额。")
                + Phrase("You may remit it, or leave it to the member.", "可以免除，也可以由会员承担。")
        case .sameReference(let sales):
            Phrase(
                "\(sales.count) different sales of one till and day have the same receipt number.",
                "同一收银台同一天有 \(sales.count) 笔不同的销售使用了相同的小票号。")
                + Phrase("All of them count; please check the receipts.", "各笔均已计入，请核对小票。")
        }
    }

    private static func explanation(ofRedemptions count: Int) -> Phrase {
        Phrase(
            "A coupon was redeemed \(count) times, more often than it may be.", "一张优惠券被使用了 \(count) 次，超过了可用次数。")
            + Phrase(
                "The sales stand; please decide who bears the discount of those that were too many.",
                "各笔销售均有效，请决定多出的优惠由谁承担。")
    }

    private static let titles: [String: Phrase] = [
        "points.overdraft": Phrase("More was spent than was there", "用掉的超出可用额度"),
        "refund.exceeds_sale": Phrase("More came back than was sold", "退回的超过售出的"),
        redeemedVoidKind: Phrase("A coupon used after it was taken back", "优惠券作废后仍被使用"),
        "earn.rule_mismatch": Phrase("Points that are not by the rule", "积分与规则不符"),
    ]

    private static func explanation(of field: MemberField, values: Int) -> Phrase {
        let name = field.label.quoted
        return Phrase(
            "\(name.english) got \(values) different values in places that had not heard of each other.",
            "\(name.chinese)在互不知情的地方填成了 \(values) 个不同的内容。")
            + Phrase("Nothing is lost; please choose the right one.", "什么都没有丢，请选出正确的一个。")
    }

    private static func explanation(ofIdentity kind: String, members: Int) -> Phrase {
        let name = name(ofIdentity: kind)
        return Phrase("\(members) members have the same \(name.english).", "\(members) 位会员的\(name.chinese)相同。")
            + Phrase(
                "If they are one person, link them; if not, mark them as different people.",
                "如果是同一个人，请关联；如果不是，请标为不同的人。")
    }

    private static func name(ofIdentity kind: String) -> Phrase {
        switch kind {
        case "phone": Phrase("phone number", "手机号")
        case "card": Phrase("card", "会员卡")
        case "email": Phrase("email", "电子邮箱")
        case "wechat_openid", "wechat_unionid": Phrase("WeChat account", "微信账号")
        default: Phrase("number of the kind “\(kind)”", "“\(kind)”号码")
        }
    }
}

extension CaseDecision.Outcome {
    package var sentence: Phrase {
        switch self {
        case .distinct: Phrase("These are different people.", "他们是不同的人。")
        case .acknowledged: Phrase("Seen; nothing needs to be done.", "已阅，无需处理。")
        case .acceptLoss: Phrase("The chain bears the loss.", "损失由总部承担。")
        case .chargeMember: Phrase("The member owes it.", "由会员承担。")
        case .chargeBranch: Phrase("The branch bears the loss.", "损失由门店承担。")
        case .void: Phrase("The coupon has been taken back.", "优惠券已作废。")
        case .fraud: Phrase("Somebody has cheated; the loss is the chain's.", "认定为作弊，损失由总部承担。")
        }
    }
}
