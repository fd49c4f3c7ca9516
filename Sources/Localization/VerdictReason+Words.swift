internal import Loyalty
package import Replication

extension VerdictReason {
    /// Why headquarters has objected to an entry, and what that means for the shop.
    package var sentence: Phrase {
        Self.sentences[self]
            ?? Phrase(
                "Headquarters has marked this entry “\(rawValue)”. This version cannot explain that; please update it.",
                "总部将这条记录标记为“\(rawValue)”。当前版本无法说明原因，请更新程序。")
    }

    /// Whether this version has words for the code.
    package var isKnown: Bool { Self.sentences[self] != nil }

    private static let sentences: [VerdictReason: Phrase] = [
        .malformed: Phrase(
            "Headquarters could not read this entry. It is kept as it is; please tell your technician.",
            "总部无法读取这条记录。记录已原样保留，请告知技术人员。"),
        .unacceptable: Phrase(
            "A value breaks a rule, so this entry has not been counted. Please enter it again with the right value.",
            "有内容不符合规定，这条记录没有计入。请用正确的内容重新录入。"),
        .clockAhead: Phrase(
            "The machine's clock was far ahead. The entry counts, with a corrected time; please set the clock.",
            "机器时钟快了很多。记录有效，时间已更正；请把时钟调准。"),
        .audience: Phrase(
            "This entry went to the wrong places, so it has not been counted. Please update the shop's program.",
            "这条记录的发送范围不对，没有计入。请更新门店的程序。"),
        .authority: Phrase(
            "Only headquarters may do this, so it has not been counted. Please ask headquarters to do it.",
            "这项操作只有总部可以做，因此没有计入。请联系总部办理。"),
        .replacesUnseen: Phrase(
            "This change was to replace values that the shop had not received yet. Please make it once more.",
            "这次修改要替换的内容，门店当时还没有收到。请重新打开会员资料再改一次。"),
        .ruleMismatch: Phrase(
            "The points are not by the rule. The customer keeps those on the receipt; please check the shop's rule.",
            "积分与规则算出的不同。以小票为准，顾客保留这些积分；请检查门店的积分规则。"),
        .ruleUnknown: Phrase(
            "Headquarters does not know the rule that the receipt names, and cannot say whether the points are right.",
            "总部没有小票所用的积分规则，无法判断积分是否正确。"),
        .couponVoid: Phrase(
            "A coupon was used that headquarters had taken back. The sale stands; headquarters decides on the loss.",
            "所用的优惠券此前已被总部作废。销售有效，损失由总部决定如何承担。"),
        .overLimit: Phrase(
            "The member has used more coupons of this kind than it allows. The sale stands; headquarters will look.",
            "该会员使用的同类优惠券超过了限额。销售有效，由总部处理。"),
        .tierDisputed: Phrase(
            "The purchases that headquarters knows of do not bring this tier. Headquarters decides whether it stays.",
            "总部所知的消费未达到这一等级，是否保留由总部决定。"),
        .duplicateSale: Phrase(
            "A sale with this number is already in the books. Only the first counts; please check the receipts.",
            "账上已有一笔同号的销售，只有先到的一笔计入。请核对小票。"),
        .overdrawn: Phrase(
            "More was spent than this shop held. The goods are gone, so it counts; the chain bears the difference.",
            "用掉的超出了本店持有的额度。商品已交付，记录有效，差额由总部承担。"),
        .expired: Phrase(
            "Something was spent on a day on which it was not valid. It counts; please check the shop's date.",
            "所用的内容当天并不有效。记录有效，请检查门店的日期。"),
        .foreignLot: Phrase(
            "Something of another member was spent. It counts; please put both accounts right, or link them.",
            "用掉了属于其他会员的内容。记录有效；请更正双方账户，或将两者关联。"),
        .duplicateEntry: Phrase(
            "An entry with this number is already in the books, so this one has not been counted.",
            "账上已有同号的记录，这一条没有计入。"),
        .refundExceedsSale: Phrase(
            "More came back than was sold here, so this refund has not been counted. Please check the receipt.",
            "退回的超过了在此售出的，这笔退款没有计入。请核对小票。"),
    ]
}

extension Verdict {
    package var sentence: Phrase {
        switch self {
        case .ok: Phrase("Accepted.", "已接受。")
        case .flagged(let reason): Phrase("Accepted, and to be looked at.", "已接受，待查看。") + reason.sentence
        case .void(let reason): Phrase("Without effect.", "未生效。") + reason.sentence
        }
    }
}
