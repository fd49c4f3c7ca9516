import Replication
import SyncProtocol
import Testing

/// Both sessions against each other, over a line that breaks at any message.
struct SessionPairTests {
    @Test(arguments: 0..<150 as Range<UInt64>)
    func everythingArrivesOnceAndInOrder(seed: UInt64) {
        var world = PairWorld(seed: seed)
        for _ in 0..<600 { world.step() }
        world.heal()
        let (hub, node) = (world.hub, world.node)
        for actor in NodeStore.actors {
            let arrived = hub.log.map(\.operation).filter { $0.dot.actor == actor }
            #expect(arrived == node.written[actor] ?? [])
        }
        let isOwn = { (entry: LogEntry) in NodeStore.actors.contains(entry.operation.dot.actor) }
        #expect(node.entries == hub.log.filter { !isOwn($0) && HubStore.isForNode($0) })
        let stamps = hub.log.filter(isOwn).map { ($0.operation.dot, $0.stamp) }
        #expect(node.stamps == Dictionary(uniqueKeysWithValues: stamps))
        #expect(node.cursor == UInt64(hub.log.count))
    }

    @Test func theWorldsAreNotTrivial() {
        var (operations, reconnections) = (0, 0)
        for seed in 0..<20 as Range<UInt64> {
            var world = PairWorld(seed: seed)
            for _ in 0..<600 { world.step() }
            operations += world.hub.log.count
            reconnections += world.reconnections
        }
        #expect(operations > 500)
        #expect(reconnections > 100)
    }
}
