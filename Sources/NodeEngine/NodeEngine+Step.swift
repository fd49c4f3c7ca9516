import Digests
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// In step with the hub: what it sends is applied in batches, what was written here goes up.
extension NodeEngine {
    func flush(_ nowMilliseconds: UInt64) throws {
        if disk != .full { try takeIn(nowMilliseconds) }
        try upload()
    }

    private func takeIn(_ nowMilliseconds: UInt64) throws {
        do {
            try applyDeliveries(nowMilliseconds)
            try settleAudit(nowMilliseconds)
            try adoptImage(nowMilliseconds)
            disk = .fine
        } catch StoreError.full {
            if disk == .fine { actions.append(.log(.diskFull)) }
            disk = .full
        }
    }

    private func applyDeliveries(_ nowMilliseconds: UInt64) throws {
        if session?.borrowsImage ?? false { return try applyAheadOfImage(nowMilliseconds) }
        guard let epoch = session?.epoch, !deliveries.isEmpty else { return }
        let batch = Array(deliveries.prefix(transactionOperationsMax))
        guard let position = batch.last?.lastPosition else { return }
        try store.apply(
            batch.map(ReplicaStore.Delivery.init), cursor: HubPosition(epoch: epoch, sequence: position),
            nowMilliseconds: nowMilliseconds, toleranceMilliseconds: Limits.clockAheadToleranceMilliseconds)
        deliveries.removeFirst(batch.count)
        try takeGrants(batch, nowMilliseconds)
        try returnVoided(batch, nowMilliseconds)
        progress.hubHead = max(progress.hubHead ?? 0, position)
        perform(session?.applied(through: position, entries: batch.reduce(0) { $0 + $1.entries }) ?? [])
    }

    /// While customers stand at the tills less is taken in at a time: whoever asks next waits for one transaction.
    private var transactionOperationsMax: Int {
        guard let heard = tillHeardMilliseconds, steadyMilliseconds < heard + Self.tillAttentionMilliseconds else {
            return pace.transactionOperationsMax
        }
        return min(pace.transactionOperationsMax, Self.operationsBesideTillsMax)
    }

    /// From the last customer to the next, in a shop that is open.
    private static let tillAttentionMilliseconds: UInt64 = 10_000
    private static let operationsBesideTillsMax = 32

    /// Compares with the hub once everything before the mark is applied and every own operation is stamped.
    private func settleAudit(_ nowMilliseconds: UInt64) throws {
        guard let mark = audit, deliveries.isEmpty, let epoch = session?.epoch else { return }
        progress.hubHead = max(progress.hubHead ?? 0, mark.position)
        if mark.position > store.cursor?.sequence ?? 0 {
            try store.apply(
                [], cursor: HubPosition(epoch: epoch, sequence: mark.position), nowMilliseconds: nowMilliseconds,
                toleranceMilliseconds: Limits.clockAheadToleranceMilliseconds)
            perform(session?.applied(through: mark.position, entries: 0) ?? [])
        }
        audit = nil
        guard try store.isEverythingStamped() else { return }
        guard store.digest.sum == mark.digest else {
            try store.noteIncident(
                "digest", detail: "the records here are not the hub's at \(mark.position)",
                nowMilliseconds: nowMilliseconds)
            actions.append(.log(.digestMismatch(at: mark.position)))
            return askForRepair()
        }
        progress.auditedThrough = mark.position
        progress.auditedAtMilliseconds = nowMilliseconds
    }

    var canUpload: Bool {
        guard let next = session?.nextToUpload(of: store.identity.actor) else { return false }
        return next <= store.actorState(store.identity.actor)?.lastSequence ?? 0
    }

    private func upload() throws {
        let actor = store.identity.actor
        guard canUpload, let next = session?.nextToUpload(of: actor), let room = session?.uploadRoom(of: actor) else {
            return
        }
        let limit = min(room, UInt64(pace.transactionOperationsMax))
        let (operations, chain) = try store.outgoing(of: actor, from: next, atMost: limit)
        perform(session?.upload(operations, chain: chain.head.bytes) ?? [])
    }

    func tick(_ nowMilliseconds: UInt64) throws {
        if disk == .full { disk = .fullButTryAgain }
        try giveUpWaiting(
            .noAnswer, olderThanMilliseconds: Limits.authorizationWaitMilliseconds, nowMilliseconds)
        try giveUpAsking(.noAnswer, olderThanMilliseconds: Limits.authorizationWaitMilliseconds)
        perform(session?.tick(nowMilliseconds: steadyMilliseconds) ?? [])
        do {
            try sweepLeft(nowMilliseconds)
            if isConnected, disk == .fine { try keepHouse(nowMilliseconds) }
        } catch StoreError.full {
            actions.append(.log(.diskFull))
        }
    }
}
