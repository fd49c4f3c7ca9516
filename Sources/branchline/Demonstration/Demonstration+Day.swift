import Administration
import Localization
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// The day's business, up to the line's return.
extension Demonstration {
    /// Three people join, each at another shop; the one who will be in the story.
    func membersJoin() async throws -> RecordID {
        story.chapter(Phrase("Members join at different shops", "会员在不同的门店入会"))
        let people = [
            (Phrase("Li Wei", "李伟"), "+8613912345678", "1988-05-12", harbour),
            (Phrase("Zhang Min", "张敏"), "+8613700001111", "1995-10-03", station),
            (Phrase("Wang Fang", "王芳"), "+8613600002222", "1979-02-28", market),
        ]
        var customer: RecordID?
        for (name, phone, birthday, shop) in people {
            let member = try await counter.join(
                name.text(in: story.language), phone: phone, birthday: birthday, at: shop)
            members += 1
            let others = shops.filter { $0.code != shop.code }
            let seen = try await waited { try others.allSatisfy { try $0.node.reader.member(member) != nil } }
            story.check(
                Phrase(
                    "\(name.english) joins at \(shop.name) and is known at the two other shops",
                    "\(name.chinese)在\(shop.name)入会，另外两个门店都已知道"),
                after: seen)
            customer = customer ?? member
        }
        guard let customer else { throw Complaint(code: Failure.falseCode, words: "nobody has joined") }
        return customer
    }

    func salesEarn(_ customer: RecordID) async throws {
        story.chapter(Phrase("Sales earn points", "消费积分"))
        let basket = [
            SaleLine(product: "tea", quantityMilli: 2_000, netMinor: 9_600, discountMinor: 400),
            SaleLine(product: "rice-5kg", quantityMilli: 1_000, netMinor: 3_250, discountMinor: 0),
        ]
        let waited = try await sell(basket, to: customer, at: harbour)
        let points = try harbour.node.reader.earned(by: customer).points
        story.check(
            Phrase(
                "¥128.50 at \(harbour.name): on that shop's own disk, 128 points shown",
                "\(harbour.name)消费 128.50 元：已写入本店磁盘，显示 128 积分"),
            points == 128, measured: Story.after(waited))
        try await checkHeadquartersPoints(of: customer, 128)
    }

    func lineGoesDown(_ customer: RecordID) async throws {
        story.chapter(Phrase("The line to \(station.name) goes down", "\(station.name)的线路断了"))
        station.relay.cut()
        let noticed = try await waited { try await !self.status(of: self.station).isConnected }
        story.check(
            Phrase("\(station.name) knows that it is offline", "\(station.name)知道自己已离线"), after: noticed)
        let missed = try await waited { try await self.connectedBranches() == 2 }
        story.check(Phrase("headquarters sees it missing", "总部也看到它不在线"), after: missed)

        let basket = [SaleLine(product: "dumplings", quantityMilli: 1_000, netMinor: 2_680, discountMinor: 0)]
        var slowest = Duration.zero
        for _ in 1...3 { slowest = max(slowest, try await sell(basket, to: customer, at: station)) }
        let waiting = try await status(of: station).waitingOperations
        let milliseconds = Story.milliseconds(slowest)
        story.check(
            Phrase(
                "it goes on selling: three sales, 78 points, nobody had to wait",
                "照常营业：三笔销售、78 积分，没有人需要等待"),
            try station.node.reader.earned(by: customer).points == 78,
            measured: Phrase("slowest receipt \(milliseconds) ms", "最慢的小票 \(milliseconds) 毫秒"))
        story.check(Phrase("the three sales wait to be sent", "三笔销售等待上传"), waiting == 3)
        let points = try await headquartersPoints(of: customer)
        story.check(
            Phrase("headquarters does not have them yet: still 128 points", "总部还没有收到：仍是 128 积分"), points == "128")
    }

    /// The two members who got the same phone.
    func twoPeopleType(_ customer: RecordID) async throws -> [RecordID] {
        story.chapter(Phrase("Meanwhile, two cashiers type different things", "与此同时，两位收银员填了不同的内容"))
        try await change(customer, name: Self.harbourName, birthday: Self.harbourBirthday, at: harbour)
        try await change(customer, name: Self.stationName, birthday: Self.stationBirthday, at: station)
        story.say(
            Phrase(
                "And Chen Jing gives the same phone, 138 0013 8000, to both shops.",
                "陈静在两个门店都登记了同一个手机 138 0013 8000。"))
        let name = Phrase("Chen Jing", "陈静").text(in: story.language)
        let twins = [
            try await counter.join(name, phone: Self.sharedPhone, at: harbour),
            try await counter.join(name, phone: Self.sharedPhone, at: station),
        ]
        members += 2
        story.check(
            Phrase("each shop finds exactly one member with that phone", "每个门店都只查到一位用这个手机的会员"),
            try [harbour, station].allSatisfy {
                try $0.node.reader.members(kind: "phone", value: Self.sharedPhone).count == 1
            })
        story.check(
            Phrase("nobody can know of the other side yet: no case is open", "双方还互不知情：没有待处理的事项"),
            try await chain.ask("cases.list").isEmpty)
        return twins
    }

    func lineComesBack() async throws {
        story.chapter(Phrase("The line comes back", "线路恢复"))
        let start = ContinuousClock.now
        station.relay.mend()
        let isBack = try await waited { try await self.status(of: self.station).isConnected }
        story.check(Phrase("\(station.name) is connected again", "\(station.name)重新连上"), after: isBack)
        let sent = try await waited { try await self.status(of: self.station).waitingOperations == 0 }
        story.check(
            Phrase("everything it had kept is at headquarters", "它保存的内容都已到达总部"),
            after: sent.map { _ in ContinuousClock.now - start })
        let equal = try await waited { try await self.isConverged() }
        story.check(
            Phrase("headquarters and all three shops hold the same", "总部和三个门店的内容完全一致"),
            after: equal.map { _ in ContinuousClock.now - start })
    }

    static let harbourName = Phrase("Li Weiming", "李伟明")
    static let stationName = Phrase("Li Weimin", "李卫民")
    static let harbourBirthday = "1988-05-21"
    static let stationBirthday = "1988-12-05"
    static let sharedPhone = "+8613800138000"

    // MARK: Steps

    private func sell(_ lines: [SaleLine], to member: RecordID, at shop: LocalBranch) async throws -> Duration {
        let reference = "R\((sold[shop.code]?.count ?? 0) + 1)"
        let (sale, waited) = try await counter.sell(lines, to: member, reference: reference, at: shop)
        sold[shop.code, default: []].append(sale)
        return waited
    }

    private func change(_ member: RecordID, name: Phrase, birthday: String, at shop: LocalBranch) async throws {
        let typed = name.text(in: story.language)
        try await counter.change(member, to: [(.name, typed), (.birthday, birthday)], at: shop)
        let shown = try shop.node.reader.member(member)
        story.check(
            Phrase(
                "\(shop.name) now has “\(typed)”, born \(birthday)", "\(shop.name)现在写的是“\(typed)”，生日 \(birthday)"),
            shown?.value(.name) == typed && shown?.value(.birthday) == birthday)
    }

    private func checkHeadquartersPoints(of member: RecordID, _ points: Int64) async throws {
        let seen = try await waited { try await self.headquartersPoints(of: member) == String(points) }
        story.check(Phrase("headquarters sees \(points) points", "总部看到 \(points) 积分"), after: seen)
    }

    private func headquartersPoints(of member: RecordID) async throws -> String? {
        try await chain.ask("members.show", member.hexadecimal).first?["points_earned"]
    }
}
