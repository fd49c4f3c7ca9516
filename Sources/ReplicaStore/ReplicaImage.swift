package import Digests
package import Replication

/// A database file that holds what every node of the chain holds at a place in the hub's log, and nothing of whose
/// it is.
package struct ReplicaImage: Equatable, Sendable {
    package let position: HubPosition
    /// Which tables are in it.
    package let format: String
    package let bytes: UInt64
    package let hash: Digest256

    package init(position: HubPosition, format: String, bytes: UInt64, hash: Digest256) {
        self.position = position
        self.format = format
        self.bytes = bytes
        self.hash = hash
    }

    /// The only one that this version makes and takes.
    package static let format = "branchline-\(Schema.latest)"
}

/// Why an image is not taken.
package enum ImageFault: Error, Equatable, Sendable {
    /// It is not the file that was announced.
    case hash
    /// Tables or rows that have no place in an image.
    case foreign(String)
    /// This node has already applied more than the image holds.
    case behind
    /// Another process has the node's database open, so that it cannot be replaced now.
    case inUse
}
