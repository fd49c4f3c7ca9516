package import Replication

/// A redemption that counts against how many coupons of one definition a member may use.
package struct LimitedUse: Equatable, Sendable {
    package let coupon: RecordID
    /// In the hub's log.
    package let position: Int64
    package let isByRight: Bool
    /// How often the coupon itself may be used.
    package let couponUses: Int
    /// What the member may use of the definition, by the revision under which the coupon was issued; nil for no limit.
    package let memberUsesMax: Int?

    package init(coupon: RecordID, position: Int64, isByRight: Bool, couponUses: Int, memberUsesMax: Int?) {
        self.coupon = coupon
        self.position = position
        self.isByRight = isByRight
        self.couponUses = couponUses
        self.memberUsesMax = memberUsesMax
    }

    /// Those that a coupon had a use left for: by right first, then in the hub's order. The others are doubles, and a
    /// case of their own.
    package static func valid(_ uses: [LimitedUse]) -> [LimitedUse] {
        var left: [RecordID: Int] = [:]
        var valid: [LimitedUse] = []
        for use in uses.sorted(by: { ($0.isByRight ? 0 : 1, $0.position) < ($1.isByRight ? 0 : 1, $1.position) }) {
            let uses = left[use.coupon] ?? use.couponUses
            left[use.coupon] = uses - 1
            if uses > 0 { valid.append(use) }
        }
        return valid.sorted { ($0.position, $0.coupon) < ($1.position, $1.coupon) }
    }

    /// Of those that are valid, the ones beyond what the member may use.
    package static func beyondLimit(_ uses: [LimitedUse]) -> [LimitedUse] {
        valid(uses).enumerated().filter { index, use in use.memberUsesMax.map { index >= $0 } ?? false }.map(\.element)
    }
}
