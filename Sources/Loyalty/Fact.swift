package import Replication

/// What an operation says, once its bodies have been read.
package enum Fact: Equatable, Sendable {
    case member(MemberEdit)
    case sale(Sale)
    case decision(CaseDecision)
    case transfer(Transfer)
    case topUp(TopUp)
    case refund(Refund)
    case release(Release)
    case booking(Booking)
    case couponIssue(CouponIssue)
    case couponVoid(CouponVoid)
    case couponSpent(CouponSpent)
    case programme(ProgrammeEdit)
    case tier(TierChange)
    /// A kind from a newer version: kept, passed on, and read after an upgrade.
    case unknown

    package static let kinds = [
        MemberEdit.kind, Sale.kind, CaseDecision.kind, Transfer.kind, TopUp.kind, Refund.kind, Release.kind,
        Booking.kind, CouponIssue.kind, CouponVoid.kind, CouponSpent.kind,
        ProgrammeEdit.kind, TierChange.kind,
    ]

    /// Who is to receive operations of a kind.
    package enum Reach: Equatable, Sendable {
        case chain, hub
        /// The hub alone where a branch is the author, one branch where the hub is.
        case hubOrBranch
        /// Whoever the hub sees fit; nobody but the hub may write it.
        case asHubSays
    }

    /// Nil for a kind that this version does not know.
    package static func reach(of kind: OperationKind) -> Reach? {
        switch kind {
        case MemberEdit.kind, CouponVoid.kind, CouponSpent.kind, ProgrammeEdit.kind, TierChange.kind: .chain
        case CouponIssue.kind: .asHubSays
        case Sale.kind, CaseDecision.kind, TopUp.kind, Refund.kind, Release.kind, Booking.kind: .hub
        case Transfer.kind: .hubOrBranch
        case _: nil
        }
    }

    /// Nil where the bodies cannot be read although the kind is known.
    package init?(_ operation: Operation) {
        do {
            let body = operation.publicBody
            switch operation.kind {
            case MemberEdit.kind:
                self = .member(try MemberEdit(publicBody: body, personalBody: operation.personal?.body))
            case Sale.kind: self = .sale(try Sale(publicBody: body))
            case CaseDecision.kind: self = .decision(try CaseDecision(publicBody: body))
            case Transfer.kind: self = .transfer(try Transfer(publicBody: body))
            case TopUp.kind: self = .topUp(try TopUp(publicBody: body))
            case Refund.kind: self = .refund(try Refund(publicBody: body))
            case Release.kind: self = .release(try Release(publicBody: body))
            case Booking.kind: self = .booking(try Booking(publicBody: body))
            case CouponIssue.kind: self = .couponIssue(try CouponIssue(publicBody: body))
            case CouponVoid.kind: self = .couponVoid(try CouponVoid(publicBody: body))
            case CouponSpent.kind: self = .couponSpent(try CouponSpent(publicBody: body))
            case ProgrammeEdit.kind: self = .programme(try ProgrammeEdit(publicBody: body))
            case TierChange.kind: self = .tier(try TierChange(publicBody: body))
            case _: self = .unknown
            }
        } catch {
            return nil
        }
    }
}

extension Fact.Reach {
    package func allows(_ audience: Audience, isByHub: Bool) -> Bool {
        switch (self, audience) {
        case (.chain, .chain), (.hub, .hub): true
        case (.hubOrBranch, .hub): !isByHub
        case (.hubOrBranch, .nodes(let nodes)): isByHub && nodes.count == 1
        case (.asHubSays, _): isByHub
        case (.chain, _), (.hub, _), (.hubOrBranch, _): false
        }
    }
}

extension Fact {
    package var kind: OperationKind {
        switch self {
        case .member: MemberEdit.kind
        case .sale: Sale.kind
        case .decision: CaseDecision.kind
        case .transfer: Transfer.kind
        case .topUp: TopUp.kind
        case .refund: Refund.kind
        case .release: Release.kind
        case .booking: Booking.kind
        case .couponIssue: CouponIssue.kind
        case .couponVoid: CouponVoid.kind
        case .couponSpent: CouponSpent.kind
        case .programme: ProgrammeEdit.kind
        case .tier: TierChange.kind
        case .unknown: OperationKind(rawValue: "unknown")
        }
    }

    /// How it is spelled in an operation; members have a personal part beside it.
    package var publicBody: [UInt8] {
        switch self {
        case .member(let edit): edit.bodies().publicBody
        case .sale(let sale): sale.publicBody()
        case .decision(let decision): decision.publicBody()
        case .transfer(let transfer): transfer.publicBody()
        case .topUp(let topUp): topUp.publicBody()
        case .refund(let refund): refund.publicBody()
        case .release(let release): release.publicBody()
        case .booking(let booking): booking.publicBody()
        case .couponIssue(let issue): issue.publicBody()
        case .couponVoid(let void): void.publicBody()
        case .couponSpent(let spent): spent.publicBody()
        case .programme(let edit): edit.publicBody()
        case .tier(let change): change.publicBody()
        case .unknown: []
        }
    }
}
