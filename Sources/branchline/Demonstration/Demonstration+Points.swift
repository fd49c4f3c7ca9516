import Administration
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// Points are spent where the right to spend them lies.
extension Demonstration {
    /// Whoever comes to all shops from now on.
    func regularJoins() async throws -> RecordID {
        story.chapter(Phrase("Points can be spent where they were earned, line or no line", "在哪里得的积分，断线也能在哪里用"))
        let name = Phrase("Zhao Lei", "赵磊")
        let member = try await counter.join(name.text(in: story.language), phone: "+8613500003333", at: harbour)
        members += 1
        let lines = [CartLine(product: "rice-cooker", quantityMilli: 1_000, grossMinor: 80_000)]
        let checkout = try counter.checkout(lines, by: member, reference: "H-1")
        let (outcome, waited) = try await counter.complete(checkout, at: harbour)
        _ = try checkSold(
            Phrase(
                "\(name.english) joins and buys for ¥800.00 at \(harbour.name)",
                "\(name.chinese)入会，在\(harbour.name)消费 800.00 元"), outcome, waited, points: 0)
        let here = try await settled(member, at: harbour)
        let rights = try await rights(of: member)
        show(rights)
        story.check(
            Phrase(
                "800 points: 500 stay at \(harbour.name), headquarters keeps the rest to hand out",
                "800 积分：500 留在\(harbour.name)，其余由总部调配"),
            here == 500 && rights.map(\.amount) == [300, 500])
        return member
    }

    func pointsAreSpentOffline(_ member: RecordID) async throws {
        try await cut(harbour)
        let lines = [CartLine(product: "dumplings", quantityMilli: 1_000, grossMinor: 2_000)]
        let checkout = try counter.checkout(lines, by: member, reference: "H-2", points: .exactly(300))
        let (outcome, waited) = try await counter.complete(checkout, at: harbour)
        let sale = try checkSold(
            Phrase(
                "300 points pay ¥3.00 of ¥20.00 there, offline: the rights are in the shop",
                "断线时用 300 积分抵 20.00 元中的 3.00 元：权利就在本店"), outcome, waited, points: 300)
        let left = try await spendable(member, at: harbour)
        story.check(
            Phrase(
                "\(left) are left there: what was not spent, and \(sale.points) earned just now",
                "本店还可用 \(left)：没用掉的，加上刚得的 \(sale.points)"), left == 200 + sale.points)
        try await mend(harbour)
        let balance = try await balance(of: member)
        story.check(
            Phrase("headquarters agrees: \(balance) points in all", "总部一致：共 \(balance) 积分"),
            balance == 500 + sale.points)
    }

    /// The sale that headquarters helped with, and the one for which another shop did.
    func pointsLieElsewhere(_ member: RecordID) async throws -> Sale {
        story.chapter(Phrase("The same member at another shop", "同一位会员到了另一个门店"))
        let known = try await counter.wallets(of: member, at: station)
        let balance = try await balance(of: member)
        story.check(
            Phrase("\(station.name) is told: \(balance) points in all", "\(station.name)得知：共 \(balance) 积分"),
            known.summaries?.first { $0.wallet == Programme.pointsCode }?.balance == balance)
        try await cut(station)
        let lines = [CartLine(product: "noodles", quantityMilli: 1_000, grossMinor: 2_000)]
        let checkout = try counter.checkout(lines, by: member, reference: "S-1", points: .exactly(200))
        try await refusedOffline(checkout, knowing: balance)
        try await mend(station)
        let (outcome, waited) = try await counter.complete(checkout, at: station)
        _ = try checkSold(
            Phrase(
                "the same sale goes through: headquarters hands the rights over", "同一笔销售现在成交：总部把权利交了过来"),
            outcome, waited, points: 200)
        try await checkMovement(
            Phrase("200 points' rights went from headquarters to \(station.name)", "200 积分的权利由总部转到\(station.name)"),
            """
            select coalesce(sum(amount), 0) >= 200 as found from ledger_entries join branches on node = to_node
            where kind = 'xfer' and from_node = 0 and branch = '\(station.code)'
            """)
        return try await rightsAreCalledBack(member)
    }

    private func refusedOffline(_ checkout: Checkout, knowing balance: Int64) async throws {
        let (outcome, waited) = try await counter.complete(checkout, at: station)
        story.check(
            Phrase(
                "offline, 200 points are refused at once: 0 usable here, the rest lies elsewhere",
                "断线时用 200 积分被当场拒绝：本店可用 0，其余在别处"),
            outcome
                == .refused(.shortage(wallet: Programme.pointsCode, wanted: 200, usableHere: 0), .offline),
            measured: Story.after(waited))
        guard let member = checkout.member else { return }
        let remembered = try await counter.wallets(of: member, at: station)
        story.check(
            Phrase(
                "and the till can say: \(balance) in all, as headquarters said when it was last asked",
                "收银机还能说：总部上次答复时共 \(balance)"),
            remembered.summaryAtMilliseconds != nil
                && remembered.summaries?.first { $0.wallet == Programme.pointsCode }?.balance == balance)
    }

    private func rightsAreCalledBack(_ member: RecordID) async throws -> Sale {
        let here = try await settled(member, at: station)
        show(try await rights(of: member))
        let lines = [
            CartLine(product: "tea", quantityMilli: 2_000, grossMinor: 3_600),
            CartLine(product: "soy-sauce", quantityMilli: 1_000, grossMinor: 2_400),
        ]
        let checkout = try counter.checkout(lines, by: member, reference: "S-2", points: .exactly(300))
        let (outcome, waited) = try await counter.complete(checkout, at: station)
        let sale = try checkSold(
            Phrase(
                "300 points, only \(here) of them here: headquarters calls the rest back from \(harbour.name)",
                "用 300 积分，本店只有 \(here)：其余由总部从\(harbour.name)收回"), outcome, waited, points: 300)
        story.check(
            Phrase("they were not here before", "原先确实不在本店"), here < 300)
        try await checkMovement(
            Phrase("\(harbour.name) handed them over itself", "是\(harbour.name)自己交出来的"),
            """
            select coalesce(sum(amount), 0) >= \(300 - here) as found
            from ledger_entries join branches on node = from_node
            where kind = 'xfer' and to_node = 0 and branch = '\(harbour.code)'
              and number < 1000 and member = '\(member.hexadecimal)'
            """)
        return sale
    }

    private func checkMovement(_ phrase: Phrase, _ sql: String) async throws {
        story.check(phrase, try await chain.ask("query", sql).first?["found"] == "1")
    }
}
