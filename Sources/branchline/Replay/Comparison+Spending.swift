import Administration
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// What was paid how, what is left, and who may spend it.
extension Comparison {
    mutating func compareSpending(_ spending: SpendingLedger.Totals, vouchersMinor: Int64) async throws {
        add(
            "requests not carried out at counters", "0",
            Self.count(Int64(spending.faults)))
        try await compareTenders(spending, vouchersMinor)
        try await compareCoupons(spending)
        try await compareLots(spending)
    }

    private mutating func compareTenders(_ spending: SpendingLedger.Totals, _ vouchersMinor: Int64) async throws {
        let sold = "select coalesce(sum(amount_minor), 0) as n from sale_tenders"
        let all = try await number(sold)
        add("tenders of all sales", Self.money(netMinor, currency), Self.money(all, currency))
        let vouchers = try await number(sold + " where kind = 'voucher'")
        add("vouchers (coupon_match)", Self.money(vouchersMinor, currency), Self.money(vouchers, currency))
        let points = try await number(sold + " where kind = 'points'")
        add("paid with points", Self.money(spending.pointsMinor, currency), Self.money(points, currency))
        let discounts = try await number("select sum(discount_minor) as n from sale_lines")
        add("discounts, line by line", Self.money(spending.discountsMinor, currency), Self.money(discounts, currency))
    }

    private mutating func compareCoupons(_ spending: SpendingLedger.Totals) async throws {
        let used = try await number("select count(*) as n from redemptions where not undone")
        add("coupons used", Self.count(Int64(spending.couponsUsed)), Self.count(used))
        let twice = try await number("select count(*) as n from lots where kind = 'coupon' and spent > 1")
        add("coupons used twice", "0", Self.count(twice))
    }

    private mutating func compareLots(_ spending: SpendingLedger.Totals) async throws {
        let rows = try await chain.ask(
            "query",
            "select member, sum(remaining) as left from lots where kind = 'points' and member is not null "
                + "group by member having sum(remaining) <> 0")
        let expected = spending.balances.filter { $0.value != 0 }.map { [$0.key.hexadecimal, String($0.value)] }
        add(
            "members whose balance is what they earned less what they spent", Set(expected),
            Set(rows.map { [$0["member"] ?? "", $0["left"] ?? ""] }))
        let left = try await number("select sum(remaining) as n from lots where kind = 'points'")
        let balances = spending.balances.values.reduce(0, +)
        add("points not spent", Self.count(balances), Self.count(left))
        let rights = try await number("select sum(amount) as n from rights")
        let lots = try await number("select sum(remaining) as n from lots")
        add("rights of all lots", Self.count(lots), Self.count(rights))
        let broken = try await number(
            "select count(*) as n from lots where earned + refunded + overdrawn "
                + "<> spent + expired + clawed_back + remaining")
        add("lots that are not the sum of their movements", "0", Self.count(broken))
        let overdrawn = try await number("select count(*) as n from lots where overdrawn > 0")
        add("lots overdrawn", "0", Self.count(overdrawn))
        add("members in debt", "0", Self.count(try await number("select count(*) as n from debts")))
    }

    /// Each shop's own books, beside what headquarters says of them.
    mutating func compareRights(_ shops: [Shop]) async throws {
        let rows = try await chain.ask(
            "query", "select branch, sum(amount) as held from rights join branches using (node) group by branch")
        let hub = Dictionary(uniqueKeysWithValues: rows.map { ($0["branch"] ?? "", Self.integer($0["held"])) })
        var equal = 0
        for shop in shops {
            let answer = try shop.branch.node.reader.query(
                "select coalesce(sum(amount), 0) from rights", rowsMax: 1)
            let own = answer.rows.first?.first.flatMap { $0.flatMap { Int64($0) } } ?? -1
            if own == hub[shop.branch.code] ?? 0 { equal += 1 }
        }
        add("shops that hold the rights that headquarters says they do", "\(shops.count)", "\(equal)")
    }
}
