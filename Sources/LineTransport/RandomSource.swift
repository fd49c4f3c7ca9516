/// A source of random numbers whose kind only its owner knows.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private var source: any RandomNumberGenerator & Sendable

    package init(_ source: any RandomNumberGenerator & Sendable) { self.source = source }

    package mutating func next() -> UInt64 { source.next() }
}
