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

extension TierChange {
    /// So many days after the purchase that brought a tier its goods may come back and take the tier with them.
    package static let returnDays = 7

    private struct Word: Hashable {
        let tier: String
        let cause: RecordID?
    }

    /// Of everything said of one member's tier, what holds on a day. Of a tier that a sale brought, the hub's last word
    /// says when it ends, whatever was said before.
    package static func holding(_ changes: [TierChange], on date: CivilDate) -> [TierChange] {
        var ends: [Word: CivilDate] = [:]
        for change in changes where !change.isProvisional && change.cause != nil {
            ends[Word(tier: change.tier, cause: change.cause)] = change.until
        }
        return changes.filter { change in
            let end = ends[Word(tier: change.tier, cause: change.cause)]
            return [change.until, end].allSatisfy { $0.map { $0 >= date } ?? true }
        }
    }
}

extension Programme {
    /// Whether a branch's word on a tier stands by what the hub knows: it has given as good a one itself that holds, or
    /// the purchases reach it. A tier that is not known any more cannot be confirmed.
    ///
    /// - Parameter changes: everything said of the member's tier.
    package func confirms(
        _ tier: String, _ changes: [TierChange], purchases: [QualifyingPurchase], on date: CivilDate
    ) -> Bool {
        guard !tier.isEmpty else { return true }
        guard let rank = self.tier(tier, on: date)?.rule.rank else { return false }
        let given = TierChange.holding(changes.filter { !$0.isProvisional }, on: date)
        if given.contains(where: { self.tier($0.tier, on: date).map { $0.rule.rank >= rank } ?? false }) { return true }
        return tierReached(by: purchases, on: date).map { $0.rule.rank >= rank } ?? false
    }
}
