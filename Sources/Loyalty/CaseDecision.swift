package import LineCodec
package import Replication

/// An administrator settles a case that no write to a field can settle.
package struct CaseDecision: Equatable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        /// Members with one phone are different people.
        case distinct
        /// Seen; nothing is to be done.
        case acknowledged
        /// The chain bears what is lost.
        case acceptLoss = "accept_loss"
        /// The member owes it.
        case chargeMember = "charge_member"
        /// The branch bears it in the chain's own reckoning.
        case chargeBranch = "charge_branch"
        /// The coupon is taken back, whatever uses it has left.
        case void
        /// Somebody has cheated; the coupon is taken back where there is one.
        case fraud
    }

    package let caseID: RecordID
    package let outcome: Outcome
    package let author: String
    package let reason: String

    package init(caseID: RecordID, outcome: Outcome, author: String, reason: String) {
        self.caseID = caseID
        self.outcome = outcome
        self.author = author
        self.reason = reason
    }

    package static let kind = OperationKind(rawValue: "decision")

    package func publicBody() -> [UInt8] {
        var writer = LineWriter()
        writer.identifier(caseID.value)
        writer.text(outcome.rawValue)
        writer.text(author)
        writer.text(reason)
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        caseID = RecordID(try reader.identifier())
        let code = try reader.text()
        guard let outcome = Outcome(rawValue: code) else { throw .unknownCode(code) }
        self.outcome = outcome
        author = try reader.text()
        reason = try reader.text()
        try reader.end()
    }
}
