package import Loyalty

/// How headquarters' rules are spelled as `key=value`: what is shown can be typed again.
package enum RuleSpelling {
    package typealias Field = (key: String, value: String?)

    /// - Parameter words: changes to the rule before, or the whole of a new one; `key=` takes a key away.
    /// - Throws: a usage fault that names the key and what it may be.
    package static func rule(
        _ category: ProgrammeItem.Category, _ words: [String], changing before: ProgrammeRule?
    ) throws -> ProgrammeRule {
        var given: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { throw CommandFault(.usage, "\(word) is not KEY=VALUE") }
            let key = String(word[..<equals])
            guard given.updateValue(String(word[word.index(after: equals)...]), forKey: key) == nil else {
                throw CommandFault(.usage, "\(key) is given twice")
            }
        }
        var values: [String: String] = [:]
        for field in before.map(fields) ?? [] { values[field.key] = field.value }
        for group in alternatives(category) where group.contains(where: { given[$0] != nil }) {
            for key in group { values[key] = nil }
        }
        values.merge(given) { $1 }
        var fields = RuleFields(values)
        let rule = try rule(category, &fields)
        try fields.end()
        return rule
    }

    /// Keys of which a new one takes the place of the others.
    private static func alternatives(_ category: ProgrammeItem.Category) -> [[String]] {
        switch category {
        case .coupon: [CouponSpelling.kinds, ["from", "to", "days", "start_offset"]]
        case .promotion: [PromotionSpelling.offers]
        case .wallet, .tier, .plan, .campaign: []
        }
    }

    private static func rule(
        _ category: ProgrammeItem.Category, _ fields: inout RuleFields
    ) throws -> ProgrammeRule {
        switch category {
        case .wallet: .wallet(try WalletSpelling.read(&fields))
        case .tier: .tier(try tier(&fields))
        case .promotion: .promotion(try PromotionSpelling.read(&fields))
        case .coupon: .coupon(try CouponSpelling.read(&fields))
        case .plan:
            .plan(
                TopUpPlan(
                    payMinor: try fields.number("pay_minor"), bonusMinor: try fields.number("bonus_minor", or: 0),
                    bonusExpiryDays: try fields.optionalNumber("bonus_days", Int.self),
                    oncePerMember: try fields.flag("once", or: false)))
        case .campaign:
            .campaign(
                Campaign(
                    name: try fields.text("name"), from: try fields.date("from"), to: try fields.date("to"),
                    budgetMinor: try fields.optionalNumber("budget_minor", Int64.self)))
        }
    }

    private static func tier(_ fields: inout RuleFields) throws -> Tier {
        Tier(
            name: try fields.text("name"), rank: try fields.number("rank"),
            metric: try fields.choice("metric", or: .spend), threshold: try fields.number("threshold"),
            windowMonths: try fields.number("window_months", or: 12),
            payBasisPoints: try fields.percent("pay_percent", or: 10_000),
            multiplierBasisPoints: try fields.percent("points_percent", or: 10_000))
    }

    package static func fields(_ rule: ProgrammeRule) -> [Field] {
        switch rule {
        case .wallet(let wallet): WalletSpelling.fields(wallet)
        case .tier(let tier):
            [
                ("name", tier.name), ("rank", String(tier.rank)), ("metric", tier.metric.rawValue),
                ("threshold", String(tier.threshold)), ("window_months", String(tier.windowMonths)),
                ("pay_percent", Percentage.text(tier.payBasisPoints)),
                ("points_percent", Percentage.text(tier.multiplierBasisPoints)),
            ]
        case .promotion(let promotion): PromotionSpelling.fields(promotion)
        case .coupon(let coupon): CouponSpelling.fields(coupon)
        case .plan(let plan):
            [
                ("pay_minor", String(plan.payMinor)), ("bonus_minor", String(plan.bonusMinor)),
                ("bonus_days", plan.bonusExpiryDays.map(String.init)),
                ("once", ReadCommands.word(plan.oncePerMember)),
            ]
        case .campaign(let campaign):
            [
                ("name", campaign.name), ("from", campaign.from.text), ("to", campaign.to.text),
                ("budget_minor", campaign.budgetMinor.map(String.init)),
            ]
        }
    }
}

enum WalletSpelling {
    static func read(_ fields: inout RuleFields) throws -> WalletType {
        WalletType(
            kind: try fields.choice("kind", or: .points), earning: try earning(&fields),
            redemption: try redemption(&fields), pendingDays: try fields.number("pending_days", or: 0),
            expiry: try expiry(&fields), spendOrder: try fields.choice("spend_order", or: .proportional),
            balanceMax: try fields.optionalNumber("balance_max", Int64.self),
            staleDaysMax: try fields.number("stale_days", or: WalletType.staleDaysStandard),
            allowance: Allowance(
                cap: try fields.number("allowance", or: 0),
                lowWaterPercent: try fields.number("allowance_low_percent", or: 30),
                inactivityDays: try fields.number("allowance_idle_days", or: 60)))
    }

    private static func earning(_ fields: inout RuleFields) throws -> EarningRate? {
        let points = try fields.optionalNumber("earn", Int64.self)
        let perMinor = try fields.optionalNumber("earn_per_minor", Int64.self)
        guard points != nil || perMinor != nil else { return nil }
        guard let points, let perMinor else {
            throw CommandFault(.usage, "earn and earn_per_minor belong together: so much for so many smallest coins")
        }
        return EarningRate(points: points, perMinor: perMinor)
    }

    private static func redemption(_ fields: inout RuleFields) throws -> RedemptionRule? {
        let unit = try fields.optionalNumber("redeem_unit", Int64.self)
        let value = try fields.optionalNumber("redeem_unit_minor", Int64.self)
        let minimum = try fields.optionalNumber("redeem_minimum", Int64.self)
        let cap = try fields.percent("redeem_cap_percent", or: 10_000)
        guard unit != nil || value != nil || minimum != nil else { return nil }
        guard let unit, let value else {
            throw CommandFault(.usage, "redeem_unit and redeem_unit_minor belong together: so much pays so much")
        }
        return RedemptionRule(minimum: minimum ?? unit, unit: unit, unitValueMinor: value, capBasisPoints: cap)
    }

    private static func expiry(_ fields: inout RuleFields) throws -> ExpiryPolicy {
        let text = fields.optionalText("expiry") ?? "never"
        let parts = text.split(separator: ":").map(String.init)
        if text == "never" { return .never }
        if parts.count == 2, parts[0] == "months", let months = Int(parts[1]) { return .months(months) }
        let day = parts.count == 3 && parts[0] == "day" ? parts[1].split(separator: "-").compactMap { Int($0) } : []
        guard day.count == 2, let years = Int(parts[2]) else {
            throw CommandFault(
                .usage,
                "expiry is never, months:12 (the end of the twelfth month), or day:12-31:1 (of next year), not \(text)")
        }
        return .fixedDay(month: day[0], day: day[1], yearsAhead: years)
    }

    private static func text(_ expiry: ExpiryPolicy) -> String {
        switch expiry {
        case .never: "never"
        case .months(let count): "months:\(count)"
        case .fixedDay(let month, let day, let years): "day:\(month)-\(day):\(years)"
        }
    }

    static func fields(_ wallet: WalletType) -> [RuleSpelling.Field] {
        let (earning, redemption) = (wallet.earning, wallet.redemption)
        return [
            ("kind", wallet.kind.rawValue), ("earn", earning.map { String($0.points) }),
            ("earn_per_minor", earning.map { String($0.perMinor) }),
            ("redeem_minimum", redemption.map { String($0.minimum) }),
            ("redeem_unit", redemption.map { String($0.unit) }),
            ("redeem_unit_minor", redemption.map { String($0.unitValueMinor) }),
            ("redeem_cap_percent", redemption.map { Percentage.text($0.capBasisPoints) }),
            ("pending_days", String(wallet.pendingDays)), ("expiry", text(wallet.expiry)),
            ("spend_order", wallet.spendOrder.rawValue), ("balance_max", wallet.balanceMax.map(String.init)),
            ("stale_days", String(wallet.staleDaysMax)), ("allowance", String(wallet.allowance.cap)),
            ("allowance_low_percent", String(wallet.allowance.lowWaterPercent)),
            ("allowance_idle_days", String(wallet.allowance.inactivityDays)),
        ]
    }
}
