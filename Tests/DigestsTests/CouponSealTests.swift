import Digests
import TestSupport
import Testing

@Suite struct CouponSealTests {
    /// RFC 8032, §7.1, tests 1 to 3.
    @Test(
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                    + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func itMeetsItsVectors(seed: String, publicKey: String, content: String, signature: String) throws {
        let seal = try #require(CouponSeal(seed: bytes(seed)))
        #expect(seal.publicKey == bytes(publicKey))
        #expect(seal.signature(of: bytes(content)) == bytes(signature))
        #expect(CouponSeal.holds(bytes(signature), over: bytes(content), under: bytes(publicKey)))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func aSignatureHoldsForItsContentAndKeyOnly(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (seal, other) = (try random.couponSeal(), try random.couponSeal())
        let content = random.bytes(atMost: 40) + [7]
        let signature = try #require(seal.signature(of: content))
        #expect(seal.signature(of: content) == signature)
        #expect(CouponSeal.holds(signature, over: content, under: seal.publicKey))
        #expect(!CouponSeal.holds(signature, over: content, under: other.publicKey))
        #expect(!CouponSeal.holds(signature, over: random.flipped(content), under: seal.publicKey))
        #expect(!CouponSeal.holds(random.flipped(signature), over: content, under: seal.publicKey))
    }

    @Test func keysAndSignaturesHaveTheirLength() throws {
        let seal = try #require(CouponSeal(seed: Array(0..<32)))
        let signature = try #require(seal.signature(of: []))
        #expect(CouponSeal(seed: Array(0..<31)) == nil)
        #expect(CouponSeal(seed: Array(0..<33)) == nil)
        for key in [[], seal.publicKey.dropLast(), seal.publicKey + [0], Array(repeating: 0xff, count: 32)] as [[UInt8]]
        {
            #expect(!CouponSeal.holds(signature, over: [], under: key))
        }
        for signature in [[], signature.dropLast(), signature + [0]] as [[UInt8]] {
            #expect(!CouponSeal.holds(signature, over: [], under: seal.publicKey))
        }
    }

    private func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.utf8.count, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    }
}

extension SplitMix64 {
    fileprivate mutating func couponSeal() throws -> CouponSeal {
        try #require(CouponSeal(seed: (0..<32).map { _ in UInt8(below(256)) }))
    }

    /// One bit of it is another.
    fileprivate mutating func flipped(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
        return bytes
    }
}
