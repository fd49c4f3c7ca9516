package import Loyalty

extension SaleFault {
    package var sentence: Phrase {
        switch self {
        case .noLines:
            Phrase("The sale has no items. Please scan at least one.", "这笔销售没有商品，请至少扫描一件。")
        case .tooManyLines(let limit):
            Phrase(
                "One sale can have at most \(limit) lines. Please split it into two sales.",
                "一笔销售最多 \(limit) 行，请分成两笔。")
        case .textTooLong(let field):
            Self.tooLong(Self.name(of: field), limit: Sale.textCharactersMax)
        case .amountOutOfRange:
            Phrase(
                "An amount, a quantity or the points cannot be right. Please check them and send the sale again.",
                "有金额、数量或积分明显不对，请核对后重新提交。")
        case .timeOutOfRange:
            Phrase(
                "The time of the sale cannot be right. Please check the till's clock and send the sale again.",
                "销售时间明显不对，请检查收银机的时钟后重新提交。")
        case .totalIsNotSum(let ofLines):
            Phrase(
                "The lines add up to \(ofLines) (in the smallest coin), which is not the total. Please check both.",
                "各行合计为 \(ofLines)（以最小货币单位计），与总额不符，请核对。")
        case .negativeTotal:
            Phrase(
                "The total is below zero. A sale cannot pay money out; please check the lines.",
                "总额小于零。销售不能付出款项，请核对各行。")
        case .settlementDoesNotFit:
            Phrase(
                "The shares of the lines do not fit the sale. Please ask for a new quote and send the sale again.",
                "各行的分摊与这笔销售不符，请重新计价后再提交。")
        case .tendersAreNotTotal(let tendersMinor):
            Phrase(
                "The payments add up to \(tendersMinor) (in the smallest coin), which is not the total. Please check.",
                "付款合计为 \(tendersMinor)（以最小货币单位计），与应付总额不符，请核对。")
        case .memberMissing:
            Phrase(
                "Points and stored value need a member. Please scan the member's card first.",
                "使用积分或储值需要先识别会员，请先扫会员卡。")
        case .namedTwice:
            Phrase(
                "A coupon or a balance is used twice in this sale. Please remove one of them.",
                "同一张券或同一笔余额被用了两次，请去掉一次。")
        case .insufficientRights:
            Phrase(
                "This shop may not spend so much for the member now. Please use less, or wait for the line.",
                "本店现在不能为该会员支付这么多。请少用一些，或等线路恢复。")
        case .notSpendable:
            Phrase(
                "Something used here has expired, or may not be used yet. Please ask for a new quote.",
                "所用的余额或券已过期，或还不能使用，请重新计价。")
        }
    }

    private static func tooLong(_ name: Phrase, limit: Int) -> Phrase {
        Phrase(
            "The \(name.english) is longer than \(limit) characters. Please shorten it.",
            "\(name.chinese)超过 \(limit) 个字，请缩短。")
    }

    private static func name(of field: String) -> Phrase {
        switch field {
        case "till": Phrase("name of the till", "收银机名称")
        case "reference": Phrase("receipt number", "小票号")
        case "product": Phrase("product code", "商品编码")
        default: Phrase("text in “\(field)”", "“\(field)”的内容")
        }
    }
}
