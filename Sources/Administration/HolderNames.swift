package import Loyalty
package import ReplicaStore
package import Replication

/// What people call whoever writes operations and holds rights.
package struct HolderNames {
    let store: ReplicaStore

    package init(store: ReplicaStore) { self.store = store }

    package static let headquarters = "headquarters"

    package func name(_ node: NodeID) throws -> String {
        if node == .hub { return Self.headquarters }
        if node == store.identity.node { return store.identity.branchCode }
        return try store.rosterEntry(node)?.branchCode ?? "node \(node.value)"
    }

    package func name(_ holder: RightsHolder) throws -> String {
        switch holder {
        case .hub: Self.headquarters
        case .actor(let actor): try name(store.actorState(actor)?.node ?? store.identity.node)
        }
    }

    /// `headquarters 300, 017 200`: who holds how much, headquarters first.
    package func held(_ rights: [RightsHolder: Int64]) throws -> String {
        try rights.sorted { $0.key < $1.key }.map { "\(try name($0.key)) \($0.value)" }.joined(separator: ", ")
    }
}
