import Digests
import ReplicaStore
import Replication

extension NodeEngine {
    func status(_ nowMilliseconds: UInt64) throws -> NodeStatus {
        let identity = store.identity
        let waiting = try store.waiting()
        return NodeStatus(
            node: identity.node.value, branchCode: identity.branchCode, branchName: identity.branchName,
            chainName: identity.chainName, isConnected: isConnected,
            connectedSinceMilliseconds: progress.connectedSinceMilliseconds,
            lastHeardMilliseconds: progress.lastHeardMilliseconds, refusal: progress.refusal,
            failure: progress.failure, hasEverConnected: store.cursor != nil,
            imagePercent: store.stagedImage?.percent,
            waitingOperations: waiting.operations, waitingSinceMilliseconds: waiting.sinceMilliseconds,
            appliedPosition: store.cursor?.sequence ?? 0, hubPosition: progress.hubHead,
            auditedThrough: progress.auditedThrough, auditedAtMilliseconds: progress.auditedAtMilliseconds,
            clockAheadMilliseconds: progress.clockAheadMilliseconds, incidents: try store.reader.count(.incident),
            digest: store.digest.sum)
    }
}
