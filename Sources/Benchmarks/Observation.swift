/// A number that is measured and has no target: printed beneath the table.
package struct Observation: Equatable, Sendable {
    package let name: String
    package let value: Double
    package let unit: String
}
