import Digests
import GRDB

/// Images without files, for the simulator.
extension ReplicaStore {
    /// As `ReplicaReader.makeImage`, of a hub in memory.
    package func makeImageInMemory() throws -> (image: ReplicaImage, bytes: [UInt8]) {
        let hub = try read { try $0.bytes(of: "main") }
        let queue = try DatabaseQueue()
        try Self.emptyInMemory.get().backup(to: queue)
        let (position, bytes) = try queue.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH DATABASE ':memory:' AS hub")
            try database.load(hub, as: "hub")
            var maker = ImageMaker()
            #if DEBUG
                maker.bug = faults.bug
            #endif
            let position = try maker.fill(database)
            return (position, try database.bytes(of: "main"))
        }
        let image = ReplicaImage(
            position: position, format: ReplicaImage.format, bytes: UInt64(bytes.count), hash: Digest256(of: bytes))
        return (image, bytes)
    }
}
