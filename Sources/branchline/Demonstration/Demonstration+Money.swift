import Administration
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Goods that come back elsewhere, and money that is loaded.
extension Demonstration {
    func goodsComeBackElsewhere(_ sale: Sale, _ member: RecordID) async throws {
        story.chapter(Phrase("Goods come back at another shop, in two pieces", "在另一个门店分两次退货"))
        let before = try await worth(of: member)
        let reason = Phrase("not needed", "不需要了").text(in: story.language)
        let piece = RefundRequest.Line(line: 1, piece: .quantity(milli: 1_000))
        var pieces: [Refund] = []
        for lines in [[piece], []] {
            guard
                case .refunded(let refund) = try await counter.takeBack(sale.id, lines, because: reason, at: market)
            else { return story.check(Phrase("the goods are taken back", "退货成功"), false) }
            pieces.append(refund)
            let (money, points) = (refund.netMinor - refund.paid(with: .points), refund.pointsGivenBack)
            story.check(
                Phrase(
                    "\(market.name), through headquarters: \(yuan(money)) and \(points) points come back",
                    "\(market.name)经由总部：退回 \(yuan(money)) 和 \(points) 积分"),
                refund.tenders.reduce(0) { $0 + $1.amountMinor } == refund.netMinor
                    && refund.restored.reduce(0) { $0 + $1.amount } == points)
        }
        let cash = pieces.reduce(0) { $0 + $1.paid(with: .cash) }
        story.check(
            Phrase(
                "together exactly what was paid: \(yuan(cash)) and \(sale.settlement?.pointsSpent ?? 0) points",
                "合计与当初支付的分毫不差：\(yuan(cash)) 和 \(sale.settlement?.pointsSpent ?? 0) 积分"),
            pieces.reduce(0) { $0 + $1.netMinor } == sale.netMinor && cash == sale.settlement?.paid(with: .cash)
                && pieces.reduce(0) { $0 + $1.pointsGivenBack } == sale.settlement?.pointsSpent)
        let after = try await worth(of: member)
        story.check(
            Phrase(
                "the \(sale.points) points that it had earned are taken back, to the point",
                "这笔消费所得的 \(sale.points) 积分也如数收回"),
            after == before + (sale.settlement?.pointsSpent ?? 0) - sale.points)
        let again = try await counter.takeBack(sale.id, because: reason, at: market)
        story.check(
            Phrase("nothing comes back a third time", "第三次退货被拒绝"),
            again == .deniedByHub(code: "refund_exceeds_sale"))
    }

    /// Points less what is owed.
    private func worth(of member: RecordID) async throws -> Int64 {
        let wallets = try await counter.wallets(of: member, at: market)
        let points = wallets.summaries?.first { $0.wallet == Programme.pointsCode }
        return (points?.balance ?? 0) - (points?.owed ?? 0)
    }

    func moneyIsLoaded(_ member: RecordID) async throws {
        story.chapter(Phrase("Load ¥100, get ¥20, spend it at once, offline", "充 100 送 20，断线也能马上用"))
        try await cut(market)
        let topUp = try await counter.load(Self.planCode, for: member, at: market)
        let wallet = Programme.storedValueCode
        let loaded = try await spendable(member, at: market, wallet)
        story.check(
            Phrase("¥100.00 loaded, \(yuan(loaded)) to spend", "充入 100.00 元，可用 \(yuan(loaded))"),
            loaded == 12_000 && topUp.bonusMinor == 2_000)
        let lines = [CartLine(product: "oil-5l", quantityMilli: 1_000, grossMinor: 10_800)]
        let checkout = try counter.checkout(lines, by: member, reference: "M-1", storedValue: .exactly(10_800))
        let sale = try sold(try await counter.complete(checkout, at: market).outcome)
        let line = sale.settlement?.lines.first
        story.check(
            Phrase(
                "¥108.00 are paid with it: \(yuan(line?.principalMinor ?? 0)) of the money, "
                    + "\(yuan(line?.bonusMinor ?? 0)) of the gift",
                "用它付了 108.00 元：本金 \(yuan(line?.principalMinor ?? 0))，赠金 \(yuan(line?.bonusMinor ?? 0))"),
            sale.settlement?.paid(with: .storedValue) == 10_800
                && (line?.principalMinor ?? 0) + (line?.bonusMinor ?? 0) == 10_800)
        try await mend(market)
        story.check(
            Phrase("headquarters agrees: \(yuan(1_200)) are left", "总部一致：还剩 \(yuan(1_200))"),
            try await balance(of: member, wallet) == 1_200)
    }

    /// With two decimals.
    func yuan(_ minor: Int64) -> String {
        let cents = String(minor % 100)
        return "¥\(minor / 100).\(cents.count < 2 ? "0" : "")\(cents)"
    }
}

extension Refund {
    func paid(with kind: Tender.Kind) -> Int64 {
        tenders.reduce(0) { $0 + ($1.kind == kind ? $1.amountMinor : 0) }
    }

    var pointsGivenBack: Int64 { lines.reduce(0) { $0 + $1.pointsSpent } }
}
