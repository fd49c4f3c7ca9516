import Digests
import TestSupport
import Testing

@Suite struct AdditiveDigestTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theOrderDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digests = (0..<random.below(10)).map { _ in Digest256(of: random.bytes()) }
        #expect(sum(digests) == sum(digests.shuffled(using: &random)))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func takingAwayUndoesAdding(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let kept = (0..<random.below(5)).map { _ in Digest256(of: random.bytes()) }
        let removed = (0..<random.below(5)).map { _ in Digest256(of: random.bytes()) }
        var digest = sum((kept + removed).shuffled(using: &random))
        for item in removed { digest.subtract(item) }
        #expect(digest == sum(kept))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func sumsOfPartsMakeTheSumOfTheWhole(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digests = (0..<random.below(10)).map { _ in Digest256(of: random.bytes()) }
        let cut = random.below(digests.count + 1)
        var parts = sum(Array(digests[..<cut]))
        parts.add(sum(Array(digests[cut...])))
        #expect(parts == sum(digests))
    }

    @Test func aRecordThatIsThereTwiceDoesNotCancel() {
        let digest = Digest256(of: [1])
        #expect(sum([digest, digest]) != AdditiveDigest())
        #expect(sum([digest]) != AdditiveDigest())
    }

    private func sum(_ digests: [Digest256]) -> AdditiveDigest {
        var sum = AdditiveDigest()
        for digest in digests { sum.add(digest) }
        return sum
    }
}
