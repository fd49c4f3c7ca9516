import LineCodec

/// A price or a reduction that needs no coupon.
package struct Promotion: Equatable, Sendable {
    package enum Offer: Equatable, Sendable {
        /// On each line by itself; the best one counts.
        case item(Reduction)
        /// On the whole; the best one counts.
        case order(thresholdMinor: Int64, Reduction)
        /// On the points that a line earns; the highest one counts, a tier's included. 20,000 doubles them.
        case points(multiplierBasisPoints: Int64)
    }

    package enum Reduction: Equatable, Sendable {
        /// What is paid: 8,800 is 88 %.
        case pay(basisPoints: Int64)
        /// Of an item, for one unit of sale; on an order, once.
        case amountOff(minor: Int64)
        /// Of an item, for one unit of sale. Not for orders.
        case fixedPrice(minor: Int64)
    }

    package let name: String
    package let offer: Offer
    package let scope: OfferScope
    /// Both inclusive.
    package let from: CivilDate?
    package let to: CivilDate?
    /// Smaller first, where two take off the same.
    package let priority: Int
    package let memberOnly: Bool

    package init(
        name: String, offer: Offer, scope: OfferScope = .everything, from: CivilDate? = nil, to: CivilDate? = nil,
        priority: Int = 100, memberOnly: Bool = false
    ) {
        self.name = name
        self.offer = offer
        self.scope = scope
        self.from = from
        self.to = to
        self.priority = priority
        self.memberOnly = memberOnly
    }

    package func holds(for cart: Cart) -> Bool {
        (from.map { $0 <= cart.businessDate } ?? true) && (to.map { cart.businessDate <= $0 } ?? true)
            && (!memberOnly || cart.isMember) && scope.refusal(of: cart) == nil
    }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.name(name)
        try offer.check()
        try scope.check()
        try ProgrammeCheck.dates(from, to)
        try ProgrammeCheck.range(priority, 0...ProgrammeLimits.countMax, "priority")
    }

    func write(to writer: inout LineWriter) {
        writer.text(name)
        offer.write(to: &writer)
        scope.write(to: &writer)
        writer.optionalDate(from)
        writer.optionalDate(to)
        writer.integer(priority)
        writer.flag(memberOnly)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            name: try reader.text(), offer: try Offer(from: &reader), scope: try OfferScope(from: &reader),
            from: try reader.optionalDate(), to: try reader.optionalDate(), priority: try reader.integer(),
            memberOnly: try reader.flag())
    }
}

extension Promotion.Offer {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .item(let reduction): try reduction.check()
        case .order(_, .fixedPrice): throw .outOfRange(field: "price")
        case .order(let thresholdMinor, let reduction):
            try ProgrammeCheck.amount(thresholdMinor, "threshold")
            try reduction.check()
        case .points(let multiplierBasisPoints):
            try ProgrammeCheck.range(
                multiplierBasisPoints, 10_000...Int64(ProgrammeLimits.multiplierBasisPointsMax), "multiplier")
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .item(let reduction):
            writer.text("item")
            reduction.write(to: &writer)
        case .order(let thresholdMinor, let reduction):
            writer.text("order")
            writer.integer(thresholdMinor)
            reduction.write(to: &writer)
        case .points(let multiplierBasisPoints):
            writer.text("points")
            writer.integer(multiplierBasisPoints)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "item": self = .item(try Promotion.Reduction(from: &reader))
        case "order":
            self = .order(thresholdMinor: try reader.integer(), try Promotion.Reduction(from: &reader))
        case "points": self = .points(multiplierBasisPoints: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}

extension Promotion.Reduction {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .pay(let basisPoints):
            try ProgrammeCheck.range(basisPoints, 0...Int64(ProgrammeLimits.basisPointsMax), "price")
        case .amountOff(let minor): try ProgrammeCheck.amount(minor, from: 1, "amount")
        case .fixedPrice(let minor): try ProgrammeCheck.amount(minor, "price")
        }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .pay(let basisPoints):
            writer.text("pay")
            writer.integer(basisPoints)
        case .amountOff(let minor):
            writer.text("off")
            writer.integer(minor)
        case .fixedPrice(let minor):
            writer.text("price")
            writer.integer(minor)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "pay": self = .pay(basisPoints: try reader.integer())
        case "off": self = .amountOff(minor: try reader.integer())
        case "price": self = .fixedPrice(minor: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}
