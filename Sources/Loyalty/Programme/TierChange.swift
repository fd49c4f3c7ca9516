package import LineCodec
package import Replication

/// A member has a tier from now on. A branch says so provisionally, from what it has sold itself; the hub confirms,
/// and it alone lets a tier go.
package struct TierChange: Equatable, Sendable {
    package let member: RecordID
    /// Empty for none.
    package let tier: String
    /// The last day on which it holds; nil for no end.
    package let until: CivilDate?
    package let isProvisional: Bool
    /// The sale that brought it, or nil where time did.
    package let cause: RecordID?

    package init(member: RecordID, tier: String, until: CivilDate?, isProvisional: Bool, cause: RecordID?) {
        self.member = member
        self.tier = tier
        self.until = until
        self.isProvisional = isProvisional
        self.cause = cause
    }

    package static let kind = OperationKind(rawValue: "tier")

    /// So long after its last day a tier is still honoured: until every branch can have heard what follows.
    package static let graceDays = 3

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128)
        writer.identifier(member.value)
        writer.text(tier)
        writer.optional(until?.text) { $0.text($1) }
        writer.text(isProvisional ? "provisional" : "confirmed")
        writer.optional(cause?.value) { $0.identifier($1) }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        member = try reader.record()
        tier = try reader.text()
        until = try reader.optionalDate()
        switch try reader.text() {
        case "provisional": isProvisional = true
        case "confirmed": isProvisional = false
        case let word: throw .unknownCode(LineError.excerpt(word))
        }
        cause = try reader.optionalRecord()
        try reader.end()
    }

    var isWellFormed: Bool { tier.isEmpty || ProgrammeItem.isCode(tier) }
}
