/// How far the hub is with sending an image on one line.
struct ImageLending: Equatable {
    /// Both sides have named the feature: there is an image instead of the log.
    var isAgreed = false
    var offer: ImageOffer?
    /// Nil until the node has said from where.
    private(set) var sent: UInt64?
    private(set) var through: UInt64 = 0

    /// False where the node may not say this now.
    mutating func take(_ fetch: ImageFetch) -> Bool {
        guard let offer, fetch.hash == offer.hash, fetch.from <= offer.bytes, fetch.through >= fetch.from,
            fetch.through - fetch.from <= Limits.imageWindowBytesMax, fetch.through >= through
        else { return false }
        if let sent, fetch.from > sent { return false }
        sent = sent ?? fetch.from
        through = fetch.through
        return true
    }

    /// The next piece that the node has room for.
    mutating func next(chunkBytesMax: UInt64) -> Range<UInt64>? {
        guard let offer, let sent, sent < min(through, offer.bytes) else { return nil }
        let end = min(min(through, offer.bytes), sent + chunkBytesMax)
        self.sent = end
        return sent..<end
    }
}

/// How far the node is with receiving it.
struct ImageBorrowing: Equatable {
    var isAgreed = false
    private(set) var offer: ImageOffer?
    private(set) var received: UInt64 = 0
    private(set) var through: UInt64 = 0

    /// False where it cannot be meant: a second one, or one that is too large.
    mutating func take(_ offer: ImageOffer) -> Bool {
        guard isAgreed, self.offer == nil, offer.bytes <= Limits.imageBytesMax else { return false }
        self.offer = offer
        return true
    }

    /// Nil where nothing has been offered, or no more than was asked for before.
    mutating func fetch(from: UInt64, through: UInt64) -> ImageFetch? {
        guard let offer, from <= offer.bytes, from >= received else { return nil }
        let through = min(offer.bytes, through)
        guard self.through == 0 || through > self.through, through >= from else { return nil }
        if self.through == 0 { received = from }
        self.through = through
        return ImageFetch(hash: offer.hash, from: from, through: through)
    }

    /// False for a piece that was not asked for, or not now.
    mutating func take(_ chunk: ImageChunk) -> Bool {
        let end = chunk.offset + UInt64(chunk.bytes.count)
        guard chunk.offset == received, end <= through else { return false }
        received = end
        return true
    }
}
