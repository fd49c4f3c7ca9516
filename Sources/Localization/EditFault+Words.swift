package import Loyalty

extension EditFault {
    package var sentence: Phrase {
        switch self {
        case .unknownField(let number):
            Phrase(
                "This program does not know the field with number \(number). Please update the program.",
                "本程序不认识编号为 \(number) 的栏目，请更新程序。")
        case .notASet(let field):
            Phrase(
                "A member has only one \(field.label.quoted.english). Please write a new value over the old one.",
                "每位会员只有一项\(field.label.quoted.chinese)，请直接填写新的内容。")
        case .elementMissing(let field):
            Phrase(
                "Please say which \(field.label.quoted.english) to add or to take away.",
                "请说明要添加或去掉哪一项\(field.label.quoted.chinese)。")
        case .badValue(let field):
            Phrase("Please check \(field.label.quoted.english).", "请检查\(field.label.quoted.chinese)。")
                + field.form.expectation
        case .valueMissing(let field):
            Phrase(
                "There is no \(field.label.quoted.english) to take away. Nothing needs to be done.",
                "没有可以去掉的\(field.label.quoted.chinese)，无需处理。")
        case .nothingWritten:
            Phrase(
                "Nothing has been filled in, so nothing was saved. Please fill in at least one field.",
                "没有填写任何内容，因此没有保存。请至少填写一项。")
        case .tooManyWrites(let limit):
            Phrase(
                "At most \(limit) fields can be changed at once. Please save in smaller steps.",
                "一次最多修改 \(limit) 项，请分几次保存。")
        case .tooManyReplaced(let field, let limit):
            Phrase(
                "\(field.label.quoted.english) has more than \(limit) values. Please ask headquarters to settle it.",
                "\(field.label.quoted.chinese)有超过 \(limit) 个不同的内容，请联系总部处理。")
        case .slotTwice(let field):
            Phrase(
                "\(field.label.quoted.english) was given twice. Please give it once.",
                "\(field.label.quoted.chinese)填写了两次，请只填写一次。")
        case .textTooLong:
            Self.tooLong(author: MemberEdit.authorCharactersMax, reason: MemberEdit.reasonCharactersMax)
        }
    }

    private static func tooLong(author: Int, reason: Int) -> Phrase {
        Phrase(
            "The name of who did it may have \(author) characters, the reason \(reason). Please shorten it.",
            "操作人最多 \(author) 个字，原因最多 \(reason) 个字，请缩短。")
    }
}
