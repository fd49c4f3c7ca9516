import Glibc

/// Whole small files, on disk before the call returns.
enum KeptFile {
    /// A key or a certificate chain is far smaller.
    static let bytesMax = 1 << 20

    /// Fails where the file exists. Only its owner may ever read it: the mode is given at creation, not afterwards.
    static func createSecret(_ text: String, at path: String) throws(FileFailure) {
        try write(text, at: path, flags: O_CREAT | O_EXCL | O_WRONLY, mode: 0o600)
        try flushDirectory(of: path)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Puts the whole new text in the place of the old, or leaves the old.
    static func replace(_ text: String, at path: String) throws(FileFailure) {
        let draft = path + ".new"
        try write(text, at: draft, flags: O_CREAT | O_TRUNC | O_WRONLY, mode: 0o644)
        guard rename(draft, path) == 0 else { throw FileFailure(path: path) }
        try flushDirectory(of: path)
    }

    static func read(_ path: String) throws(FileFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: path) }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count >= 0, bytes.count <= bytesMax else {
                throw FileFailure(path: path, code: count < 0 ? errno : EFBIG)
            }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw FileFailure(path: path, code: EILSEQ) }
        return text
    }

    private static func write(_ text: String, at path: String, flags: Int32, mode: mode_t) throws(FileFailure) {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFailure(path: path) }
        defer { _ = close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileFailure(path: path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileFailure(path: path) }
    }

    /// A new name is durable only once its directory is.
    private static func flushDirectory(of path: String) throws(FileFailure) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: directory) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure(path: directory) }
    }
}
