import Digests
import ReplicaStore
import Replication
import SyncProtocol

/// Databases for nodes that begin: one image is made for all who come while it is young.
extension HubEngine {
    struct Images {
        var current: ReplicaImage?
        var madeAtMilliseconds: UInt64 = 0
        var isMaking = false
        var failedAtMilliseconds: UInt64?
        /// Somebody has room for more.
        var isDue = false
        /// What is to be had from the caller: the current one, and those that lines still read.
        var kept: Set<Digest256> = []
    }

    /// Whether a node that asks for one gets an image: one that has nothing of a log that is long, or whose records
    /// are not the hub's.
    func offersImage(to hello: Hello) -> Bool {
        guard settings.offersImages, hello.features.contains(Protocol.image) else { return false }
        if let failed = images.failedAtMilliseconds, steadyMilliseconds < failed + Limits.imageRetryMilliseconds {
            return false
        }
        return hello.cursor != nil || store.head >= settings.pace.imageLogEntriesMin
    }

    /// Offers what there is to whoever waits for it, or has it made.
    func offerImages() {
        let waiting = lines.keys.sorted().filter {
            lines[$0]?.session.lendsImage ?? false && lines[$0]?.session.offeredImage == nil
        }
        guard !waiting.isEmpty, !images.isMaking else { return }
        let from = waiting.compactMap { lines[$0]?.appliedBeforeImage }.max() ?? 0
        guard let image = images.current, isYoung(image), image.position.sequence >= from else {
            images.isMaking = true
            actions.append(.makeImage)
            return
        }
        let offer = ImageOffer(
            position: image.position, format: ReplicaImage.format, bytes: image.bytes, hash: image.hash.bytes)
        for id in waiting {
            let steps = lines[id]?.session.offer(offer) ?? []
            perform(steps, on: id)
        }
        images.isDue = true
    }

    /// What is logged since costs whoever takes the image as much as a part of the log before it.
    private func isYoung(_ image: ReplicaImage) -> Bool {
        let lag = store.head - min(store.head, image.position.sequence)
        return lag <= max(settings.pace.imageLagEntriesMax, store.head / 8)
            && steadyMilliseconds < images.madeAtMilliseconds + Limits.imageAgeMillisecondsMax
    }

    /// - Parameter image: nil where none could be made: newcomers read the log for a while.
    func made(_ image: ReplicaImage?) {
        images.isMaking = false
        guard let image else {
            images.failedAtMilliseconds = steadyMilliseconds
            actions.append(.log(.imageFailed))
            for id in lines.keys.sorted() where lines[id]?.session.lendsImage ?? false {
                guard lines[id]?.session.offeredImage == nil else { continue }
                refuse(id, .unavailable, "no image can be made now; the log will do")
            }
            return
        }
        images.current = image
        images.madeAtMilliseconds = steadyMilliseconds
        images.failedAtMilliseconds = nil
        images.kept.insert(image.hash)
        actions.append(.log(.imageMade(at: image.position.sequence, bytes: image.bytes)))
        offerImages()
    }

    /// First what is for each node alone, then the image, as far as there is room.
    func lendImages() throws {
        guard images.isDue else { return }
        images.isDue = false
        for id in lines.keys.sorted() {
            guard let line = lines[id], line.session.lendsImage, let offer = line.session.offeredImage else { continue }
            if line.session.sentThrough < offer.position.sequence {
                try deliverBesideImage(through: offer.position.sequence, on: id, line)
            }
            while let range = lines[id]?.session.lend(chunkBytesMax: settings.pace.chunkBytesMax),
                let hash = Digest256(bytes: offer.hash)
            {
                actions.append(.sendChunk(id, of: hash, offset: range.lowerBound, count: range.count))
            }
        }
    }

    private func deliverBesideImage(through end: UInt64, on id: ConnectionID, _ line: Line) throws {
        guard line.session.room > 0, let node = line.node else { return }
        let limit = Int(min(line.session.room, UInt64(settings.pace.transactionOperationsMax)))
        let page = try store.entriesBesideImage(
            for: node, own: line.actors.sorted(), after: line.session.sentThrough, through: end, atMost: limit)
        deliver(page.entries, through: page.through, on: id)
        if page.through < end { images.isDue = true }
    }

    /// Images that nobody reads any more need not be kept.
    func forgetOldImages() {
        // One that is being made lies there already, and nobody has heard of it.
        guard !images.isMaking else { return }
        let read = lines.values.compactMap { $0.session.offeredImage.flatMap { Digest256(bytes: $0.hash) } }
        let kept = Set(read + [images.current?.hash].compactMap { $0 })
        guard kept != images.kept else { return }
        images.kept = kept
        actions.append(.keepImages(kept))
    }
}
