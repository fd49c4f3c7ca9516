import Replication
import TestSupport
import Testing

@Suite struct VersionVectorTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func mergingIsALeastUpperBound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b, other) = (random.versionVector(), random.versionVector(), random.versionVector())
        let merged = a.merging(b)
        #expect(merged.covers(a) && merged.covers(b))
        let bound = other.merging(a).merging(b)
        #expect(bound.covers(merged))
        let isBound = other.covers(a) && other.covers(b)
        #expect(isBound == other.covers(merged))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func mergingCommutesAssociatesAndRepeats(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b, c) = (random.versionVector(), random.versionVector(), random.versionVector())
        #expect(a.merging(b) == b.merging(a))
        #expect(a.merging(b).merging(c) == a.merging(b.merging(c)))
        #expect(a.merging(a) == a)
        #expect(a.merging(VersionVector()) == a)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func theOrderIsPartialAndAntisymmetric(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b, c) = (random.versionVector(), random.versionVector(), random.versionVector())
        #expect(a.order(to: a) == .same)
        #expect((a.order(to: b) == .same) == (a == b))
        #expect((a.order(to: b) == .before) == (b.order(to: a) == .after))
        #expect((a.order(to: b) == .concurrent) == (b.order(to: a) == .concurrent))
        if a.order(to: b) == .before && b.order(to: c) == .before { #expect(a.order(to: c) == .before) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func equalKnowledgeIsEqual(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let dots = (0..<random.below(8)).map { _ in random.dot() }
        let vector = VersionVector(dots)
        let again = VersionVector(dots.shuffled(using: &random) + random.some(of: dots))
        #expect(vector == again)
        #expect(vector.hashValue == again.hashValue)
        #expect(vector.entries.map(\.actor) == Set(dots.map(\.actor)).sorted())
        #expect(dots.allSatisfy(vector.contains))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func aVectorContainsWhatItsEntriesReach(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let vector = random.versionVector()
        let dot = random.dot()
        #expect(vector.contains(dot) == (dot.sequence <= vector[dot.actor]))
        let raised = vector.merging(VersionVector([dot]))
        #expect(raised.contains(dot))
        #expect((raised == vector) == vector.contains(dot))
    }

    @Test func sequenceZeroIsNoKnowledge() {
        #expect(VersionVector([Dot(ActorID(1), 0)]) == VersionVector())
    }
}
