import Digests
import TestSupport
import Testing

@Suite struct DigestTests {
    /// FIPS 180-2, appendix B, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256MeetsItsVectors(message: String, digest: String) {
        #expect(Digest256(of: Array(message.utf8)) == Digest256(bytes: bytes(digest)))
    }

    /// RFC 4231, cases 1 to 7, cut to 128 bits; the RFC prints case 5 cut in just this way.
    @Test(
        arguments: [
            (Array(repeating: 0x0B, count: 20), Array("Hi There".utf8), "b0344c61d8db38535ca8afceaf0bf12b"),
            (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "5bdcc146bf60754e6a042426089575c7"),
            (Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50), "773ea91e36800e46854db8ebd09181a7"),
            (Array(1...25), Array(repeating: 0xCD, count: 50), "82558a389a443c0ea4cc819899f2083a"),
            (
                Array(repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
                "a3b6167473100ee06e0c796c2955552b"
            ),
            (
                Array(repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f"
            ),
            (
                Array(repeating: 0xAA, count: 131),
                Array(
                    ("This is a test using a larger than block-size key and a larger than block-size data. "
                        + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944"
            ),
        ] as [([UInt8], [UInt8], String)])
    func keyedDigestsMeetTheirVectors(key: [UInt8], content: [UInt8], code: String) {
        #expect(KeyedDigest.key128(of: content, under: key) == UInt128(code, radix: 16))
        let digest = KeyedDigest(key: key)
        #expect(digest.key128(of: [1, 2, 3]) != digest.key128(of: content))
        #expect(digest.key128(of: content) == UInt128(code, radix: 16))
    }

    @Test func aDigestHasThirtyTwoBytes() {
        #expect(Digest256(bytes: Array(repeating: 0, count: 31)) == nil)
        #expect(Digest256(bytes: Array(repeating: 0, count: 33)) == nil)
    }

    @Test func thePrefixIsBigEndian() {
        #expect(Digest256(bytes: Array(0..<32))?.prefix128 == 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func partsOfAnIntentDoNotRunTogether(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let whole = Array("7:x1:ab".utf8)
        let (cut, other) = (random.below(whole.count + 1), random.below(whole.count + 1))
        let id = IntentID.make(Array(whole[..<cut]), Array(whole[cut...]))
        let otherID = IntentID.make(Array(whole[..<other]), Array(whole[other...]))
        #expect((id == otherID) == (cut == other))
        #expect(id != IntentID.make(whole))
    }

    @Test func everyNumberOfPartsIsAnotherIntent() {
        let ids = [
            IntentID.make(), IntentID.make([]), IntentID.make([], []), IntentID.make(Array("0:".utf8)),
            IntentID.make(Array("0:0:".utf8)),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test func anIntentHasItsFixedSpelling() {
        #expect(
            IntentID.make(Array("birthday".utf8), Array("2026".utf8))
                == Digest256(of: Array("8:birthday4:2026".utf8)).prefix128)
    }

    private func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.utf8.count, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    }
}
