/// What `status` says of the machine that it is asked on, beside the line to headquarters.
extension StatusSentence {
    /// - Parameter command: what starts it, as it is typed.
    package static func notRunning(start command: String) -> Phrase {
        Phrase("The service is not running here. Start it: \(command)", "本机的服务没有运行，请启动：\(command)")
    }

    /// After a restart nobody remembers since when.
    package static var notConnectedSinceStart: Phrase {
        Phrase("Not connected to headquarters since the program was started.", "程序启动后尚未连接总部。")
            + Phrase("Selling goes on.", "可以继续销售。")
    }

    package static func lastFailure(_ reason: String) -> Phrase {
        Phrase("The last attempt failed: \(reason).", "最近一次连接失败：\(reason)。")
    }

    package static func headquartersSaid(_ words: String) -> Phrase {
        Phrase("Headquarters said: \(words).", "总部的说明：\(words)。")
    }

    package static func waitingSince(_ time: String) -> Phrase {
        Phrase("The oldest has waited since \(time).", "最早的一条自 \(time) 起等待。")
    }

    package static func compared(at time: String) -> Phrase {
        Phrase("Compared with headquarters at \(time): equal.", "\(time) 与总部核对过，一致。")
    }

    /// - Parameter seconds: positive where this machine's clock is ahead.
    package static func clock(aheadSeconds seconds: Int64) -> Phrase {
        let count = Phrase.count(seconds.magnitude, "second", "seconds", "秒")
        let (english, chinese) = seconds > 0 ? ("ahead of", "快") : ("behind", "慢")
        return Phrase(
            "This machine's clock is \(count.english) \(english) headquarters'. Please set it.",
            "本机时钟比总部\(chinese) \(count.chinese)，请调准。")
    }

    package static func incidents(_ incidents: Int) -> Phrase {
        let count = Phrase.count(
            incidents, "thing has happened that should not", "things have happened that should not", "件不该发生的事")
        return Phrase(
            "\(count.english); please tell your technician: branchline incidents",
            "发生过 \(count.chinese)，请告知技术人员：branchline incidents")
    }

    package static func certificate(untilTime time: String) -> Phrase {
        Phrase(
            "The certificate ends at \(time) and could not be renewed yet. Please see to the line to headquarters.",
            "证书将于 \(time) 到期，尚未能续期，请检查与总部的连接。")
    }

    package static func holding(members: Int64, sales: Int64) -> Phrase {
        let people = Phrase.count(members, "member", "members", "位会员")
        let baskets = Phrase.count(sales, "sale", "sales", "笔销售")
        return Phrase("\(people.english) and \(baskets.english).", "\(people.chinese)，\(baskets.chinese)。")
    }

    package static var noBranch: Phrase {
        Phrase("No branch has joined yet: branchline hub invite", "还没有门店加入：branchline hub invite")
    }
}
