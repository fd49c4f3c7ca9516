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
            verdict.isVoid
                ? Phrase("An entry without effect", "未生效的记录") : Phrase("An entry to be looked at", "待查看的记录")
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
        }
    }

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
        }
    }
}
