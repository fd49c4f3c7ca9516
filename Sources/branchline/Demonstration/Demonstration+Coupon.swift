import Administration
import Localization
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication
import SyncProtocol

/// Headquarters' offers, and one coupon that is shown in two shops.
extension Demonstration {
    private static let couponCode = "tea-5"
    static let planCode = "charge-100"

    func offersAreDeclared() async throws {
        let today = try counter.today()
        try await order(
            ["programme.set"],
            [
                "coupon", Self.couponCode, today.text,
                "name=" + Phrase("¥5 off from ¥20", "满20减5").text(in: story.language),
                "campaign=spring", "off_minor=500", "threshold_minor=2000", "days=31",
            ])
        try await order(
            ["programme.set"], ["plan", Self.planCode, today.text, "pay_minor=10000", "bonus_minor=2000"])
        let known = try await waited {
            try self.shops.allSatisfy { try $0.node.reader.programme().plan(Self.planCode, on: today) != nil }
        }
        story.check(
            Phrase(
                "headquarters declares a coupon, ¥5 off from ¥20, and top-ups, load ¥100 get ¥20: every shop knows",
                "总部发布“满20减5”券和“充100送20”：各门店都已知道"),
            after: known)
    }

    @discardableResult
    private func order(_ command: [String], _ words: [String]) async throws -> [CommandRow] {
        let author = Phrase("head office", "总部").text(in: story.language)
        let reason = Phrase("spring", "春季活动").text(in: story.language)
        return try await chain.ask(command + ["do", author, reason] + words)
    }

    /// One coupon, whose right lies at the first shop.
    func couponIsTriedTwice(_ member: RecordID) async throws {
        story.chapter(Phrase("One coupon is tried at two shops that are both offline", "同一张券在两个断线的门店使用"))
        try await offersAreDeclared()
        let token = try await issue(to: member)
        let coupon = token.coupon.id
        try await cut(harbour)
        try await cut(station)
        let lines = [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 2_500)]
        let second = try counter.checkout(lines, by: member, reference: "S-3", tokens: [token])
        story.check(
            Phrase(
                "offline, \(station.name) may not redeem it: the right lies elsewhere",
                "断线时\(station.name)不能核销：核销权在别处"),
            try await counter.complete(second, at: station).outcome == .refused(.couponElsewhere(coupon), .offline))
        let first = try counter.checkout(lines, by: member, reference: "H-3", tokens: [token])
        let sale = try sold(try await counter.complete(first, at: harbour).outcome)
        story.check(
            Phrase(
                "\(harbour.name), the member's own shop, redeems it: ¥25.00 become ¥20.00",
                "会员的归属门店\(harbour.name)核销成功：25.00 元变为 20.00 元"),
            sale.netMinor == 2_000 && sale.settlement?.coupons.map(\.mode) == [.right])
        try await mend(harbour)
        try await mend(station)
        guard
            case .refused(.couponElsewhere(coupon), .denied(let denial)?) =
                try await counter.complete(second, at: station).outcome
        else { return story.check(Phrase("headquarters denies it", "总部拒绝"), false) }
        story.check(
            Phrase(
                "\(station.name) tries again with the line up: headquarters says it is spent",
                "线路恢复后\(station.name)再试：总部答复已用完"), denial.code == .spent)
        let uses = try await chain.ask(
            "query",
            "select count(*) as n from ledger_entries where kind = 'spend' and lot = '\(coupon.hexadecimal)'")
        story.check(Phrase("it was used exactly once", "这张券恰好用了一次"), uses.first?["n"] == "1")
    }

    /// As its QR code says it.
    private func issue(to member: RecordID) async throws -> CouponToken {
        let today = try counter.today()
        let rows = try await order(
            ["coupons.issue"], [today.text, Self.couponCode, "1", "member=\(member.hexadecimal)"])
        guard let text = rows.first?["coupon"], let id = RecordID(hexadecimal: text),
            let code = try await chain.ask("coupons.show", text, today.text).first?["token"],
            let key = try station.node.reader.sealKey()
        else { throw Complaint(code: Failure.falseCode, words: "the coupon was not issued") }
        let holder = try await counter.wallets(of: member, at: harbour).holder
        let arrived = try await waited { try self.harbour.node.reader.lot(id)?.right(of: holder) == 1 }
        story.check(
            Phrase(
                "coupon \(rows.first?["code"] ?? "") is issued: the right to it lies at \(harbour.name)",
                "发出券 \(rows.first?["code"] ?? "")：核销权在\(harbour.name)"), after: arrived)
        let token = try CouponToken.open(code, under: key)
        story.check(
            Phrase(
                "\(station.name) has never heard of it, and sees by its QR code that it is genuine",
                "\(station.name)没有收到过这张券，但凭二维码就能验明真伪"),
            try token.coupon.id == id && station.node.reader.lot(id) == nil)
        return token
    }
}
