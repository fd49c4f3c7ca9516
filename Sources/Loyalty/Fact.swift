package import Replication

/// What an operation says, once its bodies have been read.
package enum Fact: Equatable, Sendable {
    case member(MemberEdit)
    case sale(Sale)
    case decision(CaseDecision)
    /// A kind from a newer version: kept, passed on, and read after an upgrade.
    case unknown

    package static let kinds = [MemberEdit.kind, Sale.kind, CaseDecision.kind]

    /// Who receives operations of this kind; nil for a kind that this version does not know.
    package static func audience(of kind: OperationKind) -> Audience? {
        switch kind {
        case MemberEdit.kind: .chain
        case Sale.kind, CaseDecision.kind: .hub
        case _: nil
        }
    }

    /// Nil where the bodies cannot be read although the kind is known.
    package init?(_ operation: Operation) {
        do {
            switch operation.kind {
            case MemberEdit.kind:
                self = .member(
                    try MemberEdit(publicBody: operation.publicBody, personalBody: operation.personal?.body))
            case Sale.kind: self = .sale(try Sale(publicBody: operation.publicBody))
            case CaseDecision.kind: self = .decision(try CaseDecision(publicBody: operation.publicBody))
            case _: self = .unknown
            }
        } catch {
            return nil
        }
    }
}
