import Digests
import LineCodec
import Replication
import TestSupport
import Testing

@testable import Loyalty

@Suite struct CouponTokenTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func everyTokenIsReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (token, seal) = (random.couponToken(), try random.couponSeal())
        let text = try #require(token.sealed(by: seal))
        #expect(try CouponToken.open(text, under: seal.publicKey) == token)
        #expect(token.sealed(by: seal) == text)
        #expect(text.utf8.count <= CouponToken.charactersMax)
    }

    /// A bad scan is never called a forgery: that would accuse a customer.
    @Test(arguments: 0..<3 as Range<UInt64>)
    func everyFlippedCharacterIsRefused(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (token, seal) = (random.couponToken(), try random.couponSeal())
        let letters = Array(try #require(token.sealed(by: seal)).utf8)
        for place in letters.indices {
            for other in [letters[place] ^ 1, letters[place] ^ 32, random.letter(otherThan: letters[place])] {
                var wrong = letters
                wrong[place] = other
                let fault: CouponTokenFault = place < 4 ? .notAToken : .mistyped
                #expect(throws: fault) {
                    try CouponToken.open(String(decoding: wrong, as: UTF8.self), under: seal.publicKey)
                }
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func aTokenThatIsCutIsRefused(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (token, seal) = (random.couponToken(), try random.couponSeal())
        let text = try #require(token.sealed(by: seal))
        for count in 0..<text.utf8.count {
            let fault: CouponTokenFault = count < 4 ? .notAToken : .mistyped
            #expect(throws: fault) { try CouponToken.open(String(text.prefix(count)), under: seal.publicKey) }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func anotherKeysSealIsForged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (token, seal, other) = (random.couponToken(), try random.couponSeal(), try random.couponSeal())
        let text = try #require(token.sealed(by: other))
        #expect(throws: CouponTokenFault.forged) { try CouponToken.open(text, under: seal.publicKey) }
        #expect(throws: CouponTokenFault.forged) { try CouponToken.open(text, under: []) }
    }

    /// Whoever counts the checksum anew has still not signed.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func aChangedBodyWithAFreshChecksumIsForged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (token, seal) = (random.couponToken(), try random.couponSeal())
        let text = try #require(token.sealed(by: seal))
        var sealed = Array(try #require(Base64URL.bytes(text.dropFirst(4))).dropFirst(3))
        sealed[random.below(sealed.count)] ^= 1 << UInt8(random.below(8))
        let forged = Envelope.text(sealed)
        #expect(throws: CouponTokenFault.forged) { try CouponToken.open(forged, under: seal.publicKey) }
    }

    @Test func theLongestIssueFitsTheQRCodeExactly() throws {
        var random = SplitMix64(seed: 0)
        let seal = try random.couponSeal()
        let coupon = IssuedCoupon(
            id: RecordID(.max), member: RecordID(.max), homeNode: NodeID(.max), code: random.couponCode())
        let issue = CouponIssue.of([coupon], code: String(repeating: "W", count: 24), revision: .max, uses: 1_000)
        #expect(throws: Never.self) { try issue.check() }
        let text = try #require(CouponToken(of: coupon, in: issue).sealed(by: seal))
        #expect(text.utf8.count == CouponToken.charactersMax)
        #expect(try CouponToken.open(text, under: seal.publicKey).coupon == coupon)
        let longer = CouponIssue.of([coupon], code: String(repeating: "W", count: 25), revision: .max, uses: 1_000)
        #expect(CouponToken(of: coupon, in: longer).sealed(by: seal) == nil)
    }

    @Test func aGenuineSealOnSomethingElseIsNoCoupon() throws {
        var random = SplitMix64(seed: 0)
        let seal = try random.couponSeal()
        for body in ["", "x", "00000000000000000000000000000007\t8\t1"] {
            let content = Array(body.utf8)
            let sealed = try #require(seal.signature(of: Array("BL1:".utf8) + content)) + content
            let fault: CouponTokenFault = body.isEmpty ? .mistyped : .notAToken
            #expect(throws: fault) { try CouponToken.open(Envelope.text(sealed), under: seal.publicKey) }
        }
    }

    @Test(
        arguments: [
            ("", .notAToken), ("https://example.com/c?1", .notAToken), ("BL2:AAAA", .notAToken), ("BL1:", .mistyped),
            ("BL1:AAAA", .mistyped), ("BL1:=", .mistyped), ("BL1:王芳", .mistyped),
            ("BL1:" + String(repeating: "A", count: 296), .tooLong(limit: 299)),
            (String(repeating: "A", count: 5_000), .notAToken),
        ] as [(String, CouponTokenFault)])
    func whatIsNoTokenIsToldWhy(text: String, fault: CouponTokenFault) throws {
        var random = SplitMix64(seed: 0)
        let key = try random.couponSeal().publicKey
        #expect(throws: fault) { try CouponToken.open(text, under: key) }
    }
}

/// The token's outside, made by hand.
private enum Envelope {
    static func text(_ sealed: [UInt8]) -> String {
        "BL1:" + Base64URL.text(Array(Digest256(of: sealed).bytes.prefix(3)) + sealed)
    }
}

extension SplitMix64 {
    fileprivate mutating func couponSeal() throws -> CouponSeal {
        try #require(CouponSeal(seed: (0..<32).map { _ in UInt8(below(256)) }))
    }

    fileprivate mutating func couponToken() -> CouponToken {
        let issue = soundCouponIssue()
        return CouponToken(of: pick(issue.coupons), in: issue)
    }

    /// Printable ASCII.
    fileprivate mutating func letter(otherThan letter: UInt8) -> UInt8 {
        let other = UInt8(33 + below(94))
        return other == letter ? self.letter(otherThan: letter) : other
    }
}
