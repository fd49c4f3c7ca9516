package import Loyalty

extension MemberField {
    /// For headings and beside boxes to fill in.
    package var label: Phrase {
        switch self {
        case .name: Phrase("Name", "姓名")
        case .phone: Phrase("Phone number", "手机号")
        case .birthday: Phrase("Birthday", "生日")
        case .email: Phrase("Email", "电子邮箱")
        case .gender: Phrase("Gender", "性别")
        case .address: Phrase("Address", "地址")
        case .remark: Phrase("Remark", "备注")
        case .homeBranch: Phrase("Home branch", "所属门店")
        case .joinedAt: Phrase("Joined on", "入会时间")
        case .joinedBranch: Phrase("Joined at branch", "入会门店")
        case .lastVisitAt: Phrase("Last visit", "最近到店")
        case .marketingConsent: Phrase("Wants our news and offers", "接收优惠信息")
        case .frozen: Phrase("Frozen", "冻结")
        case .life: Phrase("Membership", "会员状态")
        case .tag: Phrase("Tag", "标签")
        case .identity: Phrase("Card or other number", "卡号或其他号码")
        case .samePerson: Phrase("Same person as", "与其为同一人")
        }
    }
}

extension ValueForm {
    /// What a value should look like, with an example where that says it better.
    package var expectation: Phrase {
        switch self {
        case .text(let charactersMax):
            Phrase(
                "Write 1 to \(charactersMax) characters on one line, with no blank in front or behind.",
                "请填写 1 到 \(charactersMax) 个字，不换行，前后不留空格。")
        case .phone:
            Phrase(
                "Write the whole number, with the country in front if it is foreign, such as +8613800138000.",
                "请填写完整号码，外国号码前加国家代码，例如 +8613800138000。")
        case .birthday:
            Phrase(
                "Write 1990-05-03, or --05-03 without a year; lunar:--08-15 for the Chinese calendar.",
                "请按 1990-05-03 填写；不知道年份写 --05-03；农历写 lunar:--08-15。")
        case .email: Phrase("Write an address such as wang@example.com.", "请填写邮箱地址，例如 wang@example.com。")
        case .choice(let choices):
            Phrase(
                "Choose one of: \(choices.joined(separator: ", ")).",
                "请选择其中之一：\(choices.map(Self.chineseChoice).joined(separator: "、"))。")
        case .instant:
            Phrase("Write the milliseconds since 1970 with 14 digits.", "请填写自 1970 年起的毫秒数，共 14 位数字。")
        case .identity:
            Phrase(
                "Write the kind and the number without blanks, such as card:6001234567890128.",
                "请填写种类和号码，不留空格，例如 card:6001234567890128。")
        case .record:
            Phrase(
                "Write the other member's 32-character number.", "请填写另一位会员的 32 位编号。")
        }
    }

    /// A choice is stored as a code; this is its word. Nil for a code that no field offers.
    package static func word(forChoice code: String) -> Phrase? {
        switch code {
        case "female": Phrase("female", "女")
        case "male": Phrase("male", "男")
        case "other": Phrase("other", "其他")
        case "unspecified": Phrase("not said", "未说明")
        case "yes": Phrase("yes", "是")
        case "no": Phrase("no", "否")
        case "active": Phrase("active", "有效")
        case "deleted": Phrase("deleted", "已注销")
        default: nil
        }
    }

    private static func chineseChoice(_ code: String) -> String {
        word(forChoice: code).map { "\($0.chinese)（\(code)）" } ?? code
    }
}
