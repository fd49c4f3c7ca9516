/// A sum of record digests modulo 2^128: equal sets of records have equal sums, in whatever order they came.
///
/// Addition, not exclusive or, so that pairs do not cancel. It finds accidents, not adversaries: who may write
/// at all is the certificates' business.
package struct AdditiveDigest: Hashable, Sendable {
    package private(set) var sum: UInt128

    package init(sum: UInt128 = 0) { self.sum = sum }

    package mutating func add(_ digest: Digest256) { sum &+= digest.prefix128 }
    package mutating func subtract(_ digest: Digest256) { sum &-= digest.prefix128 }
    package mutating func add(_ other: AdditiveDigest) { sum &+= other.sum }
}
