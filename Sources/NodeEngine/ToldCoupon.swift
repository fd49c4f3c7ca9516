import LineCodec
package import Loyalty
internal import Replication

/// A coupon as the hub tells of it.
package struct ToldCoupon: Equatable, Sendable {
    /// As a seal would say it.
    package let token: CouponToken
    package let isVoid: Bool
    package let isUsedUp: Bool
    /// The branch that has the right to it; nil for the hub.
    package let heldAt: String?

    /// Nil for anything but what the hub answers.
    init?(_ code: CouponCode, fields: [String?]) {
        guard fields.count == 11, let id = fields[0].flatMap(Hexadecimal.identifier), let definition = fields[1],
            let revision = fields[2].flatMap({ UInt32($0) }), let validFrom = fields[4].flatMap({ CivilDate($0) }),
            let validTo = fields[5].flatMap({ CivilDate($0) }), let uses = fields[6].flatMap({ UInt32($0) }),
            let left = fields[9].flatMap({ Int64($0) })
        else { return nil }
        var member: RecordID?
        if let text = fields[3] {
            guard let value = Hexadecimal.identifier(text) else { return nil }
            member = RecordID(value)
        }
        token = CouponToken(
            coupon: IssuedCoupon(id: RecordID(id), member: member, homeNode: .hub, code: code),
            definitionCode: definition, definitionRevision: revision, validFrom: validFrom, validTo: validTo,
            uses: uses)
        isVoid = fields[7] == "yes"
        isUsedUp = fields[8] == "yes" || left == 0
        heldAt = fields[10]
    }
}
