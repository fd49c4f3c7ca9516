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

/// A number worth knowing for which there is no target.
package struct Observation: Equatable, Sendable {
    package let name: String
    package let value: Double
    package let unit: String

    init(_ name: String, _ value: Double, _ unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }
}
