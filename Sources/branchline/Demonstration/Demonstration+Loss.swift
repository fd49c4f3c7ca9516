import Administration
import Foundation
import HubService
import Localization
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// A shop is lost with everything that was on its disk.
extension Demonstration {
    func aShopIsLost(_ member: RecordID) async throws {
        story.chapter(Phrase("A shop is lost", "一个门店丢失了"))
        let stall = try await openStall()
        let name = stall.name
        let lines = [CartLine(product: "lantern", quantityMilli: 1_000, grossMinor: 25_000)]
        let first = try counter.checkout(lines, by: member, reference: "F-1")
        _ = try sold(try await counter.complete(first, at: stall).outcome)
        let exposed = try await settled(member, at: stall)
        let before = try await balance(of: member)
        let rights = try await rights(of: member)
        show(rights)
        story.check(
            Phrase(
                "headquarters knows what lies at \(name), and would be lost with it at most: \(exposed) points",
                "总部清楚\(name)手里有什么、最多会丢什么：\(exposed) 积分"),
            exposed > 0 && rights.first { $0.place == name }?.amount == exposed)
        try await cut(stall)
        let second = try counter.checkout(
            [CartLine(product: "candle", quantityMilli: 1_000, grossMinor: 5_000)], by: member, reference: "F-2",
            points: .exactly(200))
        _ = try sold(try await counter.complete(second, at: stall).outcome)
        story.say(
            Phrase(
                "There she spends 200 points, offline; then the laptop is stolen, and that sale with it.",
                "会员在那里断线用了 200 积分；随后电脑被盗，这笔销售也没了。"))
        close(stall)
        try await writeOff(stall, exposed)
        story.check(
            Phrase(
                "the member keeps all \(before) points that headquarters knew of; the loss is the chain's",
                "总部已知的 \(before) 积分会员一分不少；损失由连锁承担"), try await balance(of: member) == before)
        try await spendAgain(member, exposed)
    }

    private func openStall() async throws -> LocalBranch {
        let name = Phrase("Fair Stall", "展销摊位").text(in: story.language)
        let invitation = try await chain.invite("004", named: name)
        let stall = try await LocalBranch.open(invitation, in: chain.settings, hubPort: chain.hub.port)
        self.stall = stall
        let joined = try await waited { try await self.isCaughtUp(stall) }
        story.check(Phrase("\(name) has opened", "\(name)开张"), after: joined)
        return stall
    }

    private func close(_ shop: LocalBranch) {
        stall = nil
        shop.stop()
        try? FileManager.default.removeItem(atPath: shop.directory.path)
    }

    private func writeOff(_ shop: LocalBranch, _ exposed: Int64) async throws {
        let author = Phrase("head office", "总部").text(in: story.language)
        let reason = Phrase("stolen", "被盗").text(in: story.language)
        for row in try await chain.ask("nodes.declare-lost", "do", author, reason, shop.code)
        where row["rights"] != nil {
            story.show("\(row["branch"] ?? "") \(row["state"] ?? ""): \(row["rights"] ?? "")")
        }
        let state = try await chain.ask("nodes.list").first { $0["branch"] == shop.code }?["state"]
        story.check(
            Phrase(
                "a person writes it off, with a reason: \(exposed) points are headquarters' again to hand out",
                "由人注销该门店，并写明原因：\(exposed) 积分重新由总部调配"), state == "lost")
    }

    /// What lay at the lost shop is spent at another.
    private func spendAgain(_ member: RecordID, _ exposed: Int64) async throws {
        let wanted = try await balance(of: member) / 100 * 100
        let lines = [CartLine(product: "gift-box", quantityMilli: 1_000, grossMinor: wanted * 2)]
        let checkout = try counter.checkout(lines, by: member, reference: "S-4", points: .exactly(wanted))
        let (outcome, waited) = try await counter.complete(checkout, at: station)
        _ = try checkSold(
            Phrase(
                "at \(station.name) all of them can be spent, with those that lay at the stall: \(wanted) points",
                "在\(station.name)可以全部使用，包括原先在摊位的：\(wanted) 积分"), outcome, waited, points: wanted)
    }
}
