import LineCodec

/// Pay so much, receive so much more.
package struct TopUpPlan: Equatable, Sendable {
    package let payMinor: Int64
    package let bonusMinor: Int64
    /// From the day of the top-up; nil where the bonus does not expire.
    package let bonusExpiryDays: Int?
    package let oncePerMember: Bool

    package init(payMinor: Int64, bonusMinor: Int64, bonusExpiryDays: Int? = nil, oncePerMember: Bool = false) {
        self.payMinor = payMinor
        self.bonusMinor = bonusMinor
        self.bonusExpiryDays = bonusExpiryDays
        self.oncePerMember = oncePerMember
    }

    package func bonusExpiry(paidOn date: CivilDate) -> CivilDate? { bonusExpiryDays.map(date.adding(days:)) }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.amount(payMinor, from: 1, "pay")
        try ProgrammeCheck.amount(bonusMinor, "bonus")
        if let bonusExpiryDays { try ProgrammeCheck.range(bonusExpiryDays, 0...ProgrammeLimits.daysMax, "expiry") }
    }

    func write(to writer: inout LineWriter) {
        writer.integer(payMinor)
        writer.integer(bonusMinor)
        writer.optional(bonusExpiryDays) { $0.integer($1) }
        writer.flag(oncePerMember)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            payMinor: try reader.integer(), bonusMinor: try reader.integer(),
            bonusExpiryDays: try reader.optionalInteger(), oncePerMember: try reader.flag())
    }
}
