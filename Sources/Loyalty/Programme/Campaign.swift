import LineCodec

/// What coupons are issued for, and what they may cost together.
package struct Campaign: Equatable, Sendable {
    package let name: String
    package let from: CivilDate
    package let to: CivilDate
    package let budgetMinor: Int64?

    package init(name: String, from: CivilDate, to: CivilDate, budgetMinor: Int64? = nil) {
        self.name = name
        self.from = from
        self.to = to
        self.budgetMinor = budgetMinor
    }

    func check() throws(ProgrammeFault) {
        try ProgrammeCheck.name(name)
        try ProgrammeCheck.dates(from, to)
        if let budgetMinor { try ProgrammeCheck.amount(budgetMinor, "budget") }
    }

    func write(to writer: inout LineWriter) {
        writer.text(name)
        writer.text(from.text)
        writer.text(to.text)
        writer.optional(budgetMinor) { $0.integer($1) }
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            name: try reader.text(), from: try reader.date(), to: try reader.date(),
            budgetMinor: try reader.optionalInteger())
    }
}
