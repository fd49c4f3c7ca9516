import Digests
import Dispatch
import LineTransport
import ReplicaStore
import SyncProtocol
import Synchronization

/// Images of the hub's database, made and read on a thread of their own.
final class ImageShelf: Sendable {
    private let reader: ReplicaReader
    private let path: String
    private let queue = DispatchQueue(label: "branchline.hub.images")
    /// Apart from the reading: a line goes on with its image while the next is made.
    private let workshop = DispatchQueue(label: "branchline.hub.images.made")
    private let files = Mutex<[Digest256: ImageFile]>([:])

    init(reader: ReplicaReader, path: String) {
        self.reader = reader
        self.path = path
    }

    /// - Parameter done: called on another thread.
    func make(_ done: @escaping @Sendable (Result<ReplicaImage, any Error>) -> Void) {
        workshop.async { done(Result { try self.made() }) }
    }

    private func made() throws -> ReplicaImage {
        let image = try reader.makeImage(at: path)
        let file = try ImageFile(path: path)
        files.withLock { $0[image.hash] = file }
        return image
    }

    /// Pieces leave in the order in which they are asked for.
    func send(_ hash: Digest256, offset: UInt64, count: Int, on connection: LineConnection) {
        queue.async {
            guard let file = self.files.withLock({ $0[hash] }),
                let bytes = try? file.read(at: offset, count: count), bytes.count == count
            else { return connection.closeNow() }
            connection.send([.chunk(ImageChunk(offset: offset, bytes: bytes))])
        }
    }

    func keep(_ kept: Set<Digest256>) { files.withLock { $0 = $0.filter { kept.contains($0.key) } } }

    /// Returns when nothing is at work any more.
    func close() {
        workshop.sync {}
        queue.sync {}
        keep([])
    }
}
