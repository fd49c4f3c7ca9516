import LineCodec

/// A step of the ladder. A higher rank is a better tier.
package struct Tier: Equatable, Sendable {
    package enum Metric: String, CaseIterable, Sendable {
        /// Net spend within the window.
        case spend
        /// Growth value within the window.
        case growth
    }

    package let name: String
    package let rank: Int
    package let metric: Metric
    /// Minor units of spend, or points of growth value.
    package let threshold: Int64
    package let windowMonths: Int
    /// What a member pays of the price: 9,500 is 95 %.
    package let payBasisPoints: Int64
    /// 10,000 is the plain rate.
    package let multiplierBasisPoints: Int64

    package init(
        name: String, rank: Int, metric: Metric = .spend, threshold: Int64, windowMonths: Int = 12,
        payBasisPoints: Int64 = 10_000, multiplierBasisPoints: Int64 = 10_000
    ) {
        self.name = name
        self.rank = rank
        self.metric = metric
        self.threshold = threshold
        self.windowMonths = windowMonths
        self.payBasisPoints = payBasisPoints
        self.multiplierBasisPoints = multiplierBasisPoints
    }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.name(name)
        try ProgrammeCheck.range(rank, 0...ProgrammeLimits.countMax, "rank")
        try ProgrammeCheck.amount(threshold, "threshold")
        try ProgrammeCheck.range(windowMonths, 1...ProgrammeLimits.monthsMax, "window")
        try ProgrammeCheck.range(payBasisPoints, 1...Int64(ProgrammeLimits.basisPointsMax), "price")
        try ProgrammeCheck.range(
            multiplierBasisPoints, 10_000...Int64(ProgrammeLimits.multiplierBasisPointsMax), "multiplier")
    }

    func write(to writer: inout LineWriter) {
        writer.text(name)
        writer.integer(rank)
        writer.text(metric.rawValue)
        writer.integer(threshold)
        writer.integer(windowMonths)
        writer.integer(payBasisPoints)
        writer.integer(multiplierBasisPoints)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            name: try reader.text(), rank: try reader.integer(), metric: try reader.code(Metric.self),
            threshold: try reader.integer(), windowMonths: try reader.integer(),
            payBasisPoints: try reader.integer(), multiplierBasisPoints: try reader.integer())
    }
}
