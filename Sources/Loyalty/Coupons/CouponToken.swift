package import Digests
internal import LineCodec
internal import Replication

/// A coupon as a QR code tells it: a branch that has never heard of the coupon can check it without the hub.
///
/// `BL1:`, then in base64url three bytes of SHA-256 over what follows, the signature, and the body as one line. At most
/// 299 characters: QR version 11 at error correction L, 13 at M.
package struct CouponToken: Equatable, Sendable {
    package let coupon: IssuedCoupon
    package let definitionCode: String
    package let definitionRevision: UInt32
    package let validFrom: CivilDate
    /// The last day on which it can be redeemed.
    package let validTo: CivilDate
    package let uses: UInt32

    package init(
        coupon: IssuedCoupon, definitionCode: String, definitionRevision: UInt32, validFrom: CivilDate,
        validTo: CivilDate, uses: UInt32
    ) {
        self.coupon = coupon
        self.definitionCode = definitionCode
        self.definitionRevision = definitionRevision
        self.validFrom = validFrom
        self.validTo = validTo
        self.uses = uses
    }

    /// - Parameter coupon: one of the issue's.
    package init(of coupon: IssuedCoupon, in issue: CouponIssue) {
        self.init(
            coupon: coupon, definitionCode: issue.definitionCode, definitionRevision: issue.definitionRevision,
            validFrom: issue.validFrom, validTo: issue.validTo, uses: issue.uses)
    }

    package static let charactersMax = 299
    private static let prefix = "BL1:"
    private static let checksumBytes = 3
}

/// Why a text is no coupon of this chain.
package enum CouponTokenFault: Error, Equatable, Sendable {
    /// Something else altogether, or signed by the chain in a way that this version does not know.
    case notAToken
    /// Damaged on its way: to be scanned again.
    case mistyped
    /// Whole, but not signed by the holder of the key.
    case forged
    case tooLong(limit: Int)
}

extension CouponToken {
    /// Nil for what would not fit into `charactersMax`; all that `CouponIssue.check` accepts fits.
    package func sealed(by seal: CouponSeal) -> String? {
        let body = body()
        guard let signature = seal.signature(of: Self.signed(body)) else { return nil }
        let sealed = signature + body
        let text = Self.prefix + Base64URL.text(Self.checksum(sealed) + sealed)
        return text.utf8.count <= Self.charactersMax ? text : nil
    }

    /// What the scanner read, without the end of line that it may add.
    package static func open(_ text: String, under publicKey: [UInt8]) throws(CouponTokenFault) -> CouponToken {
        guard text.utf8.starts(with: prefix.utf8) else { throw .notAToken }
        guard text.utf8.count <= charactersMax else { throw .tooLong(limit: charactersMax) }
        let typed = String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let bytes = Base64URL.bytes(typed) else { throw .mistyped }
        let sealed = Array(bytes.dropFirst(checksumBytes))
        guard sealed.count > CouponSeal.signatureBytes, checksum(sealed).elementsEqual(bytes.prefix(checksumBytes))
        else {
            throw .mistyped
        }
        let signature = Array(sealed.prefix(CouponSeal.signatureBytes))
        let body = Array(sealed.dropFirst(CouponSeal.signatureBytes))
        guard CouponSeal.holds(signature, over: signed(body), under: publicKey) else { throw .forged }
        guard let token = try? CouponToken(body: body) else { throw .notAToken }
        return token
    }

    /// The prefix is signed along, so that no other thing under the same key passes for a coupon.
    private static func signed(_ body: [UInt8]) -> [UInt8] { Array(prefix.utf8) + body }

    /// Not a seal: tells a bad scan from a forgery.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        Array(Digest256(of: bytes).bytes.prefix(checksumBytes))
    }

    private func body() -> [UInt8] {
        var writer = LineWriter(reserving: 160)
        writer.identifier(coupon.id.value)
        writer.text(definitionCode)
        writer.integer(definitionRevision)
        writer.optional(coupon.member?.value) { $0.identifier($1) }
        writer.text(validFrom.text)
        writer.text(validTo.text)
        writer.integer(uses)
        writer.integer(coupon.homeNode.value)
        writer.text(coupon.code.letters)
        return writer.bytes
    }

    private init(body: [UInt8]) throws(LineError) {
        var reader = LineReader(body)
        let id = RecordID(try reader.identifier())
        definitionCode = try reader.text()
        definitionRevision = try reader.integer()
        let member = try reader.member()
        validFrom = try reader.civilDate()
        validTo = try reader.civilDate()
        uses = try reader.integer()
        let homeNode = NodeID(try reader.integer())
        coupon = IssuedCoupon(id: id, member: member, homeNode: homeNode, code: try reader.couponCode())
        try reader.end()
    }
}
