/// Wall-clock milliseconds (47 bits) and a counter (16 bits) that breaks ties within a millisecond.
///
/// Orders what people see on their screens. It never decides safety: any of it may be wrong.
/// After Kulkarni et al., "Logical Physical Clocks", 2014.
package struct HybridTime: Hashable, Comparable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    /// Milliseconds since 1970 are cut to what 47 bits hold (the year 6429): times stay countable with a sign.
    package init(milliseconds: UInt64, counter: UInt16 = 0) {
        value = min(milliseconds, Self.millisecondsMax) << 16 | UInt64(counter)
    }

    package static let zero = HybridTime(0)
    package static let millisecondsMax: UInt64 = 1 << 47 - 1

    /// Milliseconds since 1970.
    package var milliseconds: UInt64 { value >> 16 }
    package var counter: UInt16 { UInt16(truncatingIfNeeded: value) }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

/// Hands out hybrid times that do not go back, whatever the wall clock does, unless the hub disbelieves them.
///
/// Its last time is persisted with each operation, so a restart with an older clock cannot go back either.
package struct HybridClock: Equatable, Sendable {
    package private(set) var last: HybridTime

    package init(last: HybridTime = .zero) { self.last = last }

    /// The next time of a local event; greater than every time handed out or observed before, until the last of
    /// all times has come.
    package mutating func tick(nowMilliseconds: UInt64) -> HybridTime {
        let next = last.value == .max ? last : HybridTime(last.value + 1)
        last = max(HybridTime(milliseconds: nowMilliseconds), next)
        return last
    }

    /// Takes notice of a time that came from elsewhere. One further ahead than the tolerance is not adopted:
    /// a till whose clock says 2099 must not drag the chain there.
    package mutating func observe(
        _ remote: HybridTime, nowMilliseconds: UInt64, toleranceMilliseconds: UInt64
    ) {
        let isAhead = remote.milliseconds > nowMilliseconds
        guard !isAhead || remote.milliseconds - nowMilliseconds <= toleranceMilliseconds else { return }
        last = max(last, remote)
    }

    /// The hub has not believed this clock and has said how far it does. Without this, a clock that was once years
    /// ahead would stay there after it has been set right.
    ///
    /// - Parameter believed: the last time of an own event as it stands now.
    package mutating func retreat(to believed: HybridTime, nowMilliseconds: UInt64) {
        last = min(last, max(believed, HybridTime(milliseconds: nowMilliseconds)))
    }
}
