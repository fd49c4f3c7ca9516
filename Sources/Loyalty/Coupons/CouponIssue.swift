internal import Digests
package import LineCodec
package import Replication

/// Coupons of one definition that are given out together, under the same terms.
package struct CouponIssue: Equatable, Sendable {
    package let definitionCode: String
    package let definitionRevision: UInt32
    package let validFrom: CivilDate
    /// The last day on which it can be redeemed.
    package let validTo: CivilDate
    /// How often each coupon can be redeemed.
    package let uses: UInt32
    package let author: String
    package let reason: String
    package let coupons: [IssuedCoupon]

    package init(
        definitionCode: String, definitionRevision: UInt32, validFrom: CivilDate, validTo: CivilDate, uses: UInt32,
        author: String, reason: String, coupons: [IssuedCoupon]
    ) {
        self.definitionCode = definitionCode
        self.definitionRevision = definitionRevision
        self.validFrom = validFrom
        self.validTo = validTo
        self.uses = uses
        self.author = author
        self.reason = reason
        self.coupons = coupons
    }

    package static let kind = OperationKind(rawValue: "coupon")
    /// About 47 KiB of body: well inside what an operation may hold, and a small step of a receiver's transaction.
    package static let couponsMax = 500
    package static let usesMax: UInt32 = 1_000
    package static let definitionCodeCharactersMax = 24
    package static let authorCharactersMax = 64
    package static let reasonCharactersMax = 256
}

package struct IssuedCoupon: Equatable, Sendable {
    package let id: RecordID
    /// Nil for a coupon of whoever shows it.
    package let member: RecordID?
    /// Where the right to redeem it lies at first.
    package let homeNode: NodeID
    package let code: CouponCode

    package init(id: RecordID, member: RecordID?, homeNode: NodeID, code: CouponCode) {
        self.id = id
        self.member = member
        self.homeNode = homeNode
        self.code = code
    }
}

extension CouponIssue {
    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128 + 96 * coupons.count)
        writer.text(definitionCode)
        writer.integer(definitionRevision)
        writer.text(validFrom.text)
        writer.text(validTo.text)
        writer.integer(uses)
        writer.text(author)
        writer.text(reason)
        for coupon in coupons {
            writer.identifier(coupon.id.value)
            writer.optional(coupon.member?.value) { $0.identifier($1) }
            writer.integer(coupon.homeNode.value)
            writer.text(coupon.code.letters)
        }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        definitionCode = try reader.text()
        definitionRevision = try reader.integer()
        validFrom = try reader.civilDate()
        validTo = try reader.civilDate()
        uses = try reader.integer()
        author = try reader.text()
        reason = try reader.text()
        var coupons: [IssuedCoupon] = []
        while !reader.isAtEnd {
            guard coupons.count < Self.couponsMax else { throw .tooMany(limit: Self.couponsMax) }
            coupons.append(
                IssuedCoupon(
                    id: RecordID(try reader.identifier()), member: try reader.member(),
                    homeNode: NodeID(try reader.integer()), code: try reader.couponCode()))
        }
        self.coupons = coupons
    }
}

extension LineReader {
    mutating func civilDate() throws(LineError) -> CivilDate {
        guard let date = CivilDate(try text()) else { throw .notCanonical }
        return date
    }

    mutating func member() throws(LineError) -> RecordID? {
        try optional { reader throws(LineError) in try reader.identifier() }.map(RecordID.init(_:))
    }

    mutating func couponCode() throws(LineError) -> CouponCode {
        guard let code = CouponCode(canonical: try text()) else { throw .notCanonical }
        return code
    }
}

/// What is wrong with an issue of coupons or with voiding them, for whoever asked for it.
package enum CouponFault: Error, Equatable, Sendable {
    case noCoupons
    case tooManyCoupons(limit: Int)
    /// Not 1 to 24 of `a`–`z`, `A`–`Z`, `0`–`9`, `-`, `_` and `.`.
    case badDefinitionCode
    case textTooLong(field: String)
    case reasonMissing
    case datesReversed
    case usesOutOfRange(limit: UInt32)
    case couponTwice(RecordID)
    case codeTwice(CouponCode)
}

extension CouponIssue {
    package func check() throws(CouponFault) {
        guard !coupons.isEmpty else { throw .noCoupons }
        guard coupons.count <= Self.couponsMax else { throw .tooManyCoupons(limit: Self.couponsMax) }
        guard Self.isDefinitionCode(definitionCode) else { throw .badDefinitionCode }
        guard author.unicodeScalars.count <= Self.authorCharactersMax else { throw .textTooLong(field: "author") }
        guard reason.unicodeScalars.count <= Self.reasonCharactersMax else { throw .textTooLong(field: "reason") }
        guard validFrom <= validTo else { throw .datesReversed }
        guard (1...Self.usesMax).contains(uses) else { throw .usesOutOfRange(limit: Self.usesMax) }
        var ids: Set<RecordID> = []
        var codes: Set<CouponCode> = []
        for coupon in coupons {
            guard ids.insert(coupon.id).inserted else { throw .couponTwice(coupon.id) }
            guard codes.insert(coupon.code).inserted else { throw .codeTwice(coupon.code) }
        }
    }

    package static func isDefinitionCode(_ text: String) -> Bool {
        (1...definitionCodeCharactersMax).contains(text.utf8.count) && text.utf8.allSatisfy(definitionLetters.contains)
    }

    private static let definitionLetters = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
}

/// For whom a coupon is: with the definition and a number, all that its identity rests on.
package enum CouponRecipient: Hashable, Sendable {
    case member(RecordID)
    /// A line of somebody's list, such as an order or an address, that stands for no member.
    case key(String)
}

extension IssuedCoupon {
    /// The same id wherever the same coupon is given out, so that a repeated issue adds nothing.
    ///
    /// - Parameter number: tells several coupons of one definition for one recipient apart.
    package static func id(definitionCode: String, recipient: CouponRecipient, number: UInt32) -> RecordID {
        let (kind, key) =
            switch recipient {
            case .member(let member): ("member", Hexadecimal.text(member.value))
            case .key(let key): ("key", key)
            }
        return RecordID(
            IntentID.make(
                Array("coupon".utf8), Array(definitionCode.utf8), Array(kind.utf8), Array(key.utf8),
                Array(String(number).utf8)))
    }

    /// - Parameter secret: what `CouponCode.derived` asks for.
    /// - Returns: nil for a campaign above `CouponCode.campaignMax`.
    package static func derived(
        definitionCode: String, campaign: UInt16, recipient: CouponRecipient, number: UInt32, homeNode: NodeID,
        secret: [UInt8]
    ) -> IssuedCoupon? {
        let id = id(definitionCode: definitionCode, recipient: recipient, number: number)
        guard let code = CouponCode.derived(campaign: campaign, intent: id.value, secret: secret) else { return nil }
        let member: RecordID? =
            switch recipient {
            case .member(let member): member
            case .key: nil
            }
        return IssuedCoupon(id: id, member: member, homeNode: homeNode, code: code)
    }
}
