package import Replication

/// Who may spend a part of a lot, or hand it on: the hub, or one incarnation of a branch's node. Nobody else.
package enum RightsHolder: Hashable, Sendable {
    case hub
    case actor(ActorID)

    /// Zero is the hub.
    package init(value: UInt128) { self = value == 0 ? .hub : .actor(ActorID(value)) }

    package var value: UInt128 {
        switch self {
        case .hub: 0
        case .actor(let actor): actor.value
        }
    }
}

extension RightsHolder: Comparable {
    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
