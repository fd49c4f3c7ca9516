import class Foundation.FileHandle

/// The first bytes of a database file, read without SQLite.
enum FileHeader {
    /// Anything but an SQLite database that we have made; false where the file cannot be opened at all. The number
    /// is in the file itself from its birth on, never only in its write-ahead log.
    static func isForeign(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        guard let header = try? file.read(upToCount: bytes), header.count == bytes, header.starts(with: magic) else {
            return true
        }
        return header.suffix(4).reduce(0) { $0 << 8 | Int($1) } != Schema.applicationID
    }

    private static let magic = Array("SQLite format 3\0".utf8)
    /// The application id stands in bytes 68 to 71, big-endian.
    private static let bytes = 72
}
