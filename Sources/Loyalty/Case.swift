import Digests
package import Replication

/// Something that no rule can settle and a person must look at. Derived from state: same state, same cases.
package struct Case: Equatable, Sendable {
    package enum Subject: Equatable, Sendable {
        /// Values of one field written without knowledge of each other.
        case field(member: RecordID, MemberField, siblings: [Cell])
        /// Members who are not known to be one person, with one phone or card. The key is the keyed hash.
        case sameIdentity(kind: String, key: UInt128, members: [RecordID])
        /// An operation that the hub has flagged or declared void.
        case judged(Dot, Verdict)
        /// A coupon was redeemed more often than it may be: every redemption that stands.
        case redeemedAgain(coupon: RecordID, by: [Dot])
        /// A member owes a wallet: every entry that made it so, but for what headquarters has charged itself.
        case debt(member: RecordID, wallet: String, made: [Dot])
        /// A member has used more coupons of a definition than it allows: every valid use.
        case overLimit(member: RecordID, definition: String, by: [Dot])
        /// Doubles have cost more than a definition's campaign was to lose by them: every double.
        case overLoss(definition: String, by: [Dot])
        /// A branch has given a tier that what the hub knows of the member's purchases does not bring.
        case tierDisputed(member: RecordID, tier: String, by: [Dot])
        /// Different sales of one till on one day under one receipt's number.
        case sameReference(sales: [RecordID])
    }

    package let subject: Subject

    package init(_ subject: Subject) { self.subject = subject }

    /// A sibling or a member more makes another case, linked by its subject: nobody has decided on that one yet.
    package var id: RecordID {
        switch subject {
        case .field(let member, let field, let siblings):
            let dots = siblings.map(\.dot).sorted().flatMap(Self.bytes(of:))
            return RecordID(
                IntentID.make(
                    Array("field".utf8), Self.bytes(of: member.value), Array(field.name.utf8), dots))
        case .sameIdentity(let kind, let key, let members):
            let ids = members.sorted().flatMap { Self.bytes(of: $0.value) }
            return RecordID(
                IntentID.make(Array("identity".utf8), Array(kind.utf8), Self.bytes(of: key), ids))
        case .judged(let dot, _):
            return RecordID(IntentID.make(Array("judged".utf8), Self.bytes(of: dot)))
        case .redeemedAgain(let coupon, let dots):
            return RecordID(
                IntentID.make(
                    Array("redeemed".utf8), Self.bytes(of: coupon.value), Self.bytes(of: dots)))
        case .debt(let member, let wallet, let dots):
            return RecordID(
                IntentID.make(
                    Array("debt".utf8), Self.bytes(of: member.value), Array(wallet.utf8), Self.bytes(of: dots)))
        case .overLimit(let member, let definition, let dots):
            return RecordID(
                IntentID.make(
                    Array("limit".utf8), Self.bytes(of: member.value), Array(definition.utf8), Self.bytes(of: dots)))
        case .overLoss(let definition, let dots):
            return RecordID(IntentID.make(Array("loss".utf8), Array(definition.utf8), Self.bytes(of: dots)))
        case .tierDisputed(let member, let tier, let dots):
            return RecordID(
                IntentID.make(
                    Array("tier".utf8), Self.bytes(of: member.value), Array(tier.utf8), Self.bytes(of: dots)))
        case .sameReference(let sales):
            let ids = sales.sorted().flatMap { Self.bytes(of: $0.value) }
            return RecordID(IntentID.make(Array("reference".utf8), ids))
        }
    }

    /// A stable name of what kind of case this is.
    package var kind: String {
        switch subject {
        case .field: "member.field"
        case .sameIdentity(let kind, _, _): "member.duplicate_\(kind)"
        case .judged(_, let verdict): Self.kind(of: verdict)
        case .redeemedAgain: "coupon.double_redemption"
        case .debt: "points.debt"
        case .overLimit, .overLoss: "coupon.over_limit"
        case .tierDisputed: "tier.disputed"
        case .sameReference: "sale.duplicate_reference"
        }
    }

    private static func kind(of verdict: Verdict) -> String {
        switch verdict {
        case .ok: judgedKind
        case .flagged(let reason), .void(let reason): judgedKinds[reason] ?? judgedKind
        }
    }

    private static let judgedKind = "operation.judged"
    package static let redeemedVoidKind = "coupon.redeemed_void"

    private static let judgedKinds: [VerdictReason: String] = [
        .overdrawn: "points.overdraft", .refundExceedsSale: "refund.exceeds_sale", .ruleMismatch: "earn.rule_mismatch",
        .couponVoid: redeemedVoidKind,
    ]

    /// Reasons that are no case by themselves: of an unknown rule nothing can be said, and what the others are about
    /// is derived from the state, whatever becomes of it later.
    package static let reasonsWithoutCase: [VerdictReason] = [.ruleUnknown, .overLimit, .tierDisputed]

    private static func bytes(of dots: [Dot]) -> [UInt8] { dots.sorted().flatMap(bytes(of:)) }

    private static func bytes(of dot: Dot) -> [UInt8] {
        bytes(of: dot.actor.value) + (0..<8).reversed().map { UInt8(truncatingIfNeeded: dot.sequence >> ($0 * 8)) }
    }

    private static func bytes(of value: UInt128) -> [UInt8] {
        (0..<16).reversed().map { UInt8(truncatingIfNeeded: value >> UInt128($0 * 8)) }
    }
}

extension Member {
    package var fieldCases: [Case] {
        contestedFields.map {
            Case(.field(member: id, $0, siblings: state.cells(in: Slot(field: $0.rawValue))))
        }
    }
}

/// The key under which a phone or card is found without being listed.
package struct LookupKey: Sendable {
    private let digest: KeyedDigest

    package init(secret: [UInt8]) { digest = KeyedDigest(key: secret) }

    /// - Parameter identity: `kind:value`.
    package func of(_ identity: [UInt8]) -> UInt128 { digest.key128(of: identity) }

    package static func of(kind: String, value: String, secret: [UInt8]) -> UInt128 {
        LookupKey(secret: secret).of(Array("\(kind):\(value)".utf8))
    }
}
