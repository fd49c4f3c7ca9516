import Replication

/// A database instead of the log, for a node that has none or whose own is not the hub's.
extension HubSession {
    /// Whether this line is about an image: of the log it brings only what is for this node alone, up to the image.
    package var lendsImage: Bool { isSyncing && image.isAgreed }

    /// Whether the log goes to this node, entry by entry.
    package var bringsLog: Bool { isSyncing && !image.isAgreed }

    package var offeredImage: ImageOffer? { image.offer }

    /// Says which image there is. Nothing is said twice.
    package mutating func offer(_ offer: ImageOffer) -> [Action] {
        guard lendsImage, image.offer == nil else { return [] }
        image.offer = offer
        return [.send(.image(offer))]
    }

    /// The next piece that the node has asked for; it counts as sent. Only once everything else up to the image has
    /// been sent: a node that has the whole image has all that belongs to it.
    package mutating func lend(chunkBytesMax: UInt64) -> Range<UInt64>? {
        guard lendsImage, let offer = image.offer, sentThrough >= offer.position.sequence else { return nil }
        return image.next(chunkBytesMax: min(chunkBytesMax, UInt64(Limits.chunkBytesMax)))
    }

    mutating func take(_ fetch: ImageFetch) -> [Action] {
        guard lendsImage, image.take(fetch) else { return refuse(.unexpected, "that image is not to be had so") }
        return [.fetch]
    }
}
