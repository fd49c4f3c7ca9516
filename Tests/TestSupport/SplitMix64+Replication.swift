package import Replication

/// Values from small domains, so that collisions, ties and concurrency happen all the time.
extension SplitMix64 {
    /// One of four.
    package mutating func actor() -> ActorID { ActorID(UInt128(1 + below(4))) }

    package mutating func dot() -> Dot { Dot(actor(), UInt64(1 + below(3))) }

    package mutating func versionVector() -> VersionVector {
        VersionVector((0..<below(6)).map { _ in dot() })
    }

    /// Every byte value, those with a meaning on a line more often than others.
    package mutating func bytes(atMost limit: Int = 12) -> [UInt8] {
        (0..<below(limit + 1)).map { _ in chance(percent: 50) ? pick(Self.markedBytes) : UInt8(below(256)) }
    }

    package mutating func text(atMost limit: Int = 8) -> String {
        String((0..<below(limit + 1)).map { _ in pick(Self.characters) })
    }

    package mutating func code() -> String {
        String((0...below(32)).map { _ in pick(Array("abcxyz0189._-")) })
    }

    package mutating func identifier() -> UInt128 { UInt128(next()) << 64 | UInt128(next()) }

    /// Within what a line may say.
    package mutating func number() -> UInt64 { pick([0, 1, 7, next() >> 1, .max >> 1]) }

    package mutating func time() -> HybridTime { HybridTime(number()) }

    package mutating func observed() -> Observed {
        Observed(
            (0..<below(4)).map { _ in
                HubPosition(epoch: EpochID(identifier()), sequence: number())
            })
    }

    package mutating func audience() -> Audience {
        switch below(3) {
        case 0: .chain
        case 1: .hub
        default: .nodes(Set((0...below(5)).map { _ in NodeID(UInt32(below(20))) }).sorted())
        }
    }

    package mutating func verdict() -> Verdict {
        switch below(3) {
        case 0: .ok
        case 1: .flagged(VerdictReason(rawValue: code()))
        default: .void(VerdictReason(rawValue: code()))
        }
    }

    package mutating func operation() -> Operation {
        Operation(
            dot: Dot(ActorID(identifier()), max(1, number())), observed: observed(), time: time(),
            audience: audience(), kind: OperationKind(rawValue: code()), publicBody: bytes(atMost: 40),
            personal: chance(percent: 50) ? personalPart() : nil)
    }

    private mutating func personalPart() -> PersonalPart {
        PersonalPart(salt: (0..<16).map { _ in UInt8(below(256)) }, body: bytes())
    }

    private static let markedBytes = Array("\t\n\\tn-0:,\r\0".utf8)
    private static let characters = Array("a\t\n\\-\0é王😀,:\u{301}")
}
