#if DEBUG
    import Digests
    import Loyalty
    import ReplicaStore
    import Replication
    import SyncProtocol

    extension HubEngine {
        /// The planted mistake: an operation is acknowledged while it waits for its transaction.
        func acknowledgeEarly(_ operation: Operation, on id: ConnectionID) {
            let dot = operation.dot
            let state = store.actorState(dot.actor)
            guard state?.lastSequence ?? 0 == dot.sequence - 1 else { return }
            let chain = ReplicaStore.chain(state?.chain ?? .start, extendedBy: operation)
            let head = ActorHead(actor: dot.actor, sequence: dot.sequence, chain: chain.head.bytes)
            perform(lines[id]?.session.accepted(head) ?? [], on: id)
        }

        /// The planted mistake: the same once more, under another id.
        func grantAgain(_ transfer: Transfer, to node: NodeID, _ nowMilliseconds: UInt64) throws {
            let again = Transfer(
                id: randomID(), from: .hub, to: transfer.to, cause: .grant,
                reference: transfer.reference, items: transfer.items)
            try write(.transfer(again), for: .nodes([node]), nowMilliseconds)
        }

        /// The planted mistake: the digest belongs to the position after the one that is named.
        func markTooLow(_ mark: Mark, on id: ConnectionID) {
            guard mark.position > 0 else { return }
            lines[id]?.markedThrough = mark.position
            actions.append(.send(id, [.mark(Mark(position: mark.position - 1, digest: mark.digest))]))
        }
    }
#endif
