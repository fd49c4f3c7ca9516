import Digests
import GRDB
import Replication

/// A node that begins with an image, or puts one in the place of records that are not the hub's.
extension ReplicaStore {
    /// What has come of an image, of how much.
    package struct Staged: Equatable, Sendable {
        package let image: ReplicaImage
        package let received: UInt64

        package var percent: Int { Int(clamping: received * 100 / max(image.bytes, 1)) }
        package var isWhole: Bool { received == image.bytes }
    }

    package var stagedImage: Staged? { staged.map { Staged(image: $0.image, received: $0.received) } }

    /// Begins to receive an image, or goes on where an earlier line or process has ended.
    package func stage(_ image: ReplicaImage) throws -> Staged {
        if let staged, staged.image == image { return Staged(image: image, received: staged.received) }
        dropStagedImage()
        var new = try makeStage(image)
        if new.isSpoilt {
            new.remove()
            new = try makeStage(image)
        }
        staged = new
        return Staged(image: image, received: new.received)
    }

    private func makeStage(_ image: ReplicaImage) throws -> StagedImage {
        try (database as? DatabasePool).map { try StagedImage(image, besideDatabase: $0.path) } ?? StagedImage(image)
    }

    /// The next bytes of it.
    package func append(toStagedImage bytes: [UInt8]) throws {
        #if DEBUG
            try faults.begin()
        #endif
        try staged?.append(bytes)
    }

    package func dropStagedImage() {
        staged?.remove()
        staged = nil
    }

    /// Keeps what the hub's log has for this node alone, ahead of the image whose place in the log is behind it. The
    /// cursor stays where it is: without the image, the log brings all of this again.
    package func applyAhead(_ deliveries: [Delivery], nowMilliseconds: UInt64, toleranceMilliseconds: UInt64) throws {
        for case .entry(let entry) in deliveries {
            try applyEarly(
                entry, nowMilliseconds: nowMilliseconds, toleranceMilliseconds: toleranceMilliseconds)
        }
        let time = deliveries.contains { writeOff(in: $0) != nil } ? tick(nowMilliseconds: nowMilliseconds) : .zero
        let observed = observed
        try write { transaction in
            for delivery in deliveries {
                try Self.settle(delivery, in: transaction)
                if let writeOff = writeOff(in: delivery) {
                    try surrender(to: writeOff, at: time, observed, in: transaction)
                }
            }
        }
        if deliveries.contains(where: \.isVerdict) { try retreatClock(nowMilliseconds: nowMilliseconds) }
    }

    /// Puts the image in the place of the records here. What this replica has written, and what the hub has told it
    /// alone, is kept; afterwards the cursor is the image's. Either all of it has happened or nothing.
    ///
    /// - Parameter evidence: a name under which the database that was here is kept; nil where it is let go.
    /// - Throws: `ImageFault` where nothing has changed but that another image is needed, or another moment.
    package func adoptStagedImage(keepingOldAs evidence: String? = nil) throws {
        guard let staged else { return }
        #if DEBUG
            try faults.begin()
        #endif
        guard staged.isSound else { throw ImageFault.hash }
        let position = staged.image.position
        if let cursor, cursor.epoch == position.epoch, cursor.sequence > position.sequence { throw ImageFault.behind }
        try makeSureThatNobodyElseIsHere()
        let draft = try staged.openDatabase(Self.configuration(for: .node))
        try ImageAdoption(image: staged.image, by: self).fill(draft)
        #if DEBUG
            try faults.interrupt(.beforeCommit)
        #endif
        if let path = staged.path {
            try draft.close()
            try staged.flush()
            try replaceFile(with: path, keepingOldAs: evidence)
        } else {
            close()
            reader.database.replace { _ in draft }
            try goOn(with: draft)
        }
        self.staged = nil
        #if DEBUG
            try faults.interrupt(.afterCommit)
        #endif
    }

    /// Whoever else has the file open keeps the write-ahead log where the new file would find it.
    private func makeSureThatNobodyElseIsHere() throws {
        guard database is DatabasePool else { return }
        var isAlone = false
        try reopen { path in isAlone = !ImageFile.exists(path + "-wal") }
        guard isAlone else { throw ImageFault.inUse }
    }

    /// One name for two files: first all of the old, then all of the new. SQLite must have let go of the old one: it
    /// would take the old one's write-ahead log for the new one's.
    private func replaceFile(with new: String, keepingOldAs evidence: String?) throws {
        var isReplaced = false
        try reopen { path in
            guard !ImageFile.exists(path + "-wal") else { return }
            if let evidence { try ImageFile.link(path, as: evidence) }
            try ImageFile.rename(new, to: path)
            try ImageFile.flushDirectory(of: path)
            isReplaced = true
        }
        guard isReplaced else {
            dropStagedImage()
            throw ImageFault.inUse
        }
        try goOn(with: database)
    }

    /// A pool closes its readers last, and they cannot do this: whoever writes, and leaves last, takes the log along.
    private static func foldWriteAheadLog(of path: String) throws {
        let last = try DatabaseQueue(path: path, configuration: configuration(for: .node))
        _ = try last.inDatabase { try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try last.close()
    }

    /// Lets go of the file and opens what stands under its name afterwards; readers wait.
    private func reopen(_ meanwhile: (_ path: String) throws -> Void) throws {
        guard let old = database as? DatabasePool else { return }
        close()
        var next: any DatabaseWriter = old
        try reader.database.replace { _ in
            old.interrupt()
            try old.close()
            try Self.foldWriteAheadLog(of: old.path)
            try meanwhile(old.path)
            next = try Self.pool(at: old.path, role: .node)
            return next
        }
        use(next)
    }
}
