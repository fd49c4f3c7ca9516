import Administration
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// Steps that the scenes with wallets and coupons share.
extension Demonstration {
    func cut(_ shop: LocalBranch) async throws {
        shop.relay.cut()
        let noticed = try await waited { try await !self.status(of: shop).isConnected }
        story.check(Phrase("\(shop.name) is offline", "\(shop.name)已离线"), after: noticed)
    }

    /// Until everything that the shop kept is at headquarters, and everything for it is there.
    func mend(_ shop: LocalBranch) async throws {
        shop.relay.mend()
        let isBack = try await waited { try await self.isCaughtUp(shop) }
        story.check(Phrase("\(shop.name) is back, nothing waits", "\(shop.name)恢复连接，没有待传内容"), after: isBack)
    }

    func isCaughtUp(_ shop: LocalBranch) async throws -> Bool {
        let status = try await status(of: shop)
        guard status.isConnected, status.waitingOperations == 0 else { return false }
        return try await chain.ask("nodes.list").first { $0["branch"] == shop.code }?["behind"] == "0"
    }

    /// What may be spent where, as headquarters knows it.
    func rights(
        of member: RecordID, _ wallet: String = Programme.pointsCode
    ) async throws -> [(place: String, amount: Int64)] {
        let rows = try await chain.ask(
            "query",
            """
            select coalesce(branches.name, '') as place, sum(rights.amount) as amount
            from rights join lots using (lot) left join branches using (node)
            where lots.member = '\(member.hexadecimal)' and lots.wallet = '\(wallet)' group by rights.node
            order by rights.node
            """)
        let headquarters = Phrase("headquarters", "总部").text(in: story.language)
        return rows.map { row in
            let place = row["place"] ?? ""
            return (place.isEmpty ? headquarters : place, Int64(row["amount"] ?? "") ?? -1)
        }
    }

    func balance(of member: RecordID, _ wallet: String = Programme.pointsCode) async throws -> Int64 {
        try await rights(of: member, wallet).reduce(0) { $0 + $1.amount }
    }

    func show(_ rights: [(place: String, amount: Int64)]) {
        story.show(rights.map { "\($0.place): \($0.amount)" }.joined(separator: "   "))
    }

    /// What a shop may spend by itself, as it knows it.
    func spendable(
        _ member: RecordID, at shop: LocalBranch, _ wallet: String = Programme.pointsCode
    ) async throws -> Int64 {
        let wallets = try await counter.wallets(of: member, at: shop)
        return wallets.account.spendable(wallet, by: wallets.holder, on: try counter.today())
    }

    /// Until a shop knows of the rights that headquarters says it has.
    func settled(_ member: RecordID, at shop: LocalBranch) async throws -> Int64 {
        _ = try await waited {
            guard try await self.isCaughtUp(shop) else { return false }
            let known = try await self.rights(of: member).first { $0.place == shop.name }?.amount ?? 0
            return try await self.spendable(member, at: shop) == known
        }
        return try await spendable(member, at: shop)
    }

    func sold(_ outcome: CheckoutOutcome) throws -> Sale {
        guard case .sold(let sale) = outcome else {
            throw Complaint(code: Failure.falseCode, words: "a sale was not completed: \(outcome)")
        }
        return sale
    }

    /// Once, with everything that it says about itself.
    func checkSold(_ phrase: Phrase, _ outcome: CheckoutOutcome, _ waited: Duration, points: Int64) throws -> Sale {
        let sale = try sold(outcome)
        let cash = sale.netMinor - (sale.settlement?.paid(with: .points) ?? 0)
        story.check(
            phrase,
            sale.settlement?.pointsSpent == points && sale.settlement?.paid(with: .points) == points
                && sale.settlement?.paid(with: .cash) == cash && waited < Self.tillPatience,
            measured: Story.after(waited))
        return sale
    }

    /// So long may a till wait where the hub has to be asked.
    static let tillPatience = Duration.seconds(1)
}

extension Settlement {
    func paid(with kind: Tender.Kind) -> Int64 {
        tenders.reduce(0) { $0 + ($1.kind == kind ? $1.amountMinor : 0) }
    }
}
