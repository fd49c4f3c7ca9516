import Glibc

/// A file of bytes at places, without SQLite.
package final class ImageFile: Sendable {
    private let descriptor: Int32

    static let partBytes = 1 << 20

    /// For reading. It stays readable after its name is gone.
    package convenience init(path: String) throws { try self.init(path: path, flags: O_RDONLY) }

    /// For writing, new or as it is.
    static func draft(at path: String) throws -> ImageFile { try ImageFile(path: path, flags: O_RDWR | O_CREAT) }

    private init(path: String, flags: Int32) throws {
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(errno, path) }
    }

    deinit { close(descriptor) }

    var size: UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(clamping: status.st_size) : 0
    }

    /// Fewer than `count` only at the end.
    package func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(clamping: offset) + filled)
                if got < 0 { throw Self.failure(errno, "image") }
                guard got > 0 else { return }
                filled += got
            }
        }
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { rest in
                pwrite(descriptor, rest.baseAddress, rest.count, off_t(clamping: offset) + written)
            }
            guard count > 0 else { throw Self.failure(errno, "image") }
            written += count
        }
    }

    /// Lets the disk begin with what has been written there, and does not wait: the flush at the end has less to do.
    /// That nobody needs these bytes soon is what Linux begins to write for.
    func beginFlush(from: UInt64, count: UInt64) {
        _ = posix_fadvise(descriptor, off_t(clamping: from), off_t(clamping: count), POSIX_FADV_DONTNEED)
    }

    func flush() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure(errno, "image") }
    }

    /// Makes the names in a directory durable.
    static func flushDirectory(of path: String) throws {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let handle = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw failure(errno, directory) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw failure(errno, directory) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// A second name for a file.
    static func link(_ path: String, as name: String) throws {
        guard Glibc.link(path, name) == 0 else { throw failure(errno, name) }
    }

    /// The new name takes the old one's place, whole or not at all.
    static func rename(_ path: String, to name: String) throws {
        guard Glibc.rename(path, name) == 0 else { throw failure(errno, name) }
    }

    private static func failure(_ code: Int32, _ path: String) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT: .full
        case ENOENT: .missing(path: path)
        default: .damaged("\(path): \(String(cString: strerror(code)))")
        }
    }
}
