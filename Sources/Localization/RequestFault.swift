/// What exactly is wrong with a till's request, for whoever writes the till's program. A field is named by its path,
/// such as `lines[0].net_minor`.
package enum RequestFault: Error, Equatable, Sendable {
    case notUTF8
    case notJSON(atByte: Int)
    case tooDeep(limit: Int)
    case nameTwice(String)
    case missing(String)
    case unknown(String)
    case notText(String)
    case notWholeNumber(String, written: String)
    case notYesOrNo(String)
    case notAList(String)
    case notAnObject(String)
    case notAnID(String)
    case notATime(String)
    case timeAhead(String)
    case notAQuantity(String)
    /// Exactly one of these is needed.
    case oneOf([String])
    /// Only headquarters or the program itself writes this field.
    case notForTills(String)
    case notDots(String)
    case notACard(String)
    /// A number below the least, or above the most, that it can be.
    case outOfRange(String, least: Int64, most: Int64)
    case textTooLong(String, limit: Int)
    case notOneOf(String, [String])
    case tooMany(String, limit: Int)
    case notAmountOrMax(String)
    case bodyTooLarge(limitBytes: Int)
    case method(allowed: [String])
    case nowhere
    /// It is not known whether it was recorded.
    case noAnswer
    /// Something could not be looked up; whether anything was recorded before is left open.
    case notReady
}

extension RequestFault {
    package var problem: TillProblem {
        switch self {
        case .notUTF8, .notJSON, .tooDeep, .nameTwice: .notJSON
        case .missing, .oneOf: .missingField
        case .unknown: .unknownField
        case .notText, .notWholeNumber, .notYesOrNo, .notAList, .notAnObject, .notAnID, .notATime, .timeAhead,
            .notAQuantity, .notForTills, .notDots, .notACard, .outOfRange, .textTooLong, .notOneOf, .tooMany,
            .notAmountOrMax:
            .invalidValue
        case .bodyTooLarge: .bodyTooLarge
        case .method: .methodNotAllowed
        case .nowhere: .notFound
        case .noAnswer, .notReady: .unavailable
        }
    }

    /// The path of the field that is to be corrected.
    package var field: String? {
        switch self {
        case .nameTwice(let field), .missing(let field), .unknown(let field), .notText(let field),
            .notWholeNumber(let field, _), .notYesOrNo(let field), .notAList(let field), .notAnObject(let field),
            .notAnID(let field), .notATime(let field), .timeAhead(let field), .notAQuantity(let field),
            .notForTills(let field), .notDots(let field), .notACard(let field), .outOfRange(let field, _, _),
            .textTooLong(let field, _), .notOneOf(let field, _), .tooMany(let field, _), .notAmountOrMax(let field):
            field.isEmpty ? nil : field
        case .notUTF8, .notJSON, .tooDeep, .oneOf, .bodyTooLarge, .method, .nowhere, .noAnswer, .notReady: nil
        }
    }

    package var sentence: Phrase {
        switch self {
        case .notUTF8: Phrase("The text is not UTF-8.", "文字不是 UTF-8 编码。")
        case .notJSON(let byte):
            Phrase("It cannot be read from byte \(byte) on.", "从第 \(byte) 个字节起无法读取。")
        case .tooDeep(let limit):
            Phrase("It is nested more than \(limit) levels deep.", "嵌套超过 \(limit) 层。")
        case .nameTwice(let field):
            Phrase("“\(field)” is given twice.", "“\(field)”出现了两次。")
        case .missing(let field): Phrase("“\(field)” is missing.", "缺少“\(field)”。")
        case .unknown(let field):
            Phrase("There is no field “\(field)” here; is it misspelled?", "这里没有“\(field)”这一项，是否拼写有误？")
                + Phrase("Nothing was saved.", "没有保存。")
        case .notText(let field): Phrase("“\(field)” must be text.", "“\(field)”必须是文字。")
        case .notWholeNumber(let field, let written):
            Phrase(
                "“\(field)” is \(written); it must be a whole number, money in its smallest unit.",
                "“\(field)”是 \(written)；必须是整数，金额用最小货币单位。")
        case .notYesOrNo(let field):
            Phrase("“\(field)” must be true or false.", "“\(field)”必须是 true 或 false。")
        case .notAList(let field): Phrase("“\(field)” must be a list.", "“\(field)”必须是列表。")
        case .notAnObject(let field):
            field.isEmpty
                ? Phrase("The request must be an object with named fields.", "提交的内容必须是带名称的各项。")
                : Phrase("“\(field)” must be an object with named fields.", "“\(field)”必须是带名称的各项。")
        case .notAnID(let field):
            Phrase(
                "“\(field)” must have 32 hexadecimal digits in lower case.",
                "“\(field)”必须是 32 位小写十六进制数字。")
        case .notATime(let field):
            Phrase(
                "“\(field)” must be a time such as 2026-11-21T09:30:00+08:00, or milliseconds since 1970.",
                "“\(field)”必须是时间，例如 2026-11-21T09:30:00+08:00，或自 1970 年起的毫秒数。")
        case .timeAhead(let field):
            Phrase(
                "“\(field)” is more than a day in the future; please check the till's clock.",
                "“\(field)”比现在晚一天以上，请检查收银机的时钟。")
        case .notAQuantity(let field):
            Phrase(
                "“\(field)” must be a number as text with at most three decimals, such as 1 or 0.5.",
                "“\(field)”必须是文字形式的数字，最多三位小数，例如 1 或 0.5。")
        case .oneOf(let fields):
            Phrase(
                "Please give exactly one of: \(fields.joined(separator: ", ")).",
                "请只填写其中一项：\(fields.joined(separator: "、"))。")
        case .notForTills(let field):
            Phrase("A till cannot change “\(field)”.", "收银机不能修改“\(field)”。")
        case .notDots(let field):
            Phrase(
                "“\(field)” must be what “seen” said beside the value that was shown.",
                "“\(field)”必须与所显示内容旁边的“seen”完全一致。")
        case .notACard(let field):
            Phrase("“\(field)” is not a card's number.", "“\(field)”不是卡号。")
        case .outOfRange, .textTooLong, .notOneOf, .tooMany, .notAmountOrMax: limits
        case .bodyTooLarge(let limit):
            Phrase("At most \(limit) bytes are read.", "最多接收 \(limit) 个字节。")
        case .method(let allowed):
            Phrase(
                "Here you can use: \(allowed.joined(separator: ", ")).",
                "这里可以使用：\(allowed.joined(separator: "、"))。")
        case .nowhere: Phrase("There is nothing at this address.", "这个地址没有内容。")
        case .noAnswer:
            Phrase(
                "It is not known whether it was saved. Please send it again, unchanged; twice does no harm.",
                "不确定是否已保存。请原样再提交一次，重复提交没有影响。")
        case .notReady:
            Phrase(
                "The node cannot answer just now. Please send it again, unchanged; twice does no harm.",
                "节点暂时无法回答。请原样再提交一次，重复提交没有影响。")
        }
    }
}

extension RequestFault {
    /// What a value may be.
    private var limits: Phrase {
        switch self {
        case .outOfRange(let field, let least, let most):
            Phrase("“\(field)” must be from \(least) to \(most).", "“\(field)”必须在 \(least) 到 \(most) 之间。")
        case .textTooLong(let field, let limit):
            Phrase("“\(field)” may have \(limit) characters at most.", "“\(field)”最多 \(limit) 个字。")
        case .notOneOf(let field, let choices):
            Phrase(
                "“\(field)” must be one of: \(choices.joined(separator: ", ")).",
                "“\(field)”必须是其中之一：\(choices.joined(separator: "、"))。")
        case .tooMany(let field, let limit):
            Phrase("“\(field)” may have \(limit) entries at most.", "“\(field)”最多 \(limit) 项。")
        case .notAmountOrMax(let field):
            Phrase("“\(field)” must be a whole number, or “max”.", "“\(field)”必须是整数，或“max”。")
        case .notUTF8, .notJSON, .tooDeep, .nameTwice, .missing, .unknown, .notText, .notWholeNumber, .notYesOrNo,
            .notAList, .notAnObject, .notAnID, .notATime, .timeAhead, .notAQuantity, .oneOf, .notForTills, .notDots,
            .notACard, .bodyTooLarge, .method, .nowhere, .noAnswer, .notReady:
            problem.advice
        }
    }
}

/// Said beside an answer: it was done, and somebody may want to know this.
package enum TillWarning: String, CaseIterable, Sendable {
    case unknownMember = "unknown_member"
    case phoneKnown = "phone_known"
    case cardKnown = "card_known"
    case offline
    case staleContact = "stale_contact"
    case frozen

    package var sentence: Phrase {
        switch self {
        case .unknownMember:
            Phrase(
                "The sale is recorded, but this member is not known here (yet); please check the number.",
                "销售已记录，但本店（暂时）没有这位会员，请核对编号。")
        case .phoneKnown:
            Phrase(
                "Saved. Another member has this phone number, too; headquarters will be asked about it.",
                "已保存。另一位会员也使用这个手机号，将请总部处理。")
        case .cardKnown:
            Phrase(
                "Saved. Another member has this card, too; headquarters will be asked about it.",
                "已保存。另一位会员也使用这张卡，将请总部处理。")
        case .offline:
            Phrase(
                "Headquarters cannot be reached; what is shown of other shops may be old.",
                "联系不上总部，其他门店的数据可能不是最新的。")
        case .staleContact:
            Phrase(
                "Headquarters has not been heard for too long; points, stored value and coupons must wait.",
                "太久没有联系上总部，积分、储值和券要等线路恢复后才能使用。")
        case .frozen:
            Phrase(
                "The member's account is frozen; they can buy, and use nothing. Headquarters knows why.",
                "会员账户已冻结，可以购物，但不能使用积分、储值和券。原因请问总部。")
        }
    }
}

/// What somebody who reads an answer should know about it.
package enum TillNote: CaseIterable, Sendable {
    case pointsOfThisBranchOnly
    case sealUnknown

    package var sentence: Phrase {
        switch self {
        case .pointsOfThisBranchOnly:
            Phrase(
                "Only what was earned at this branch is known here; headquarters knows the total.",
                "本店只知道在本店获得的积分，总数以总部为准。")
        case .sealUnknown:
            Phrase(
                "This shop has not yet heard from headquarters how coupons are sealed. Please type the code instead.",
                "本店还没有从总部收到验券的资料，请改为输入券码。")
        }
    }
}
