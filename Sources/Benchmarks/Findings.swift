/// What a suite has found: figures with a target, and numbers without.
package struct Findings: Equatable, Sendable {
    package var figures: [Figure]
    package var observations: [Observation]

    package init(figures: [Figure] = [], observations: [Observation] = []) {
        self.figures = figures
        self.observations = observations
    }

    package static func += (all: inout Findings, more: Findings) {
        all.figures += more.figures
        all.observations += more.observations
    }

    mutating func note(_ name: String, _ value: Double, _ unit: String) {
        observations.append(Observation(name: name, value: value, unit: unit))
    }

    /// Seconds that were waited, by how many of a hundred waited no longer.
    mutating func note(_ name: String, waited seconds: [Double]) {
        for percent in [50, 95, 99] {
            note("\(name), p\(percent)", Self.percentile(percent, of: seconds) * 1_000, "ms")
        }
    }

    static func percentile(_ percent: Int, of values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let rank = (values.count * percent + 99) / 100
        return values.sorted()[min(values.count, max(1, rank)) - 1]
    }
}
