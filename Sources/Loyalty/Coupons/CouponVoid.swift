package import LineCodec
package import Replication

/// Somebody takes coupons back before they are used up.
package struct CouponVoid: Equatable, Sendable {
    package let coupons: [RecordID]
    package let author: String
    package let reason: String

    package init(coupons: [RecordID], author: String, reason: String) {
        self.coupons = coupons
        self.author = author
        self.reason = reason
    }

    package static let kind = OperationKind(rawValue: "coupon_void")

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128 + 33 * coupons.count)
        writer.text(author)
        writer.text(reason)
        for coupon in coupons { writer.identifier(coupon.value) }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        author = try reader.text()
        reason = try reader.text()
        var coupons: [RecordID] = []
        while !reader.isAtEnd {
            guard coupons.count < CouponIssue.couponsMax else { throw .tooMany(limit: CouponIssue.couponsMax) }
            coupons.append(RecordID(try reader.identifier()))
        }
        self.coupons = coupons
    }

    package func check() throws(CouponFault) {
        guard !coupons.isEmpty else { throw .noCoupons }
        guard coupons.count <= CouponIssue.couponsMax else { throw .tooManyCoupons(limit: CouponIssue.couponsMax) }
        guard author.unicodeScalars.count <= CouponIssue.authorCharactersMax else {
            throw .textTooLong(field: "author")
        }
        guard !reason.isEmpty else { throw .reasonMissing }
        guard reason.unicodeScalars.count <= CouponIssue.reasonCharactersMax else {
            throw .textTooLong(field: "reason")
        }
        var ids: Set<RecordID> = []
        for coupon in coupons where !ids.insert(coupon).inserted { throw .couponTwice(coupon) }
    }
}
