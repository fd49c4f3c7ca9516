/// One target as it was reached: a ratio for every round, and what stood above and below the line.
package struct Figure: Equatable, Sendable {
    package struct Round: Equatable, Sendable {
        /// A rate per second, or a number of bytes.
        package let ours: Double
        package let twin: Double

        package init(ours: Double, twin: Double) {
            self.ours = ours
            self.twin = twin
        }

        package var ratio: Double { ours / twin }
    }

    package let target: BenchmarkTarget
    package let rounds: [Round]

    package init(_ target: BenchmarkTarget, _ rounds: [Round]) {
        self.target = target
        self.rounds = rounds
    }

    package var ratio: Double { Self.median(rounds.map(\.ratio)) }
    package var least: Double { rounds.map(\.ratio).min() ?? .nan }
    package var greatest: Double { rounds.map(\.ratio).max() ?? .nan }
    package var ours: Double { Self.median(rounds.map(\.ours)) }
    package var twin: Double { Self.median(rounds.map(\.twin)) }

    package func reaches(_ bound: Double) -> Bool { target.isLessBetter ? ratio <= bound : ratio >= bound }

    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let ordered = values.sorted()
        let middle = ordered.count / 2
        return ordered.count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
    }
}
