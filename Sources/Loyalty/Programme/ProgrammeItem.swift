import LineCodec

/// One rule of headquarters in one revision.
package struct ProgrammeItem: Equatable, Sendable {
    package enum Category: String, CaseIterable, Sendable {
        case wallet, tier, promotion, coupon, plan, campaign
    }

    package let category: Category
    /// 1 to 32 of `A-Z a-z 0-9 . _ -`; a coupon's has to fit into its QR code and has 24 at most.
    package let code: String
    /// From 1. A higher one takes the place of a lower one from its day on.
    package let revision: UInt32
    package let effectiveFrom: CivilDate
    /// Nil where it is withdrawn.
    package let rule: ProgrammeRule?

    package init(
        category: Category, code: String, revision: UInt32, effectiveFrom: CivilDate, rule: ProgrammeRule?
    ) {
        self.category = category
        self.code = code
        self.revision = revision
        self.effectiveFrom = effectiveFrom
        self.rule = rule
    }

    package init(_ rule: ProgrammeRule, code: String, revision: UInt32 = 1, effectiveFrom: CivilDate = .first) {
        self.init(
            category: rule.category, code: code, revision: revision, effectiveFrom: effectiveFrom, rule: rule)
    }

    package static func isCode(_ text: String) -> Bool {
        (1...ProgrammeLimits.codeCharactersMax).contains(text.utf8.count) && text.utf8.allSatisfy(isCodeByte)
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        case _: false
        }
    }

    package func check() throws(ProgrammeFault) {
        guard Self.isCode(code) else { throw .badCode }
        guard revision > 0 else { throw .badRevision }
        guard let rule else { return }
        guard rule.category == category else { throw .wrongCategory }
        guard category != .coupon || code.utf8.count <= CouponIssue.definitionCodeCharactersMax else { throw .badCode }
        try rule.check()
    }

    func write(to writer: inout LineWriter) {
        writer.text(category.rawValue)
        writer.text(code)
        writer.integer(revision)
        writer.text(effectiveFrom.text)
        writer.optional(rule) { writer, rule in
            writer.text(rule.category.rawValue)
            rule.write(to: &writer)
        }
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            category: try reader.code(Category.self), code: try reader.text(), revision: try reader.integer(),
            effectiveFrom: try reader.date(),
            rule: try reader.optional { reader throws(LineError) in
                try ProgrammeRule(try reader.code(Category.self), from: &reader)
            })
    }
}

package enum ProgrammeRule: Equatable, Sendable {
    case wallet(WalletType)
    case tier(Tier)
    case promotion(Promotion)
    case coupon(CouponDefinition)
    case plan(TopUpPlan)
    case campaign(Campaign)

    package var category: ProgrammeItem.Category {
        switch self {
        case .wallet: .wallet
        case .tier: .tier
        case .promotion: .promotion
        case .coupon: .coupon
        case .plan: .plan
        case .campaign: .campaign
        }
    }

    package func check() throws(ProgrammeFault) {
        switch self {
        case .wallet(let wallet): try wallet.check()
        case .tier(let tier): try tier.check()
        case .promotion(let promotion): try promotion.check()
        case .coupon(let coupon): try coupon.check()
        case .plan(let plan): try plan.check()
        case .campaign(let campaign): try campaign.check()
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .wallet(let wallet): wallet.write(to: &writer)
        case .tier(let tier): tier.write(to: &writer)
        case .promotion(let promotion): promotion.write(to: &writer)
        case .coupon(let coupon): coupon.write(to: &writer)
        case .plan(let plan): plan.write(to: &writer)
        case .campaign(let campaign): campaign.write(to: &writer)
        }
    }

    fileprivate init(_ category: ProgrammeItem.Category, from reader: inout LineReader) throws(LineError) {
        switch category {
        case .wallet: self = .wallet(try WalletType(from: &reader))
        case .tier: self = .tier(try Tier(from: &reader))
        case .promotion: self = .promotion(try Promotion(from: &reader))
        case .coupon: self = .coupon(try CouponDefinition(from: &reader))
        case .plan: self = .plan(try TopUpPlan(from: &reader))
        case .campaign: self = .campaign(try Campaign(from: &reader))
        }
    }
}
