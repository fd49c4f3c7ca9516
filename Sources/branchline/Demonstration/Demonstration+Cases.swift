import Administration
import Foundation
import HubService
import LineCodec
import Localization
import Loyalty
import NodeService
import ReplicaStore
import Replication

/// What headquarters sees and decides after the line is back.
extension Demonstration {
    struct OpenCases {
        let name: String
        let birthday: String
        let phone: String
    }

    func mergedView() async throws {
        story.chapter(Phrase("The merged view at headquarters", "总部的汇总视图"))
        let rows = try await chain.ask(
            "query",
            "select branch, count(*) as sales, sum(net_minor) as net_minor, sum(points) as points "
                + "from sales group by branch order by branch")
        story.show(Presentation(currency: Self.currency).tables(rows))
        let expected = sold.sorted { $0.key < $1.key }.map { code, sales in
            [
                code, String(sales.count), String(sales.reduce(0) { $0 + $1.netMinor }),
                String(sales.reduce(0) { $0 + $1.points }),
            ]
        }
        story.check(
            Phrase("it says what the shops have sold", "与各门店的销售一致"),
            rows.map { $0.values.compactMap(\.value) } == expected)
        let count = try await chain.ask("query", "select count(*) as members from members").first?["members"]
        story.check(
            Phrase("it has all \(members) members, none lost", "\(members) 位会员都在，一位不少"), count == String(members))
    }

    func casesOpen() async throws -> OpenCases {
        story.chapter(Phrase("What no rule can settle is asked of a person", "规则定不了的，请人来定"))
        let rows = try await chain.ask("cases.list")
        for row in rows { story.show("\(row["kind"] ?? ""): \(row["sides"] ?? "")") }
        story.check(Phrase("three cases are open", "有三个待处理的事项"), rows.count == 3)
        guard let name = rows.first(where: { $0["field"] == MemberField.name.name })?["case"],
            let birthday = rows.first(where: { $0["field"] == MemberField.birthday.name })?["case"],
            let phone = rows.first(where: { $0["kind"] == "member.duplicate_phone" })?["case"]
        else { throw Complaint(code: Failure.falseCode, words: "the cases are not those that arose") }
        let cases = OpenCases(name: name, birthday: birthday, phone: phone)
        story.say(Phrase("How the two names arose, by vector clocks:", "两个姓名是怎么来的（向量时钟）："))
        try await explain(cases.name)
        for id in [name, birthday, phone] {
            let orders = try await chain.ask("cases.explain", id).compactMap { $0["is"] }
            story.check(
                Phrase("case \(id.prefix(8)): neither side had seen the other", "事项 \(id.prefix(8))：双方当时互不知情"),
                orders == ["concurrent"], measured: Phrase(orders.joined(separator: ","), orders.joined(separator: ","))
            )
        }
        return cases
    }

    func administratorSettles(_ cases: OpenCases, _ customer: RecordID, _ twins: [RecordID]) async throws {
        story.chapter(Phrase("The administrator settles them", "管理员处理"))
        let name = Self.harbourName.text(in: story.language)
        let verbs = [
            (cases.name, "keep=\(name)"), (cases.birthday, "keep=\(Self.stationBirthday)"),
            (cases.phone, "same-person"),
        ]
        for (id, verb) in verbs { try await resolve(id, verb, "dry") }
        story.check(
            Phrase("the dry run says what would be written, and writes nothing", "试运行只说明会写什么，什么也没写"),
            try await chain.ask("cases.list").count == 3)
        for (id, verb) in verbs { try await resolve(id, verb, "do") }
        story.check(Phrase("no case is open any more", "待处理的事项已清空"), try await chain.ask("cases.list").isEmpty)
        let seen = try await waited {
            try self.shops.allSatisfy { shop in
                let member = try shop.node.reader.member(customer)
                return member?.value(.name) == name && member?.value(.birthday) == Self.stationBirthday
                    && member?.contestedFields.isEmpty ?? false
            }
        }
        story.check(
            Phrase(
                "every shop shows “\(name)”, born \(Self.stationBirthday)",
                "每个门店都显示“\(name)”，生日 \(Self.stationBirthday)"),
            after: seen)
        let linked = try await waited {
            try self.shops.allSatisfy { try $0.node.reader.person(of: twins[0]).sorted() == twins.sorted() }
        }
        story.check(
            Phrase(
                "every shop knows that both Chen Jings are one person; nothing was rewritten",
                "每个门店都知道两个陈静是同一个人，没有改写任何内容"),
            after: linked)
    }

    /// Each replica is asked to fold its own log again; then all are compared.
    func proof() async throws {
        story.chapter(Phrase("Proof: four replicas, one content", "验证：四份副本，内容相同"))
        let equal = try await waited { try await self.isConverged() }
        story.check(Phrase("all four digests are equal, nothing waits", "四个摘要相同，没有待传内容"), after: equal)
        var digests: Set<String?> = []
        for directory in [chain.hubDirectory.path] + shops.map(\.directory.path) {
            let row = try await verify(directory)
            digests.insert(row?["digest"])
            let place = directory == chain.hubDirectory.path ? Phrase("headquarters", "总部") : nil
            let name = place?.text(in: story.language) ?? shops.first { $0.directory.path == directory }?.name ?? ""
            let operations = row?["operations"] ?? "?"
            story.check(
                Phrase(
                    "\(name): the file, its log folded again, its hash chains and its books are sound",
                    "\(name)：文件、重新计算的日志、哈希链和账目都完好"),
                row?["sound"] == "yes" && row?["chains"] == "yes" && row?["books"] == "yes",
                measured: Phrase(
                    "\(operations) operations, digest \(row?["digest"]?.prefix(12) ?? "?")…",
                    "\(operations) 条操作，摘要 \(row?["digest"]?.prefix(12) ?? "?")…"))
        }
        story.check(Phrase("all four are the same", "四份完全相同"), digests.count == 1 && !digests.contains(nil))
    }

    // MARK: Steps

    private func resolve(_ id: String, _ verb: String, _ mode: String) async throws {
        let reason = Phrase("asked the customer", "已向顾客核实").text(in: story.language)
        let rows = try await chain.ask(
            "cases.resolve", mode, Phrase("head office", "总部").text(in: story.language), reason, id, verb)
        guard mode == "dry" else { return }
        for row in rows {
            let value = row["value"].map { " = \($0)" } ?? ""
            story.show("\(id.prefix(8)) \(verb): \(row["written"] ?? "")\(value)")
        }
    }

    private func explain(_ id: String) async throws {
        let branches = try await branchesByActor()
        for row in try await chain.ask("cases.explain", id) where row["vector"] != nil {
            let vector = (row["vector"] ?? "").split(separator: " ").map { entry in
                let halves = entry.split(separator: ":")
                return "\(branches[String(halves[0])] ?? String(halves[0].prefix(8))):\(halves.last ?? "")"
            }
            story.show("“\(row["value"] ?? "")”  \(row["written_by"] ?? "")  [\(vector.joined(separator: " "))]")
        }
    }

    private func branchesByActor() async throws -> [String: String] {
        let rows = try await chain.ask(
            "query",
            "select distinct actor, coalesce(branch, 'hub') as branch from operations left join branches using (node)")
        return Dictionary(rows.compactMap { row in row["actor"].map { ($0, row["branch"] ?? "") } }) { first, _ in
            first
        }
    }

    private func verify(_ directory: String) async throws -> CommandRow? {
        let desk = try await Desk.open(directory)
        let rows = try await desk.ask(["verify"])
        await desk.close()
        return rows.first
    }
}
