import Testing

@testable import branchline

@Suite struct OutagesTests {
    private static let half: UInt64 = 181 * 24 * 3_600_000

    @Test(arguments: [0.05, 0.1, 0.5, 0.9])
    func shopsAreWithoutALineForAboutTheShareThatIsAskedFor(share: Double) {
        let shops = 200
        var down: UInt64 = 0
        var since = [UInt64?](repeating: nil, count: shops)
        for change in plan(shops, share, seed: 7).changes {
            #expect(change.isDown == (since[change.shop] == nil), "a line goes down and up by turns")
            if change.isDown {
                since[change.shop] = change.atMilliseconds
            } else if let start = since[change.shop] {
                down += change.atMilliseconds - start
                since[change.shop] = nil
            }
        }
        for case let start? in since { down += Self.half - start }
        let found = Double(down) / Double(Self.half * UInt64(shops))
        #expect(abs(found - share) < share * 0.2, "found \(found)")
    }

    @Test func theSameSeedTakesTheSameLinesDown() {
        #expect(plan(20, 0.2, seed: 3) == plan(20, 0.2, seed: 3))
        #expect(plan(20, 0.2, seed: 3) != plan(20, 0.2, seed: 4))
    }

    @Test func changesComeInTheOrderOfTime() {
        let times = plan(20, 0.2, seed: 1).changes.map(\.atMilliseconds)
        #expect(times == times.sorted())
        #expect(times.allSatisfy { $0 < Self.half })
    }

    @Test func withoutAShareNoLineGoesDown() {
        #expect(plan(5, 0, seed: 1).changes.isEmpty)
    }

    private func plan(_ shops: Int, _ share: Double, seed: UInt64) -> Outages {
        var random = SplitMix64(seed: seed)
        return Outages.plan(shops: shops, from: 0, to: Self.half, share: share, using: &random)
    }
}
