import LineCodec

/// All that headquarters has declared: what is in force, what is to come, and the terms of what was issued.
///
/// The same items make the same programme, in whatever order they arrive and however often.
package struct Programme: Equatable, Sendable {
    private struct Key: Hashable {
        let category: ProgrammeItem.Category
        let code: String
    }

    /// Ascending revisions, the latest `ProgrammeLimits.revisionsKept` of each code.
    private var revisions: [Key: [ProgrammeItem]] = [:]

    package init() {}

    package static let pointsCode = "points"
    package static let growthCode = "growth"
    package static let storedValueCode = "stored"

    /// Before headquarters has said anything. What it then says of these wallets starts at revision 2.
    package static let standard: Programme = {
        var programme = Programme()
        programme.apply(ProgrammeItem(.wallet(.standardPoints), code: pointsCode))
        programme.apply(ProgrammeItem(.wallet(.standardGrowth), code: growthCode))
        programme.apply(ProgrammeItem(.wallet(.standardStoredValue), code: storedValueCode))
        return programme
    }()

    /// Of two items that claim one revision, all replicas keep the same.
    package mutating func apply(_ item: ProgrammeItem) {
        let key = Key(category: item.category, code: item.code)
        var items = revisions[key] ?? []
        let place = items.firstIndex { $0.revision >= item.revision } ?? items.endIndex
        if place < items.endIndex, items[place].revision == item.revision {
            guard items[place].spelling.lexicographicallyPrecedes(item.spelling) else { return }
            items[place] = item
        } else {
            items.insert(item, at: place)
        }
        items.removeFirst(max(0, items.count - ProgrammeLimits.revisionsKept))
        revisions[key] = items
    }

    /// For tills that price by themselves: what their coupons say, and nothing else.
    var couponsAlone: Programme {
        var programme = self
        programme.revisions = revisions.filter { $0.key.category == .coupon }
        return programme
    }

    /// In a fixed order, so that a replica can be written down and compared.
    package var items: [ProgrammeItem] {
        revisions.values.joined().sorted {
            ($0.category.rawValue, $0.code, $0.revision) < ($1.category.rawValue, $1.code, $1.revision)
        }
    }
}

extension Programme {
    package func latest(_ category: ProgrammeItem.Category, _ code: String) -> ProgrammeItem? {
        revisions[Key(category: category, code: code)]?.last
    }

    package func item(_ category: ProgrammeItem.Category, _ code: String, revision: UInt32) -> ProgrammeItem? {
        revisions[Key(category: category, code: code)]?.first { $0.revision == revision }
    }

    package func nextRevision(_ category: ProgrammeItem.Category, _ code: String) -> UInt32 {
        (latest(category, code)?.revision ?? 0) &+ 1
    }

    /// What the hub asks before it takes an item up: whether it follows on what there is.
    package func check(_ item: ProgrammeItem) throws(ProgrammeFault) {
        try item.check()
        let expected = nextRevision(item.category, item.code)
        guard item.revision == expected else { throw .revisionNotNext(expected: expected) }
        let codes = revisions.keys.filter { $0.category == item.category }.count
        guard expected > 1 || codes < ProgrammeLimits.codesMax else {
            throw .tooManyCodes(limit: ProgrammeLimits.codesMax)
        }
    }
}

/// A rule together with what names it in a sale.
package struct InForce<Rule: Equatable & Sendable>: Equatable, Sendable {
    package let code: String
    package let revision: UInt32
    package let rule: Rule

    package init(code: String, revision: UInt32, rule: Rule) {
        self.code = code
        self.revision = revision
        self.rule = rule
    }
}

extension Programme {
    package func wallet(_ code: String, on date: CivilDate) -> InForce<WalletType>? {
        inForce(.wallet, code, on: date, \.wallet)
    }

    /// By code.
    package func wallets(on date: CivilDate) -> [InForce<WalletType>] { all(.wallet, on: date, \.wallet) }

    package func tier(_ code: String, on date: CivilDate) -> InForce<Tier>? { inForce(.tier, code, on: date, \.tier) }

    /// From the lowest rank up; by code where two have one rank.
    package func tiers(on date: CivilDate) -> [InForce<Tier>] {
        all(.tier, on: date, \.tier).sorted { ($0.rule.rank, $0.code) < ($1.rule.rank, $1.code) }
    }

    /// By code.
    package func promotions(on date: CivilDate) -> [InForce<Promotion>] { all(.promotion, on: date, \.promotion) }

    /// For an issue. What was issued goes by its own revision, even where the definition has been withdrawn.
    package func coupon(_ code: String, on date: CivilDate) -> InForce<CouponDefinition>? {
        inForce(.coupon, code, on: date, \.coupon)
    }

    package func coupon(_ code: String, revision: UInt32) -> CouponDefinition? {
        item(.coupon, code, revision: revision)?.rule?.coupon
    }

    package func plan(_ code: String, on date: CivilDate) -> InForce<TopUpPlan>? {
        inForce(.plan, code, on: date, \.plan)
    }

    /// By code.
    package func plans(on date: CivilDate) -> [InForce<TopUpPlan>] { all(.plan, on: date, \.plan) }

    package func campaign(_ code: String, on date: CivilDate) -> InForce<Campaign>? {
        inForce(.campaign, code, on: date, \.campaign)
    }

    private func all<Rule>(
        _ category: ProgrammeItem.Category, on date: CivilDate, _ rule: (ProgrammeRule) -> Rule?
    ) -> [InForce<Rule>] {
        revisions.keys.filter { $0.category == category }.map(\.code).sorted()
            .compactMap { inForce(category, $0, on: date, rule) }
    }

    private func inForce<Rule>(
        _ category: ProgrammeItem.Category, _ code: String, on date: CivilDate, _ rule: (ProgrammeRule) -> Rule?
    ) -> InForce<Rule>? {
        let items = revisions[Key(category: category, code: code)] ?? []
        guard let item = items.last(where: { $0.effectiveFrom <= date }), let found = item.rule.flatMap(rule) else {
            return nil
        }
        return InForce(code: code, revision: item.revision, rule: found)
    }
}

extension ProgrammeItem {
    fileprivate var spelling: [UInt8] {
        var writer = LineWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension ProgrammeRule {
    fileprivate var wallet: WalletType? { if case .wallet(let wallet) = self { wallet } else { nil } }
    fileprivate var tier: Tier? { if case .tier(let tier) = self { tier } else { nil } }
    fileprivate var promotion: Promotion? { if case .promotion(let promotion) = self { promotion } else { nil } }
    fileprivate var coupon: CouponDefinition? { if case .coupon(let coupon) = self { coupon } else { nil } }
    fileprivate var plan: TopUpPlan? { if case .plan(let plan) = self { plan } else { nil } }
    fileprivate var campaign: Campaign? { if case .campaign(let campaign) = self { campaign } else { nil } }
}
