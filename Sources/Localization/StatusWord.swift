/// Headings and short words of the status screens.
package enum StatusWord: String, CaseIterable, Sendable {
    case branch, state, connected, notConnected, revoked, lost, rights, invited, waiting, since, asOf, behind, upToDate,
        lastSeen,
        never
    case members, sales, points, openCases, certificateUntil

    package var word: Phrase {
        switch self {
        case .branch: Phrase("Branch", "门店")
        case .state: Phrase("State", "状态")
        case .connected: Phrase("connected", "已连接")
        case .notConnected: Phrase("not connected", "未连接")
        case .revoked: Phrase("shut out", "已停用")
        case .lost: Phrase("lost", "已报失")
        case .rights: Phrase("may be spent there", "当地可用额度")
        case .invited: Phrase("invited", "已邀请")
        case .waiting: Phrase("waiting", "待发送")
        case .since: Phrase("since", "自")
        case .asOf: Phrase("as of", "截至")
        case .behind: Phrase("behind", "落后")
        case .upToDate: Phrase("up to date", "已是最新")
        case .lastSeen: Phrase("last seen", "最近在线")
        case .never: Phrase("never", "从未")
        case .members: Phrase("members", "会员")
        case .sales: Phrase("sales", "销售")
        case .points: Phrase("points", "积分")
        case .openCases: Phrase("open cases", "待处理事项")
        case .certificateUntil: Phrase("certificate until", "证书有效期至")
        }
    }
}

/// What a shop says of its line to headquarters. Times come spelled, in the chain's zone.
package enum StatusSentence {
    package static func connected(since time: String) -> Phrase {
        Phrase("Connected to headquarters since \(time).", "自 \(time) 起已连接总部。")
    }

    package static func notConnected(since time: String?) -> Phrase {
        let line = time.map { Phrase("Not connected to headquarters since \($0).", "自 \($0) 起未连接总部。") }
        return (line ?? Phrase("Not connected to headquarters yet.", "尚未连接过总部。"))
            + Phrase("Selling goes on.", "可以继续销售。")
    }

    package static func waiting(_ entries: UInt64) -> Phrase {
        guard entries > 0 else { return Phrase("Everything has been sent.", "全部已发送。") }
        let count = Phrase.count(entries, "entry is", "entries are", "条记录")
        return Phrase("\(count.english) waiting to be sent; nothing is lost.", "\(count.chinese)等待发送，不会丢失。")
    }

    package static func behind(_ entries: UInt64) -> Phrase {
        guard entries > 0 else { return Phrase("This view is up to date.", "数据已是最新。") }
        let count = Phrase.count(entries, "entry", "entries", "条记录")
        return Phrase("This view is \(count.english) behind.", "数据落后 \(count.chinese)。")
    }

    /// A new branch is being given what the chain holds.
    package static func beginning(percent: Int) -> Phrase {
        Phrase("Fetching the chain's members: \(percent) % have come.", "正在获取会员数据：已完成 \(percent)%。")
    }

    package static func asOf(_ time: String) -> Phrase { Phrase("As of \(time).", "截至 \(time)。") }

    /// How many branches have not been heard of, so that a total may still grow.
    package static func missing(branches: Int) -> Phrase {
        guard branches > 0 else { return Phrase("All branches are in.", "所有门店均已到齐。") }
        let count = Phrase.count(branches, "branch is", "branches are", "家门店")
        return Phrase("\(count.english) behind, so figures may still change.", "\(count.chinese)数据尚未到齐，数字可能变化。")
    }

    package static func openCases(_ cases: Int) -> Phrase {
        guard cases > 0 else { return Phrase("There is nothing to settle.", "没有待处理事项。") }
        let count = Phrase.count(cases, "case waits", "cases wait", "件事项")
        return Phrase("\(count.english) to be settled.", "\(count.chinese)待处理。")
    }

    /// What all branches together may spend without asking, as it is spelled for people.
    package static func exposure(_ rights: String) -> Phrase {
        guard !rights.isEmpty else { return Phrase("No branch holds anything.", "各门店都没有可用额度。") }
        return Phrase("Branches may spend without asking: \(rights).", "各门店可自行使用的额度：\(rights)。")
    }

    /// What should never happen and did, kept for whoever has to find out why.
    package static func incidents(_ incidents: Int64) -> Phrase {
        guard incidents > 0 else { return Phrase("Nothing unusual has happened.", "一切正常。") }
        let count = Phrase.count(incidents, "incident was", "incidents were", "起异常")
        return Phrase(
            "\(count.english) noted on this machine; please tell your technician.",
            "本机记录了 \(count.chinese)，请告知技术人员。")
    }
}
