/// What headquarters may declare at most. A body with all lists full stays below what an operation may carry.
package enum ProgrammeLimits {
    package static let codeCharactersMax = 32
    package static let nameCharactersMax = 64
    package static let authorCharactersMax = 64
    package static let reasonCharactersMax = 256
    /// In a list of products or of prefixes.
    package static let productsMax = 1_000
    package static let branchesMax = 1_000
    package static let tiersMax = 32
    /// Codes of one category.
    package static let codesMax = 4_096
    /// Of one code, the latest: coupons go by the revision under which they were issued.
    package static let revisionsKept = 64
    package static let basisPointsMax = 10_000
    /// Ten times the points.
    package static let multiplierBasisPointsMax = 100_000
    package static let rateMax: Int64 = 1_000_000
    package static let daysMax = 3_660
    package static let monthsMax = 120
    package static let countMax = 1_000_000
    package static let minutesOfDay = 1_440
}

/// What is wrong with what headquarters declares.
package enum ProgrammeFault: Error, Equatable, Sendable {
    case badCode
    case badRevision
    /// Revisions of a code count up by one.
    case revisionNotNext(expected: UInt32)
    case tooManyCodes(limit: Int)
    /// The rule is not of the category under which it is declared.
    case wrongCategory
    /// Empty, too long or with control characters.
    case badText(field: String)
    case outOfRange(field: String)
    case tooMany(field: String, limit: Int)
    case empty(field: String)
    case endsBeforeItStarts
}

/// The checks that all rules share.
enum ProgrammeCheck {
    static func range<Value: Comparable>(
        _ value: Value, _ range: ClosedRange<Value>, _ field: String
    ) throws(ProgrammeFault) {
        guard range.contains(value) else { throw .outOfRange(field: field) }
    }

    static func amount(_ value: Int64, from least: Int64 = 0, _ field: String) throws(ProgrammeFault) {
        try range(value, least...Sale.amountMinorMax, field)
    }

    static func text(_ value: String, charactersMax: Int, _ field: String) throws(ProgrammeFault) {
        guard ValueForm.text(charactersMax: charactersMax).accepts(value) else { throw .badText(field: field) }
    }

    static func name(_ value: String) throws(ProgrammeFault) {
        try text(value, charactersMax: ProgrammeLimits.nameCharactersMax, "name")
    }

    static func product(_ value: String) throws(ProgrammeFault) {
        try text(value, charactersMax: Sale.textCharactersMax, "product")
    }

    static func texts(_ texts: [String], atMost limit: Int, _ field: String) throws(ProgrammeFault) {
        guard texts.count <= limit else { throw .tooMany(field: field, limit: limit) }
        for text in texts { try self.text(text, charactersMax: ProgrammeLimits.nameCharactersMax, field) }
    }

    static func dates(_ from: CivilDate?, _ to: CivilDate?) throws(ProgrammeFault) {
        if let from, let to, to < from { throw .endsBeforeItStarts }
    }
}
