package import Loyalty

extension RefundRefusal {
    /// Nil where the request itself is wrong.
    package var problem: CounterProblem? {
        switch self {
        case .nothingLeft, .noSuchLine: .refundExceedsSale
        case .line(_, let fault): fault.problem
        case .lineTwice, .tooLong: nil
        }
    }

    package var sentence: Phrase {
        switch self {
        case .noSuchLine(let line):
            Phrase("The sale has no line \(line). Please check the receipt.", "这笔销售没有第 \(line) 行，请核对小票。")
        case .lineTwice(let line):
            Phrase("Line \(line) is named twice. Please name it once.", "第 \(line) 行填写了两次，请只填写一次。")
        case .line(let line, let fault):
            Phrase("Line \(line):", "第 \(line) 行：") + fault.sentence
        case .nothingLeft: Phrase("Everything of this sale has come back already.", "这笔销售已全部退回。")
        case .tooLong: Phrase("A text is too long, or there are too many parts.", "有文字太长，或内容太多。")
        }
    }
}

extension RefundFault {
    package var problem: CounterProblem? {
        switch self {
        case .notPositive: nil
        case .moreThanIsLeft: .refundExceedsSale
        case .inconsistent: .refundRefused
        }
    }

    package var sentence: Phrase {
        switch self {
        case .notPositive: Phrase("what comes back must be more than nothing.", "退回的必须大于零。")
        case .moreThanIsLeft(let quantityMilli, let amountMinor):
            Phrase(
                "left are \(Self.quantity(quantityMilli)) pieces for \(amountMinor) (in the smallest coin).",
                "还可退 \(Self.quantity(quantityMilli)) 件，金额 \(amountMinor)（以最小货币单位计）。")
        case .inconsistent:
            Phrase(
                "the numbers of this line and of its refunds contradict each other; please ask headquarters.",
                "这一行与已退记录的数字互相矛盾，请联系总部。")
        }
    }

    private static func quantity(_ milli: Int64) -> String {
        let decimals = String(1_000 + milli % 1_000).dropFirst()
        return milli.isMultiple(of: 1_000) ? String(milli / 1_000) : "\(milli / 1_000).\(decimals)"
    }
}
