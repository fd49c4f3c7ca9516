#if DEBUG
    package import ReplicaStore
#endif

/// What is asked for beyond the seed.
package struct SimulationOptions: Equatable, Sendable {
    /// Nil for what the seed draws.
    package var nodes: Int?
    package var shopSteps: Int?
    #if DEBUG
        package var bug: PlantedBug?
    #endif

    package init() {}

    /// The names of the bugs that `plant` knows; none in a release build.
    package static var bugNames: [String] {
        #if DEBUG
            PlantedBug.allCases.map(\.rawValue)
        #else
            []
        #endif
    }

    /// False for a name that is not one of `bugNames`.
    package mutating func plant(_ name: String) -> Bool {
        #if DEBUG
            bug = PlantedBug(rawValue: name)
            return bug != nil
        #else
            return false
        #endif
    }

    var bugName: String? {
        #if DEBUG
            bug?.rawValue
        #else
            nil
        #endif
    }
}
