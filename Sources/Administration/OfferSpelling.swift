import Loyalty

/// Where, when, for whom and on what an offer holds, as `key=value`.
enum ScopeSpelling {
    static func read(_ fields: inout RuleFields) throws -> OfferScope {
        OfferScope(
            branches: fields.list("branches"), tiers: fields.list("tiers"),
            weekdays: Weekdays(rawValue: UInt8(try days("weekdays", 7, &fields) ?? UInt32(Weekdays.all.rawValue))),
            monthDays: MonthDays(rawValue: try days("month_days", 31, &fields) ?? MonthDays.all.rawValue),
            hours: try hours(&fields), products: try products(&fields),
            includesRestricted: try fields.flag("restricted", or: false))
    }

    /// One bit for each day that is named.
    private static func days(_ key: String, _ last: UInt32, _ fields: inout RuleFields) throws -> UInt32? {
        let texts = fields.list(key)
        guard !texts.isEmpty, texts != ["all"] else { return nil }
        return try texts.reduce(0) { bits, text in
            guard let day = UInt32(text), (1...last).contains(day) else {
                throw CommandFault(.usage, "\(key) are numbers from 1 to \(last) with commas between, or all")
            }
            return bits | 1 << (day - 1)
        }
    }

    private static func hours(_ fields: inout RuleFields) throws -> Hours? {
        guard let text = fields.optionalText("hours") else { return nil }
        let ends = text.split(separator: "-").map { $0.split(separator: ":").map { Int($0) ?? -1 } }
        guard ends.count == 2,
            ends.allSatisfy({ $0.count == 2 && (0...24).contains($0[0]) && (0..<60).contains($0[1]) })
        else { throw CommandFault(.usage, "hours are such as 09:00-17:30, not \(text)") }
        return Hours(fromMinute: ends[0][0] * 60 + ends[0][1], toMinute: ends[1][0] * 60 + ends[1][1])
    }

    private static func products(_ fields: inout RuleFields) throws -> ProductSelection {
        let text = fields.optionalText("products") ?? "all"
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let codes = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
        switch parts[0] {
        case "all" where parts.count == 1: return .all
        case "list" where !codes.isEmpty: return .list(codes)
        case "prefixes" where !codes.isEmpty: return .prefixes(codes)
        case _:
            throw CommandFault(.usage, "products is all, list:CODE,CODE or prefixes:START,START, not \(text)")
        }
    }

    static func fields(_ scope: OfferScope) -> [RuleSpelling.Field] {
        [
            ("branches", list(scope.branches)), ("tiers", list(scope.tiers)),
            ("weekdays", days(UInt32(scope.weekdays.rawValue), 7)), ("month_days", days(scope.monthDays.rawValue, 31)),
            ("hours", scope.hours.map { "\(clock($0.fromMinute))-\(clock($0.toMinute))" }),
            ("products", text(scope.products)), ("restricted", ReadCommands.word(scope.includesRestricted)),
        ]
    }

    private static func list(_ texts: [String]) -> String? { texts.isEmpty ? nil : texts.joined(separator: ",") }

    private static func days(_ bits: UInt32, _ last: UInt32) -> String {
        let days = (1...last).filter { bits & 1 << ($0 - 1) != 0 }
        return days.count == last ? "all" : days.map(String.init).joined(separator: ",")
    }

    private static func clock(_ minute: Int) -> String {
        let (hours, minutes) = minute.quotientAndRemainder(dividingBy: 60)
        return "\(hours < 10 ? "0" : "")\(hours):\(minutes < 10 ? "0" : "")\(minutes)"
    }

    private static func text(_ products: ProductSelection) -> String {
        switch products {
        case .all: "all"
        case .list(let codes): "list:" + codes.joined(separator: ",")
        case .prefixes(let starts): "prefixes:" + starts.joined(separator: ",")
        }
    }
}

enum PromotionSpelling {
    static let offers = ["pay_percent", "off_minor", "price_minor", "points_percent"]

    static func read(_ fields: inout RuleFields) throws -> Promotion {
        Promotion(
            name: try fields.text("name"), offer: try offer(&fields), scope: try ScopeSpelling.read(&fields),
            from: try fields.optionalDate("from"), to: try fields.optionalDate("to"),
            priority: try fields.number("priority", or: 100), memberOnly: try fields.flag("members_only", or: false))
    }

    private enum Target: String, CaseIterable { case item, order }

    /// With a threshold it is for the whole order, unless it says otherwise.
    private static func offer(_ fields: inout RuleFields) throws -> Promotion.Offer {
        let kind = try fields.only(of: offers)
        let pay = try fields.optionalPercent("pay_percent")
        let off = try fields.optionalNumber("off_minor", Int64.self)
        let price = try fields.optionalNumber("price_minor", Int64.self)
        let points = try fields.optionalPercent("points_percent")
        let threshold = try fields.optionalNumber("threshold_minor", Int64.self)
        let target = try fields.choice("on", or: threshold == nil ? Target.item : .order)
        if let points { return .points(multiplierBasisPoints: points) }
        guard
            let reduction: Promotion.Reduction = pay.map({ .pay(basisPoints: $0) })
                ?? off.map({ .amountOff(minor: $0) }) ?? price.map({ .fixedPrice(minor: $0) })
        else { throw CommandFault(.usage, "\(kind) is missing") }
        switch target {
        case .order: return .order(thresholdMinor: threshold ?? 0, reduction)
        case .item:
            guard threshold == nil else { throw CommandFault(.usage, "threshold_minor is for on=order") }
            return .item(reduction)
        }
    }

    static func fields(_ promotion: Promotion) -> [RuleSpelling.Field] {
        [("name", promotion.name)] + fields(promotion.offer) + ScopeSpelling.fields(promotion.scope) + [
            ("from", promotion.from?.text), ("to", promotion.to?.text), ("priority", String(promotion.priority)),
            ("members_only", ReadCommands.word(promotion.memberOnly)),
        ]
    }

    private static func fields(_ offer: Promotion.Offer) -> [RuleSpelling.Field] {
        switch offer {
        case .item(let reduction): [("on", "item"), field(reduction)]
        case .order(let threshold, let reduction):
            [("on", "order"), ("threshold_minor", String(threshold)), field(reduction)]
        case .points(let multiplier): [("points_percent", Percentage.text(multiplier))]
        }
    }

    private static func field(_ reduction: Promotion.Reduction) -> RuleSpelling.Field {
        switch reduction {
        case .pay(let basisPoints): ("pay_percent", Percentage.text(basisPoints))
        case .amountOff(let minor): ("off_minor", String(minor))
        case .fixedPrice(let minor): ("price_minor", String(minor))
        }
    }
}

enum CouponSpelling {
    /// What the coupon takes off, with what belongs to it.
    static let kinds = offers + ["threshold_minor", "max_off_minor", "product", "quantity"]
    private static let offers = ["off_minor", "pay_percent", "price_minor", "gift"]

    static func read(_ fields: inout RuleFields) throws -> CouponDefinition {
        CouponDefinition(
            name: try fields.text("name"), campaign: try fields.text("campaign"), kind: try kind(&fields),
            validity: try validity(&fields), scope: try ScopeSpelling.read(&fields),
            uses: try fields.number("uses", or: 1), memberUsesMax: try fields.optionalNumber("member_uses", Int.self),
            exclusiveGroup: fields.optionalText("group"), priority: try fields.number("priority", or: 100),
            isCombinable: try fields.flag("combinable", or: true), policy: try policy(&fields))
    }

    private static func kind(_ fields: inout RuleFields) throws -> CouponDefinition.Kind {
        switch try fields.only(of: offers) {
        case "off_minor":
            .amountOff(
                minor: try fields.number("off_minor"), thresholdMinor: try fields.number("threshold_minor", or: 0))
        case "pay_percent":
            .percent(
                payBasisPoints: try fields.percent("pay_percent", or: 0),
                maxOffMinor: try fields.optionalNumber("max_off_minor", Int64.self))
        case "price_minor":
            .fixedPrice(product: try fields.text("product"), priceMinor: try fields.number("price_minor"))
        case _: .gift(product: try fields.text("gift"), quantity: try fields.number("quantity", or: 1))
        }
    }

    private static func validity(_ fields: inout RuleFields) throws -> CouponDefinition.Validity {
        guard let days = try fields.optionalNumber("days", Int.self) else {
            return .fixed(from: try fields.date("from"), to: try fields.date("to"))
        }
        return .relative(days: days, startOffset: try fields.number("start_offset", or: 0))
    }

    private static func policy(_ fields: inout RuleFields) throws -> CouponDefinition.Policy {
        let text = fields.optionalText("policy") ?? "home_only"
        let parts = text.split(separator: ":").map(String.init)
        let limits = parts.dropFirst().compactMap { Int64($0) }
        switch parts.first {
        case "deny" where parts.count == 1: return .deny
        case "home_only" where parts.count == 1: return .homeOnly
        case "optimistic" where parts.count == 4 && limits.count == 3:
            return .optimistic(
                perBranchCount: Int(limits[0]), perBranchMinor: limits[1], campaignLossMinor: limits[2])
        case _:
            throw CommandFault(
                .usage,
                "policy is deny, home_only or optimistic:TIMES:MINOR:MINOR (at most at a branch, and lost in all), "
                    + "not \(text)")
        }
    }

    static func fields(_ coupon: CouponDefinition) -> [RuleSpelling.Field] {
        [("name", coupon.name), ("campaign", coupon.campaign)] + fields(coupon.kind) + fields(coupon.validity)
            + ScopeSpelling.fields(coupon.scope) + [
                ("uses", String(coupon.uses)), ("member_uses", coupon.memberUsesMax.map(String.init)),
                ("group", coupon.exclusiveGroup), ("priority", String(coupon.priority)),
                ("combinable", ReadCommands.word(coupon.isCombinable)), ("policy", text(coupon.policy)),
            ]
    }

    private static func fields(_ kind: CouponDefinition.Kind) -> [RuleSpelling.Field] {
        switch kind {
        case .amountOff(let minor, let threshold):
            [("off_minor", String(minor)), ("threshold_minor", String(threshold))]
        case .percent(let pay, let most):
            [("pay_percent", Percentage.text(pay)), ("max_off_minor", most.map(String.init))]
        case .fixedPrice(let product, let price): [("price_minor", String(price)), ("product", product)]
        case .gift(let product, let quantity): [("gift", product), ("quantity", String(quantity))]
        }
    }

    private static func fields(_ validity: CouponDefinition.Validity) -> [RuleSpelling.Field] {
        switch validity {
        case .fixed(let from, let to): [("from", from.text), ("to", to.text)]
        case .relative(let days, let offset): [("days", String(days)), ("start_offset", String(offset))]
        }
    }

    private static func text(_ policy: CouponDefinition.Policy) -> String {
        switch policy {
        case .deny: "deny"
        case .homeOnly: "home_only"
        case .optimistic(let count, let minor, let loss): "optimistic:\(count):\(minor):\(loss)"
        }
    }
}
