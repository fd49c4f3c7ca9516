import Digests
import HubEngine
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// Nodes that begin late, with a database instead of the log.
extension SimulatedChain {
    /// Some shops open when the chain is old; some have sold for a while before their line is laid.
    func beginLate(_ node: SimulatedNode) throws -> Bool {
        guard plan.beginnings.latePercent > 0, beginnings.chance(percent: plan.beginnings.latePercent) else {
            return false
        }
        let length = beginnings.between(1...plan.durationMilliseconds)
        if beginnings.chance(percent: 60) {
            node.cutOffUntilMilliseconds = length
            schedule(.partitionEnds(node: node.index), afterMilliseconds: length)
            return false
        }
        node.process.stop()
        schedule(.restart(.node(node.index)), afterMilliseconds: length)
        return true
    }

    func makeImage() {
        let most: UInt64 = beginnings.pick([2_000, 60_000])
        schedule(.imageIsMade(incarnation: hub.process.incarnation), afterMilliseconds: beginnings.between(0...most))
    }

    func imageIsMade(_ incarnation: Int) throws {
        guard hub.process.incarnation == incarnation else { return }
        guard !isFull(hub.store) else { return try tell(.imageMade(nil)) }
        let (image, bytes) = try hub.store.makeImageInMemory()
        images[image.hash] = bytes
        mark(.imageMade)
        try tell(.imageMade(image))
    }

    func sendChunk(_ hash: Digest256, offset: UInt64, count: Int, on id: ConnectionID) throws {
        let bytes = images[hash]?.dropFirst(Int(offset)).prefix(count) ?? []
        try check(bytes.count == count, .engine, "the hub lends of an image what is not in it")
        send([.chunk(ImageChunk(offset: offset, bytes: Array(bytes)))], on: Int(id.value), to: .caller)
    }

    func tookImage(_ node: SimulatedNode) throws {
        mark(.imageTaken)
        let state = node.store.actorState(node.actor)
        if state?.lastSequence ?? 0 > 0 { mark(.imageTakenWithOwnWork) }
        if try node.store.isEverythingStamped() == false { mark(.imageTakenWithUnsentWork) }
    }

    /// What the image has told the node in the place of the log's entries.
    func isReplacedByImage(_ entry: LogEntry, at node: SimulatedNode, _ position: UInt64?) -> Bool {
        guard let position, entry.stamp.hubSequence <= position, entry.operation.dot.actor != node.actor else {
            return false
        }
        return entry.operation.kind.rawValue == "member" && entry.stamp.verdict == .ok
    }
}
