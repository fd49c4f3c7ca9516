package import Digests
package import Replication

/// How far one actor's writing is held here.
package struct ActorState: Equatable, Sendable {
    let key: Int64
    package let actor: ActorID
    package let node: NodeID
    package var lastSequence: UInt64
    /// Over all operations up to `lastSequence`; of use at the hub, and at a node for its own actors.
    package var chain: OperationChain
    /// At a node: what the hub has acknowledged of an own actor.
    package var acknowledgedSequence: UInt64
    package var acknowledgedChain: OperationChain
}

/// All actors that this replica has heard of: small integers in the file, identifiers everywhere else.
struct ActorTable {
    private var states: [Int64: ActorState] = [:]
    private var keys: [ActorID: Int64] = [:]

    init() {}

    subscript(actor: ActorID) -> ActorState? {
        get { keys[actor].flatMap { states[$0] } }
        set {
            guard let newValue else { return }
            keys[actor] = newValue.key
            states[newValue.key] = newValue
        }
    }

    subscript(key: Int64) -> ActorState? { states[key] }

    var nextKey: Int64 { Int64(states.count) + 1 }
    var all: [ActorState] { states.values.sorted { $0.key < $1.key } }
}
