import Digests
import GRDB
import GRDBSQLite

import class Foundation.FileManager

/// An image as it comes in, beside the database that it is to replace.
final class StagedImage {
    let image: ReplicaImage
    private(set) var received: UInt64 = 0
    private var digest = RunningDigest()
    private var place: Place
    /// How far the disk has been told to write.
    private var flushBegun: UInt64 = 0

    private static let flushedAtOnceBytes: UInt64 = 8 << 20

    private enum Place {
        case file(ImageFile, path: String)
        case memory([UInt8])
    }

    /// In memory, for tests and the simulator.
    init(_ image: ReplicaImage) {
        self.image = image
        place = .memory([])
    }

    /// In a file; what an earlier process has received of the same image is kept. The names of others are removed.
    init(_ image: ReplicaImage, besideDatabase database: String) throws {
        let path = Self.path(of: image, besideDatabase: database)
        Self.removeAll(besideDatabase: database, except: path)
        let file = try ImageFile.draft(at: path)
        self.image = image
        place = .file(file, path: path)
        while received < min(file.size, image.bytes) {
            let count = min(UInt64(ImageFile.partBytes), image.bytes - received)
            let part = try file.read(at: received, count: Int(count))
            digest.append(part)
            received += UInt64(part.count)
        }
    }

    /// Whole, and not what was announced: a process that had begun to make it its own has died over it.
    var isSpoilt: Bool { received == image.bytes && !isSound }

    func append(_ bytes: [UInt8]) throws {
        switch place {
        case .file(let file, _): try file.write(bytes, at: received)
        case .memory(var known):
            place = .memory([])
            known += bytes
            place = .memory(known)
        }
        digest.append(bytes)
        received += UInt64(bytes.count)
        keepTheDiskBusy()
    }

    private func keepTheDiskBusy() {
        guard case .file(let file, _) = place, received >= flushBegun + Self.flushedAtOnceBytes else { return }
        file.beginFlush(from: flushBegun, count: received - flushBegun)
        flushBegun = received
    }

    /// Whole, and what was announced.
    var isSound: Bool { received == image.bytes && digest.value == image.hash }
    var path: String? { if case .file(_, let path) = place { path } else { nil } }

    func flush() throws { if case .file(let file, _) = place { try file.flush() } }

    func remove() { if let path { Self.remove(path) } }

    /// Not the node's database yet: what is written here may still be thrown away.
    func openDatabase(_ configuration: Configuration) throws -> DatabaseQueue {
        switch place {
        case .file(_, let path): return try DatabaseQueue(path: path, configuration: configuration)
        case .memory(let bytes):
            let queue = try DatabaseQueue(configuration: configuration)
            let copy = try DatabaseQueue()
            try copy.writeWithoutTransaction { try $0.load(bytes, as: "main") }
            try copy.backup(to: queue)
            return queue
        }
    }

    static func removeAll(besideDatabase database: String, except kept: String? = nil) {
        let (directory, name) = parts(of: database)
        for file in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        where file.hasPrefix(name + infix) && kept.map({ !$0.hasSuffix("/" + file) }) ?? true {
            remove("\(directory)/\(file)")
        }
    }

    private static func path(of image: ReplicaImage, besideDatabase database: String) -> String {
        database + infix + image.hash.bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func parts(of path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    private static let infix = ".image-"
}

extension Database {
    /// Puts a whole database into a schema of this connection, in memory.
    func load(_ bytes: [UInt8], as schema: String) throws {
        guard let connection = sqliteConnection, let copy = sqlite3_malloc64(UInt64(bytes.count)) else {
            throw StoreError.damaged("no memory for an image")
        }
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
        let code = sqlite3_deserialize(
            connection, schema, copy.assumingMemoryBound(to: UInt8.self), sqlite3_int64(bytes.count),
            sqlite3_int64(bytes.count), flags)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        clearSchemaCache()
    }

    /// The bytes of a schema, as they would stand in its file.
    func bytes(of schema: String) throws -> [UInt8] {
        var size: sqlite3_int64 = 0
        guard let connection = sqliteConnection, let start = sqlite3_serialize(connection, schema, &size, 0) else {
            throw StoreError.damaged("a database without bytes")
        }
        defer { sqlite3_free(start) }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(size)))
    }
}
