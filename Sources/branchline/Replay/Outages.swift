/// When which shop's line is down, drawn from a seed.
struct Outages: Equatable {
    struct Change: Equatable {
        let atMilliseconds: UInt64
        let shop: Int
        let isDown: Bool
    }

    /// In the order of time.
    let changes: [Change]

    private static let hourMilliseconds: UInt64 = 3_600_000
    private static let downHours: ClosedRange<UInt64> = 6...96

    /// Each shop is without a line for about this share of the time, in stretches of hours to days.
    static func plan(
        shops: Int, from start: UInt64, to end: UInt64, share: Double, using random: inout some RandomNumberGenerator
    ) -> Outages {
        guard share > 0, end > start else { return Outages(changes: []) }
        var changes: [Change] = []
        for shop in 0..<shops {
            var time = start
            var isDown = Double.random(in: 0..<1, using: &random) < share
            // The first stretch has begun at some time before.
            var left = Self.stretch(isDown, share, &random)
            left = UInt64.random(in: 0...left, using: &random)
            if isDown { changes.append(Change(atMilliseconds: time, shop: shop, isDown: true)) }
            while time + left < end {
                time += left
                isDown.toggle()
                changes.append(Change(atMilliseconds: time, shop: shop, isDown: isDown))
                left = Self.stretch(isDown, share, &random)
            }
        }
        return Outages(changes: changes.sorted { ($0.atMilliseconds, $0.shop) < ($1.atMilliseconds, $1.shop) })
    }

    private static func stretch(
        _ isDown: Bool, _ share: Double, _ random: inout some RandomNumberGenerator
    ) -> UInt64 {
        let down = UInt64.random(
            in: downHours.lowerBound * hourMilliseconds...downHours.upperBound * hourMilliseconds, using: &random)
        return isDown ? down : UInt64(Double(down) * (1 - share) / share)
    }
}

/// A seeded source of chance: the same run every time.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
