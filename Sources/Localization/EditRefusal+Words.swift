package import Loyalty

extension EditRefusal {
    package var sentence: Phrase {
        switch self {
        case .unknownMember:
            Phrase(
                "This member is not known here. Somebody who has just joined elsewhere may take a moment to arrive.",
                "本店没有这位会员。刚在其他门店入会的，可能要稍等才会传到。")
        case .stale(let fields):
            Self.changed(fields)
                + Phrase(
                    "Nothing was saved. Please look at the new values, and change them again if need be.",
                    "没有保存。请先看新的内容，如果仍然需要，再改一次。")
        case .fault(let fault): fault.sentence
        }
    }

    private static func changed(_ fields: [MemberField]) -> Phrase {
        guard !fields.isEmpty else { return Phrase("Somebody else has just changed this.", "资料刚被别人修改过。") }
        let names = Phrase.join(fields.map(\.label.quoted))
        return Phrase("Somebody else has just changed \(names.english).", "\(names.chinese)刚被别人修改过。")
    }
}
