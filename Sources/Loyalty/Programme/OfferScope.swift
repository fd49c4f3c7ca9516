import LineCodec

/// Where, when, for whom and on what an offer holds. An empty list holds for all.
package struct OfferScope: Equatable, Sendable {
    package let branches: [String]
    package let tiers: [String]
    package let weekdays: Weekdays
    /// Such as a member's day on every 8th.
    package let monthDays: MonthDays
    package let hours: Hours?
    package let products: ProductSelection
    /// Whether goods count on which the law restricts promotion, such as tobacco.
    package let includesRestricted: Bool

    package init(
        branches: [String] = [], tiers: [String] = [], weekdays: Weekdays = .all, monthDays: MonthDays = .all,
        hours: Hours? = nil, products: ProductSelection = .all, includesRestricted: Bool = false
    ) {
        self.branches = branches
        self.tiers = tiers
        self.weekdays = weekdays
        self.monthDays = monthDays
        self.hours = hours
        self.products = products
        self.includesRestricted = includesRestricted
    }

    package static let everything = OfferScope()

    package func covers(_ line: CartLine) -> Bool {
        line.grossMinor > 0 && (includesRestricted || !line.isRestricted) && products.contains(line.product)
    }

    /// Why it does not hold for this cart, whatever is in it.
    package func refusal(of cart: Cart) -> OfferRefusal? {
        guard branches.isEmpty || branches.contains(cart.branch) else { return .wrongBranch }
        guard tiers.isEmpty || cart.memberTier.map(tiers.contains) ?? false else { return .wrongTier }
        guard weekdays.contains(weekday: cart.businessDate.weekday), monthDays.contains(.only(cart.businessDate.day))
        else { return .wrongDay }
        guard hours?.contains(minute: cart.minuteOfDay) ?? true else { return .wrongHour }
        return nil
    }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.texts(branches, atMost: ProgrammeLimits.branchesMax, "branches")
        try ProgrammeCheck.texts(tiers, atMost: ProgrammeLimits.tiersMax, "tiers")
        guard weekdays.isWellFormed else { throw .outOfRange(field: "weekdays") }
        guard monthDays.isWellFormed else { throw .outOfRange(field: "days") }
        try hours?.check()
        try products.check()
    }

    func write(to writer: inout LineWriter) {
        writer.list(branches) { $0.text($1) }
        writer.list(tiers) { $0.text($1) }
        writer.integer(weekdays.rawValue)
        writer.integer(monthDays.rawValue)
        writer.optional(hours) { writer, hours in
            writer.integer(hours.fromMinute)
            writer.integer(hours.toMinute)
        }
        products.write(to: &writer)
        writer.flag(includesRestricted)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            branches: try reader.texts(atMost: ProgrammeLimits.branchesMax),
            tiers: try reader.texts(atMost: ProgrammeLimits.tiersMax),
            weekdays: Weekdays(rawValue: try reader.integer()), monthDays: MonthDays(rawValue: try reader.integer()),
            hours: try reader.optional { reader throws(LineError) in
                Hours(fromMinute: try reader.integer(), toMinute: try reader.integer())
            },
            products: try ProductSelection(from: &reader), includesRestricted: try reader.flag())
    }
}

/// Bit 0 is Monday, bit 6 is Sunday.
package struct Weekdays: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let all = Weekdays(rawValue: 0x7f)

    /// - Parameter weekday: 1 is Monday, 7 is Sunday.
    package static func only(_ weekday: Int) -> Weekdays { Weekdays(rawValue: 1 << UInt8(weekday - 1)) }

    package func contains(weekday: Int) -> Bool { contains(.only(weekday)) }

    var isWellFormed: Bool { !isEmpty && isSubset(of: .all) }
}

/// Bit 0 is the first of a month, bit 30 the 31st. A month without the day has none.
package struct MonthDays: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let all = MonthDays(rawValue: 0x7fff_ffff)

    /// - Parameter day: from 1 to 31.
    package static func only(_ day: Int) -> MonthDays { MonthDays(rawValue: 1 << UInt32(day - 1)) }

    var isWellFormed: Bool { !isEmpty && isSubset(of: .all) }
}

/// Wall-clock minutes of a day. It may run past midnight.
package struct Hours: Equatable, Sendable {
    package let fromMinute: Int
    /// The first minute outside.
    package let toMinute: Int

    package init(fromMinute: Int, toMinute: Int) {
        self.fromMinute = fromMinute
        self.toMinute = toMinute
    }

    package func contains(minute: Int) -> Bool {
        fromMinute < toMinute
            ? (fromMinute..<toMinute).contains(minute) : minute >= fromMinute || minute < toMinute
    }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.range(fromMinute, 0...ProgrammeLimits.minutesOfDay - 1, "hours")
        try ProgrammeCheck.range(toMinute, 0...ProgrammeLimits.minutesOfDay, "hours")
        guard fromMinute != toMinute else { throw .empty(field: "hours") }
    }
}

package enum ProductSelection: Equatable, Sendable {
    case all
    case list([String])
    /// Products whose code starts with one of these.
    case prefixes([String])

    package func contains(_ product: String) -> Bool {
        switch self {
        case .all: true
        case .list(let products): products.contains(product)
        case .prefixes(let prefixes): prefixes.contains { product.utf8.starts(with: $0.utf8) }
        }
    }

    private var entries: [String] {
        switch self {
        case .all: []
        case .list(let entries), .prefixes(let entries): entries
        }
    }

    fileprivate func check() throws(ProgrammeFault) {
        guard self == .all || !entries.isEmpty else { throw .empty(field: "products") }
        guard entries.count <= ProgrammeLimits.productsMax else {
            throw .tooMany(field: "products", limit: ProgrammeLimits.productsMax)
        }
        for entry in entries { try ProgrammeCheck.product(entry) }
    }

    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .all: writer.text("all")
        case .list:
            writer.text("list")
            writer.list(entries) { $0.text($1) }
        case .prefixes:
            writer.text("prefixes")
            writer.list(entries) { $0.text($1) }
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "all": self = .all
        case "list": self = .list(try reader.texts(atMost: ProgrammeLimits.productsMax))
        case "prefixes": self = .prefixes(try reader.texts(atMost: ProgrammeLimits.productsMax))
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}
