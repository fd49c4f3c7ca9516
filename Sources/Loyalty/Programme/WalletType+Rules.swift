import LineCodec

extension WalletType {
    func check() throws(ProgrammeFault) {
        if let earning {
            try ProgrammeCheck.range(earning.points, 1...ProgrammeLimits.rateMax, "earning")
            try ProgrammeCheck.range(earning.perMinor, 1...ProgrammeLimits.rateMax, "earning")
        }
        try redemption?.check()
        try ProgrammeCheck.range(pendingDays, 0...ProgrammeLimits.daysMax, "pending")
        try expiry.check()
        if let balanceMax { try ProgrammeCheck.amount(balanceMax, from: 1, "balance") }
        try ProgrammeCheck.range(staleDaysMax, 0...ProgrammeLimits.daysMax, "stale")
        try ProgrammeCheck.amount(allowance.cap, "allowance")
        try ProgrammeCheck.range(allowance.lowWaterPercent, 0...100, "allowance")
        try ProgrammeCheck.range(allowance.inactivityDays, 1...ProgrammeLimits.daysMax, "allowance")
        try checkKind()
    }

    private func checkKind() throws(ProgrammeFault) {
        switch kind {
        case .points: break
        case .growth: guard redemption == nil else { throw .outOfRange(field: "redemption") }
        case .storedValue:
            guard earning == nil else { throw .outOfRange(field: "earning") }
            guard let redemption, redemption.unit == redemption.unitValueMinor else {
                throw .outOfRange(field: "redemption")
            }
        }
    }
}

extension RedemptionRule {
    fileprivate func check() throws(ProgrammeFault) {
        try ProgrammeCheck.amount(minimum, "redemption")
        try ProgrammeCheck.range(unit, 1...ProgrammeLimits.rateMax, "redemption")
        try ProgrammeCheck.range(unitValueMinor, 1...ProgrammeLimits.rateMax, "redemption")
        try ProgrammeCheck.range(capBasisPoints, 1...Int64(ProgrammeLimits.basisPointsMax), "redemption")
    }
}

extension ExpiryPolicy {
    fileprivate func check() throws(ProgrammeFault) {
        switch self {
        case .never: break
        case .months(let count): try ProgrammeCheck.range(count, 1...ProgrammeLimits.monthsMax, "expiry")
        case .fixedDay(let month, let day, let yearsAhead):
            try ProgrammeCheck.range(yearsAhead, 0...10, "expiry")
            guard CivilDate(year: 2000, month: month, day: day) != nil else { throw .outOfRange(field: "expiry") }
        }
    }
}

extension WalletType {
    func write(to writer: inout LineWriter) {
        writer.text(kind.rawValue)
        writer.optional(earning) { writer, earning in
            writer.integer(earning.points)
            writer.integer(earning.perMinor)
        }
        writer.optional(redemption) { writer, redemption in
            writer.integer(redemption.minimum)
            writer.integer(redemption.unit)
            writer.integer(redemption.unitValueMinor)
            writer.integer(redemption.capBasisPoints)
        }
        writer.integer(pendingDays)
        expiry.write(to: &writer)
        writer.text(spendOrder.rawValue)
        writer.optional(balanceMax) { $0.integer($1) }
        writer.integer(staleDaysMax)
        writer.integer(allowance.cap)
        writer.integer(allowance.lowWaterPercent)
        writer.integer(allowance.inactivityDays)
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            kind: try reader.code(Kind.self),
            earning: try reader.optional { reader throws(LineError) in
                EarningRate(points: try reader.integer(), perMinor: try reader.integer())
            },
            redemption: try reader.optional { reader throws(LineError) in
                RedemptionRule(
                    minimum: try reader.integer(), unit: try reader.integer(), unitValueMinor: try reader.integer(),
                    capBasisPoints: try reader.integer())
            },
            pendingDays: try reader.integer(), expiry: try ExpiryPolicy(from: &reader),
            spendOrder: try reader.code(SpendOrder.self), balanceMax: try reader.optionalInteger(),
            staleDaysMax: try reader.integer(),
            allowance: Allowance(
                cap: try reader.integer(), lowWaterPercent: try reader.integer(), inactivityDays: try reader.integer())
        )
    }
}

extension ExpiryPolicy {
    fileprivate func write(to writer: inout LineWriter) {
        switch self {
        case .never: writer.text("never")
        case .months(let count):
            writer.text("months")
            writer.integer(count)
        case .fixedDay(let month, let day, let yearsAhead):
            writer.text("day")
            writer.integer(month)
            writer.integer(day)
            writer.integer(yearsAhead)
        }
    }

    fileprivate init(from reader: inout LineReader) throws(LineError) {
        let code = try reader.text()
        switch code {
        case "never": self = .never
        case "months": self = .months(try reader.integer())
        case "day":
            self = .fixedDay(
                month: try reader.integer(), day: try reader.integer(), yearsAhead: try reader.integer())
        case _: throw .unknownCode(LineError.excerpt(code))
        }
    }
}
