package import LineCodec
package import Replication

/// The hub tells the chain that coupons are used up, so that no branch redeems them again without a right.
package struct CouponSpent: Equatable, Sendable {
    package let coupons: [RecordID]

    package init(coupons: [RecordID]) { self.coupons = coupons }

    package static let kind = OperationKind(rawValue: "coupon_spent")
    package static let couponsMax = 500

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 40 * coupons.count)
        writer.list(coupons) { $0.identifier($1.value) }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        coupons = try reader.list(atMost: Self.couponsMax) { reader throws(LineError) in try reader.record() }
        try reader.end()
    }
}
