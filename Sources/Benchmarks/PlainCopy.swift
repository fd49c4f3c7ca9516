import GRDBSQLite
import Glibc

/// What one would do by hand for a new shop: SQLite's backup of a database, and that file copied, with a flush.
enum PlainCopy {
    private static let partBytes = 1 << 20

    static func backUp(_ path: String, to backup: String) throws(BenchmarkFault) {
        let source = try opened(path)
        defer { sqlite3_close(source) }
        let target = try opened(backup)
        defer { sqlite3_close(target) }
        guard let work = sqlite3_backup_init(target, "main", source, "main") else { throw .sqlite("backup") }
        let code = sqlite3_backup_step(work, -1)
        guard sqlite3_backup_finish(work) == SQLITE_OK, code == SQLITE_DONE else { throw .sqlite("backup") }
    }

    static func copy(_ path: String, to copy: String) throws(BenchmarkFault) {
        let (source, target) = (open(path, O_RDONLY | O_CLOEXEC), open(copy, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        defer {
            close(source)
            close(target)
        }
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: partBytes, alignment: 4_096)
        defer { part.deallocate() }
        while true {
            let got = read(source, part.baseAddress, part.count)
            if got == 0 { break }
            guard got > 0, write(target, part.baseAddress, got) == got else { throw .workNotDone("the copy failed") }
        }
        guard fsync(target) == 0 else { throw .workNotDone("the copy is not on the disk") }
    }

    private static func opened(_ path: String) throws(BenchmarkFault) -> OpaquePointer {
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw .sqlite("open \(path)") }
        return handle
    }
}
