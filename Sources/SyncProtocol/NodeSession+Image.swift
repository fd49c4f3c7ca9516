import Replication

/// A database instead of the log.
extension NodeSession {
    /// Whether this line is about an image: what it brings of the log is ahead of it.
    package var borrowsImage: Bool { isSyncing && image.isAgreed }

    /// Asks for the offered image from a place on, and later for more of it. Nothing is said if it is no more.
    package mutating func fetch(from: UInt64, through: UInt64) -> [Action] {
        guard borrowsImage, let fetch = image.fetch(from: from, through: through) else { return [] }
        return [.send(.fetch(fetch))]
    }

    /// What has been asked for and has not come.
    package var bytesStillToCome: UInt64 { image.through - min(image.through, image.received) }

    mutating func take(_ offer: ImageOffer) -> [Action] {
        guard offer.position.epoch == epoch, image.take(offer) else {
            return fail(.unexpected, "that image was not asked for")
        }
        return [.offered(offer)]
    }

    mutating func take(_ chunk: ImageChunk) -> [Action] {
        guard image.take(chunk) else { return fail(.unexpected, "that piece was not asked for") }
        return [.chunk(chunk)]
    }

    /// Of the log there is only what is for this node alone, and only up to the image.
    func isAllowedBesideImage(_ delivery: Delivery) -> Bool {
        guard image.isAgreed else { return true }
        return image.offer.map { delivery.lastPosition <= $0.position.sequence } ?? false
    }
}
