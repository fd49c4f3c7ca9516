import LineCodec

extension CouponDefinition {
    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.name(name)
        guard ProgrammeItem.isCode(campaign) else { throw .badText(field: "campaign") }
        try kind.check()
        try validity.check()
        try scope.check()
        try ProgrammeCheck.range(uses, 1...Int(CouponIssue.usesMax), "uses")
        if let memberUsesMax { try ProgrammeCheck.range(memberUsesMax, 1...ProgrammeLimits.countMax, "uses") }
        if let exclusiveGroup, !ProgrammeItem.isCode(exclusiveGroup) { throw .badText(field: "group") }
        try ProgrammeCheck.range(priority, 0...ProgrammeLimits.countMax, "priority")
        try policy.check()
    }

    func write(to writer: inout LineWriter) {
        writer.text(name)
        writer.text(campaign)
        kind.write(to: &writer)
        validity.write(to: &writer)
        scope.write(to: &writer)
        writer.integer(uses)
        writer.optional(memberUsesMax) { $0.integer($1) }
        writer.optional(exclusiveGroup) { $0.text($1) }
        writer.integer(priority)
        writer.flag(isCombinable)
        policy.write(to: &writer)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            name: try reader.text(), campaign: try reader.text(), kind: try Kind(from: &reader),
            validity: try Validity(from: &reader), scope: try OfferScope(from: &reader), uses: try reader.integer(),
            memberUsesMax: try reader.optionalInteger(), exclusiveGroup: try reader.optionalText(),
            priority: try reader.integer(), isCombinable: try reader.flag(), policy: try Policy(from: &reader))
    }
}

extension CouponDefinition.Kind {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .amountOff(let minor, let thresholdMinor):
            try ProgrammeCheck.amount(minor, from: 1, "amount")
            try ProgrammeCheck.amount(thresholdMinor, "threshold")
        case .percent(let payBasisPoints, let maxOffMinor):
            try ProgrammeCheck.range(payBasisPoints, 0...Int64(ProgrammeLimits.basisPointsMax - 1), "price")
            if let maxOffMinor { try ProgrammeCheck.amount(maxOffMinor, from: 1, "amount") }
        case .fixedPrice(let product, let priceMinor):
            try ProgrammeCheck.product(product)
            try ProgrammeCheck.amount(priceMinor, "price")
        case .gift(let product, let quantity):
            try ProgrammeCheck.product(product)
            try ProgrammeCheck.range(quantity, 1...ProgrammeLimits.countMax, "quantity")
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .amountOff(let minor, let thresholdMinor):
            writer.text("off")
            writer.integer(minor)
            writer.integer(thresholdMinor)
        case .percent(let payBasisPoints, let maxOffMinor):
            writer.text("pay")
            writer.integer(payBasisPoints)
            writer.optional(maxOffMinor) { $0.integer($1) }
        case .fixedPrice(let product, let priceMinor):
            writer.text("price")
            writer.text(product)
            writer.integer(priceMinor)
        case .gift(let product, let quantity):
            writer.text("gift")
            writer.text(product)
            writer.integer(quantity)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "off": self = .amountOff(minor: try reader.integer(), thresholdMinor: try reader.integer())
        case "pay": self = .percent(payBasisPoints: try reader.integer(), maxOffMinor: try reader.optionalInteger())
        case "price": self = .fixedPrice(product: try reader.text(), priceMinor: try reader.integer())
        case "gift": self = .gift(product: try reader.text(), quantity: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}

extension CouponDefinition.Validity {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .fixed(let from, let to): try ProgrammeCheck.dates(from, to)
        case .relative(let days, let startOffset):
            try ProgrammeCheck.range(days, 1...ProgrammeLimits.daysMax, "validity")
            try ProgrammeCheck.range(startOffset, 0...ProgrammeLimits.daysMax, "validity")
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .fixed(let from, let to):
            writer.text("fixed")
            writer.text(from.text)
            writer.text(to.text)
        case .relative(let days, let startOffset):
            writer.text("days")
            writer.integer(days)
            writer.integer(startOffset)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "fixed": self = .fixed(from: try reader.date(), to: try reader.date())
        case "days": self = .relative(days: try reader.integer(), startOffset: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}

extension CouponDefinition.Policy {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .deny, .homeOnly: break
        case .optimistic(let perBranchCount, let perBranchMinor, let campaignLossMinor):
            try ProgrammeCheck.range(perBranchCount, 0...ProgrammeLimits.countMax, "policy")
            try ProgrammeCheck.amount(perBranchMinor, "policy")
            try ProgrammeCheck.amount(campaignLossMinor, "policy")
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .deny: writer.text("deny")
        case .homeOnly: writer.text("home_only")
        case .optimistic(let perBranchCount, let perBranchMinor, let campaignLossMinor):
            writer.text("optimistic")
            writer.integer(perBranchCount)
            writer.integer(perBranchMinor)
            writer.integer(campaignLossMinor)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "deny": self = .deny
        case "home_only": self = .homeOnly
        case "optimistic":
            self = .optimistic(
                perBranchCount: try reader.integer(), perBranchMinor: try reader.integer(),
                campaignLossMinor: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}
