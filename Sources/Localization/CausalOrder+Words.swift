package import Replication

extension CausalOrder {
    /// How one entry stands to another, in a word or two.
    package var word: Phrase {
        switch self {
        case .same: Phrase("the same", "同一条")
        case .before: Phrase("before", "在前")
        case .after: Phrase("after", "在后")
        case .concurrent: Phrase("concurrent", "并发")
        }
    }

    /// What that means for the first of the two.
    package var sentence: Phrase {
        switch self {
        case .same: Phrase("Both are one and the same entry.", "两者是同一条记录。")
        case .before:
            Phrase("It was known where the other was written.", "写另一条时，已经知道这一条。")
        case .after:
            Phrase("It was written with knowledge of the other.", "写这一条时，已经知道另一条。")
        case .concurrent:
            Phrase("Neither was known where the other was written.", "写任何一条时，都不知道另一条。")
        }
    }
}
