package import Replication

/// A database that the hub has prepared: what the chain holds at a place in its log, for a node that begins there.
package struct ImageOffer: Equatable, Sendable {
    /// The image holds the effect of everything up to here that is for the whole chain.
    package let position: HubPosition
    /// Names the tables; a node that does not know it reads the log instead. A code.
    package let format: String
    /// Above zero.
    package let bytes: UInt64
    /// SHA-256 over all bytes: 32 bytes.
    package let hash: [UInt8]

    package init(position: HubPosition, format: String, bytes: UInt64, hash: [UInt8]) {
        self.position = position
        self.format = format
        self.bytes = bytes
        self.hash = hash
    }
}

/// Asks for bytes of the offered image, or for more of them.
package struct ImageFetch: Equatable, Sendable {
    package let hash: [UInt8]
    /// What the node has of it already.
    package let from: UInt64
    /// How far the hub may send: above `from` by at most `Limits.imageWindowBytesMax`.
    package let through: UInt64

    package init(hash: [UInt8], from: UInt64, through: UInt64) {
        self.hash = hash
        self.from = from
        self.through = through
    }
}

/// A piece of the image. Its bytes follow its line as they are.
package struct ImageChunk: Equatable, Sendable {
    package let offset: UInt64
    /// 1 to `Limits.chunkBytesMax`.
    package let bytes: [UInt8]

    package init(offset: UInt64, bytes: [UInt8]) {
        self.offset = offset
        self.bytes = bytes
    }
}
