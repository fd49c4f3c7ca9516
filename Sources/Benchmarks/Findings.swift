/// What a measurement has found.
package struct Findings: Equatable, Sendable {
    package private(set) var figures: [Figure]
    package private(set) var observations: [Observation]

    package init(figures: [Figure] = [], observations: [Observation] = []) {
        self.figures = figures
        self.observations = observations
    }

    package static func += (a: inout Self, b: Self) {
        a.figures += b.figures
        a.observations += b.observations
    }
}
