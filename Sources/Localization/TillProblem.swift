/// Why a till's request was not carried out. The raw values are stable: programs of others rely on them.
package enum TillProblem: String, CaseIterable, Sendable {
    case unauthorized
    case notFound = "not_found"
    case invalidPhone = "invalid_phone"
    case invalidValue = "invalid_value"
    case stale
    case duplicateSale = "duplicate_sale"
    case invalidSale = "invalid_sale"
    case bodyTooLarge = "body_too_large"
    case unavailable
    case diskFull = "disk_full"
    case notJSON = "not_json"
    case missingField = "missing_field"
    case unknownField = "unknown_field"
    case phoneKnown = "phone_known"
    case methodNotAllowed = "method_not_allowed"
}

extension TillProblem {
    /// What has happened.
    package var title: Phrase {
        switch self {
        case .unauthorized: Phrase("This till is not allowed in", "这台收银机没有权限")
        case .notFound: Phrase("Not found here", "没有找到")
        case .invalidPhone: Phrase("This is not a phone number", "手机号不正确")
        case .invalidValue: Phrase("A value is not right", "有内容不正确")
        case .stale: Phrase("Somebody else has changed this meanwhile", "资料刚被别人修改过")
        case .duplicateSale: Phrase("Another sale already has this number", "已有另一笔销售使用这个编号")
        case .invalidSale: Phrase("The sale does not add up", "这笔销售的数据不对")
        case .bodyTooLarge: Phrase("The request is too large", "提交的内容太大")
        case .unavailable: Phrase("The service is not ready", "服务暂时不可用")
        case .diskFull: Phrase("The disk is full", "磁盘已满")
        case .notJSON: Phrase("The request is not valid JSON", "提交的内容不是有效的 JSON")
        case .missingField: Phrase("Something has been left out", "缺少必填内容")
        case .unknownField: Phrase("The request has a field that we do not know", "提交了不认识的栏目")
        case .phoneKnown: Phrase("There is a member with this phone number", "这个手机号已有会员")
        case .methodNotAllowed: Phrase("This address cannot be used in this way", "这个地址不支持这种操作")
        }
    }

    /// What can be done now, where nothing more exact is known.
    package var advice: Phrase {
        switch self {
        case .unauthorized:
            Phrase(
                "Nothing was saved. Please ask your technician to give this till a new token.",
                "没有保存。请让技术人员给这台收银机换一个新的令牌。")
        case .notFound:
            Phrase(
                "Please check the number. If it is new at another branch, it may take a moment to arrive here.",
                "请核对号码。如果是其他门店刚登记的，可能要稍等才会传到本店。")
        case .invalidPhone:
            Phrase(
                "Please ask for the number again; foreign numbers need their country in front, such as +852.",
                "请再问一次号码；外国号码前面要加国家代码，例如 +852。")
        case .invalidValue:
            Phrase("Nothing was saved. Please correct it and save again.", "没有保存。请更正后重新保存。")
        case .stale:
            Phrase(
                "Nothing was saved. Please look at the new values and make your change again if it is still needed.",
                "没有保存。请先看新的内容，如果仍然需要，再改一次。")
        case .duplicateSale:
            Phrase(
                "The earlier sale stands. If this is a new sale, please send it with a new number.",
                "先前的那笔有效。如果这是新的一笔，请换一个编号提交。")
        case .invalidSale:
            Phrase(
                "Nothing was saved. Please check the lines and the total, and send the sale again.",
                "没有保存。请核对各行和总额后重新提交。")
        case .bodyTooLarge:
            Phrase("Nothing was saved. Please send it in smaller parts.", "没有保存。请分成几部分提交。")
        case .unavailable:
            Phrase(
                "Nothing was saved. Please try again in a moment; sending the same sale twice does no harm.",
                "没有保存。请稍后重试；同一笔销售重复提交不会重复计算。")
        case .diskFull:
            Phrase(
                "Nothing was saved. Please keep the receipt, and ask your technician to make room on the disk.",
                "没有保存。请保留小票，并让技术人员清理磁盘空间。")
        case .phoneKnown:
            Phrase(
                "Nothing was saved. Please use the member shown, or say that this is another person.",
                "没有保存。请使用列出的会员；如果是另一个人，请确认后再提交。")
        case .notJSON, .missingField, .unknownField, .methodNotAllowed:
            Phrase(
                "Nothing was saved. Please tell whoever looks after the till's program.",
                "没有保存。请告知维护收银程序的人员。")
        }
    }
}
