import Digests
import ReplicaStore
import Replication
import SyncProtocol

/// A node that begins takes a database from the hub instead of reading its whole log; so does one whose records are
/// found not to be the hub's. Tills go on meanwhile.
extension NodeEngine {
    struct Bootstrap: Equatable {
        /// What was offered is of no use here: the log will do, until the next start.
        var isRefused = false
        /// The records here are not the hub's.
        var isRepairNeeded = false
        var repairAskedMilliseconds: UInt64?
        /// All of the image has come, and with this line all that belongs to it.
        var isComplete = false
        /// Somebody else had the database open.
        var triedMilliseconds: UInt64?
        var tries = 0
        var window = Window()
    }

    /// How much is asked for at once: on a slow line a till's question must not wait behind megabytes.
    struct Window: Equatable {
        var bytes: UInt64 = 1 << 20
        var askedMilliseconds: UInt64 = 0

        private static let bytesMin: UInt64 = 64 << 10
        private static let quickMilliseconds: UInt64 = 100
        private static let slowMilliseconds: UInt64 = 400

        /// To be called with each new FETCH.
        mutating func adapt(atMilliseconds now: UInt64, atMost limit: UInt64) {
            let elapsed = now - min(now, askedMilliseconds)
            if elapsed <= Self.quickMilliseconds { bytes *= 2 }
            if elapsed > Self.slowMilliseconds { bytes /= 2 }
            bytes = min(max(bytes, Self.bytesMin), limit)
            askedMilliseconds = now
        }
    }

    var wantsImage: Bool { !bootstrap.isRefused && (store.cursor == nil || bootstrap.isRepairNeeded) }

    func offered(_ offer: ImageOffer) throws {
        guard offer.format == ReplicaImage.format, let hash = Digest256(bytes: offer.hash) else {
            return refuseImage("its tables are \(offer.format)")
        }
        let image = ReplicaImage(
            position: offer.position, format: offer.format, bytes: offer.bytes, hash: hash)
        let staged = try store.stage(image)
        actions.append(.log(.imageOffered(at: offer.position.sequence, bytes: offer.bytes)))
        bootstrap.window = Window(
            bytes: min(Window().bytes, pace.imageWindowBytesMax), askedMilliseconds: steadyMilliseconds)
        // The last byte is asked for in any case: it comes behind everything that belongs to the image.
        fetch(from: min(staged.received, image.bytes - 1))
    }

    private func fetch(from: UInt64) {
        let steps = session?.fetch(from: from, through: from + bootstrap.window.bytes) ?? []
        perform(steps)
    }

    func took(_ chunk: ImageChunk) throws {
        guard let before = store.stagedImage else { return }
        let end = chunk.offset + UInt64(chunk.bytes.count)
        if chunk.offset == before.received {
            do {
                try store.append(toStagedImage: chunk.bytes)
            } catch StoreError.full {
                actions.append(.log(.diskFull))
                retryMilliseconds = Self.fullDiskRetryMilliseconds
                return perform(session?.leave() ?? [])
            }
        }
        bootstrap.isComplete = end == before.image.bytes
        guard !bootstrap.isComplete, let open = session?.bytesStillToCome, open <= bootstrap.window.bytes / 2 else {
            return
        }
        bootstrap.window.adapt(atMilliseconds: steadyMilliseconds, atMost: pace.imageWindowBytesMax)
        fetch(from: end)
    }

    /// What the hub has for this node alone, up to the image.
    func applyAheadOfImage(_ nowMilliseconds: UInt64) throws {
        guard !deliveries.isEmpty else { return }
        let batch = Array(deliveries.prefix(pace.transactionOperationsMax))
        guard let position = batch.last?.lastPosition else { return }
        try store.applyAhead(
            batch.map(ReplicaStore.Delivery.init), nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Limits.clockAheadToleranceMilliseconds)
        deliveries.removeFirst(batch.count)
        try takeGrants(batch, nowMilliseconds)
        perform(session?.applied(through: position, entries: batch.reduce(0) { $0 + $1.entries }) ?? [])
    }

    /// Once all has come: the image takes the place of what is here, and the log goes on behind it on a new line.
    func adoptImage(_ nowMilliseconds: UInt64) throws {
        guard bootstrap.isComplete, deliveries.isEmpty, let staged = store.stagedImage else { return }
        if let tried = bootstrap.triedMilliseconds, steadyMilliseconds < tried + Self.inUseRetryMilliseconds { return }
        do {
            let position = staged.image.position.sequence
            let evidence = bootstrap.isRepairNeeded ? store.path + ".evidence-\(position)" : nil
            try store.adoptStagedImage(keepingOldAs: evidence)
            actions.append(.log(.imageTaken(at: position)))
            bootstrap.isRepairNeeded = false
            bootstrap.isComplete = false
            dialAgainAtOnce()
        } catch ImageFault.inUse {
            // An operator looks into the database with a tool of his own: a little later, then.
            bootstrap.triedMilliseconds = steadyMilliseconds
            bootstrap.tries += 1
            guard bootstrap.tries < Self.triesMax else { return refuseImage("the database is open elsewhere") }
            if store.stagedImage == nil { dialAgainAtOnce() }
        } catch let fault as ImageFault {
            try store.noteIncident("image", detail: "\(fault)", nowMilliseconds: nowMilliseconds)
            refuseImage("\(fault)")
        }
    }

    /// The records here have been found not to be the hub's: once a day they are replaced.
    func askForRepair() {
        let last = bootstrap.repairAskedMilliseconds
        guard !bootstrap.isRefused, last.map({ steadyMilliseconds >= $0 + Self.repairEveryMilliseconds }) ?? true else {
            return
        }
        bootstrap.isRepairNeeded = true
        bootstrap.repairAskedMilliseconds = steadyMilliseconds
        dialAgainAtOnce()
    }

    private func refuseImage(_ reason: String) {
        actions.append(.log(.imageRefused(reason)))
        store.dropStagedImage()
        bootstrap.isRefused = true
        bootstrap.isComplete = false
        dialAgainAtOnce()
    }

    private func dialAgainAtOnce() {
        dialsAtOnce = true
        perform(session?.leave() ?? [])
    }

    /// Then the log will do.
    private static let triesMax = 5
    private static let inUseRetryMilliseconds: UInt64 = 5_000
    private static let repairEveryMilliseconds: UInt64 = 24 * 3_600_000
    private static let fullDiskRetryMilliseconds: UInt64 = 10_000
}
