/// Why the line between a shop and headquarters was closed: the protocol's error codes.
package enum SyncProblem: String, CaseIterable, Sendable {
    case malformed
    case unexpected
    case version
    case impostor
    case revoked
    case unknownNode = "unknown_node"
    case invitation
    case gap
    case forked
    case foreignActor = "foreign_actor"
    case window
    case credit
    case outstanding
    case superseded
    case silent
    case unavailable
    case stopping
}

extension SyncProblem {
    /// For a code that a newer version may have sent, too.
    package static func sentence(forCode code: String) -> Phrase {
        SyncProblem(rawValue: code)?.sentence
            ?? Phrase(
                "The line was closed with the code “\(code)”, which this version cannot explain.",
                "连接已断开，代码为“\(code)”，当前版本无法说明。")
            + Phrase("Selling goes on; please update the program.", "可以继续销售，请更新程序。")
    }

    package var sentence: Phrase {
        switch self {
        case .malformed, .unexpected, .window, .credit, .outstanding:
            Phrase(
                "Shop and headquarters did not understand each other. Selling goes on; please update both.",
                "门店和总部的程序没有听懂对方的话。可以继续销售，请把两边都更新到最新版本。")
        case .version:
            Phrase(
                "This version is too old or too new for headquarters. Selling goes on; please update the program.",
                "本程序的版本与总部不匹配。可以继续销售，请更新程序。")
        case .impostor:
            Phrase(
                "The certificate belongs to another shop. Please join again with an invitation for this shop.",
                "证书属于另一家门店。请用本店自己的邀请码重新加入。")
        case .revoked:
            Phrase(
                "Headquarters has shut this shop out. Please ask headquarters for a new invitation.",
                "总部已停用本店。请向总部索取新的邀请码。")
        case .unknownNode:
            Phrase(
                "Headquarters does not know this shop. Please check the address, or join with a new invitation.",
                "总部没有本店的登记。请检查地址，或用新的邀请码加入。")
        case .invitation:
            Phrase(
                "The invitation is used, out of date or another chain's. Please ask headquarters for a new one.",
                "邀请码已被使用、已过期，或不属于本连锁。请向总部索取新的邀请码。")
        case .gap:
            Phrase(
                "Some entries were missing in between. They will be sent again; nothing needs to be done.",
                "中间缺了几条记录，系统会重新发送，无需处理。")
        case .forked, .foreignActor:
            Phrase(
                "Headquarters holds another history of this shop, as after a disk was restored or copied.",
                "总部保存的本店历史与这里不同，可能是恢复或复制过磁盘。")
                + Phrase("Selling goes on; please call your technician.", "可以继续销售，请联系技术人员。")
        case .superseded:
            Phrase(
                "This shop has opened a newer line. If that was not you, please check that the program runs only once.",
                "本店已建立了新的连接。如果不是您的操作，请确认程序没有重复运行。")
        case .silent:
            Phrase(
                "The other side stopped answering. Selling goes on; we try again by ourselves.",
                "对方没有回应。可以继续销售，系统会自动重试。")
        case .unavailable:
            Phrase(
                "Headquarters cannot take entries at the moment. Selling goes on; we try again by ourselves.",
                "总部暂时无法接收。可以继续销售，系统会自动重试。")
        case .stopping:
            Phrase(
                "The other side is being stopped. Selling goes on; we connect again by ourselves.",
                "对方正在停机。可以继续销售，系统会自动重新连接。")
        }
    }
}
