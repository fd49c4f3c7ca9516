package import Loyalty

extension ProgrammeFault {
    /// What is wrong with what headquarters declares. Fields are named as in the rule.
    package var sentence: Phrase {
        switch self {
        case .badCode:
            Phrase(
                "A code has 1 to 32 letters, digits, dots, dashes or underscores; a coupon's at most 24.",
                "代码由 1 到 32 个字母、数字、点、横线或下划线组成，优惠券的代码最多 24 个。")
        case .badRevision: Phrase("Revisions count from 1.", "版本从 1 开始编号。")
        case .revisionNotNext(let expected):
            Phrase("The next revision is \(expected).", "下一个版本是 \(expected)。")
        case .tooManyCodes(let limit):
            Phrase("There are at most \(limit) codes of one category.", "每一类最多 \(limit) 个代码。")
        case .wrongCategory: Phrase("The rule belongs to another category.", "规则不属于这一类。")
        case .badText(let field):
            Phrase(
                "The \(field) is empty, too long or holds characters that nobody can see.",
                "“\(field)”为空、过长或含有不可见字符。")
        case .outOfRange(let field):
            Phrase("The \(field) is too small or too large.", "“\(field)”过小或过大。")
        case .tooMany(let field, let limit):
            Phrase("The \(field) are more than \(limit).", "“\(field)”超过 \(limit) 项。")
        case .empty(let field): Phrase("The \(field) hold for nothing.", "“\(field)”没有任何内容。")
        case .endsBeforeItStarts: Phrase("It would end before it starts.", "结束日期早于开始日期。")
        }
    }
}
