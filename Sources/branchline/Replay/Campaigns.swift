import Administration
import Replication

/// The file's campaigns, ready to be opened in the shops of one replay.
struct Campaigns {
    private let files: CampaignFiles
    let plan: RedemptionPlan
    /// The shop in which each household will be seen first.
    let homes: [String: String]
    /// What the file says that shops added to coupons' value.
    let vouchersMinor: Int64

    /// Reads the purchases once more, as they will be sold.
    init(_ files: CampaignFiles, file: String, shops: [Shop], total: Int) throws {
        let stores = Set(shops.map(\.branch.code))
        var baskets = try BasketReader(PurchaseReader(path: file))
        var left = total
        var homes: [String: String] = [:]
        var vouchersMinor: Int64 = 0
        plan = try RedemptionPlan(files) {
            while left > 0, let basket = try baskets.next() {
                guard stores.contains(basket.store) else { continue }
                left -= 1
                if homes[basket.household] == nil { homes[basket.household] = basket.store }
                vouchersMinor += basket.matchMinor.reduce(0, +)
                return basket
            }
            return nil
        }
        self.files = files
        self.homes = homes
        self.vouchersMinor = vouchersMinor
    }

    /// - Parameter written: operations by shops that stand in headquarters' log already, and are counted elsewhere.
    func open(
        _ chain: LocalChain, _ shops: [Shop], written: Int, _ say: (String) -> Void
    ) async throws -> Feed.Spending {
        say("Giving out the coupons of \(plan.definitions.count) definitions")
        let office = CouponOffice(
            chain: chain, shops: shops.count, files: files, plan: plan, households: Set(homes.keys))
        let start = ContinuousClock.now
        let issued = try await office.open()
        let seconds = (ContinuousClock.now - start).inSeconds
        say("\(issued) coupons are given out and known in their shops, after \(Int(seconds.rounded())) s")
        let position = try await chain.ask(
            "query", "select position from operations order by position desc limit 1"
        ).first?["position"]
        return Feed.Spending(
            plan: plan, ledger: SpendingLedger(), operationsBefore: (position.flatMap { Int($0) } ?? 0) - written)
    }

    /// What became of wishes to pay with points, and of the file's redemptions.
    func measures(_ spent: SpendingLedger.Totals?, _ chain: LocalChain) async throws -> [CommandRow] {
        guard let spent else { return [] }
        let moved = try await chain.ask(
            "query",
            "select sum(from_node = 0) as given, sum(to_node = 0) as back from ledger_entries where kind = 'xfer' "
                + "and wallet = 'points'")
        var points: [(String, String?)] = [
            ("sales_to_be_paid_with_points", String(spent.wishes)), ("paid_online", String(spent.paidOnline)),
            ("paid_without_a_line", String(spent.paidOffline)), ("points_spent", String(spent.pointsSpent)),
            ("rights_given_by_headquarters", moved.first?["given"]),
            ("rights_handed_back_by_shops", moved.first?["back"]),
        ]
        points += spent.pointsRefusals.sorted { $0.key < $1.key }.map { ("refused_\($0.key)", String($0.value)) }
        var coupons: [(String, String?)] = [
            ("redemptions_in_the_file", String(files.redemptions.count)),
            ("coupons_shown", String(spent.couponsShown)), ("coupons_used", String(spent.couponsUsed)),
        ]
        coupons += plan.omissions.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            ("not_shown_\($0.key.rawValue)", String($0.value))
        }
        coupons += spent.couponRefusals.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            ("refused_\($0.key)", String($0.value))
        }
        return [points, coupons].map { CommandRow(columns: $0.map(\.0), values: $0.map(\.1)) }
    }
}
