import GRDBSQLite
import Glibc
import Replication

/// Sees what somebody else commits to a database, as soon as a reader can.
///
/// The kernel wakes it when the write-ahead log is written to; then it looks, over a connection of its own, until what
/// is written has become visible. Until then it costs nothing.
final class CommitWatch {
    private let events: Int32
    private let connection: OpaquePointer
    private let select: OpaquePointer
    private let nowNanoseconds: @Sendable () -> UInt64

    /// How long after a write to the log a commit is looked for before the next write is waited for: a flush.
    private static let lookNanoseconds: UInt64 = 20_000_000
    private static let pauseNanoseconds = 10_000
    private static let waitNanosecondsMax: UInt64 = 30_000_000_000

    /// - Parameter select: its first column is what is waited for; its one argument may be an id.
    init(_ path: String, select sql: String, on bench: Workbench) throws(BenchmarkFault) {
        nowNanoseconds = bench.nowNanoseconds
        events = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard events >= 0, inotify_add_watch(events, path + "-wal", UInt32(IN_MODIFY)) >= 0 else {
            throw .sqlite("no watch on \(path)")
        }
        var (handle, prepared): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let handle,
            sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared
        else { throw .sqlite("no reader of \(path)") }
        connection = handle
        select = prepared
    }

    deinit {
        sqlite3_finalize(select)
        sqlite3_close(connection)
        close(events)
    }

    /// What was written until now is of no interest.
    func forget() { _ = takeEvents() }

    /// Returns once the value is there.
    func wait(for value: String, of id: RecordID? = nil) throws(BenchmarkFault) {
        let start = nowNanoseconds()
        var writtenAt: UInt64 = 0
        while current(id) != value {
            let now = nowNanoseconds()
            guard now - start < Self.waitNanosecondsMax else { throw .workNotDone("\(value) was not seen in time") }
            if takeEvents() { writtenAt = now }
            if now - writtenAt > Self.lookNanoseconds { waitForEvent() } else { pause() }
        }
    }

    private func current(_ id: RecordID?) -> String? {
        defer { sqlite3_reset(select) }
        var bytes = id?.value.bigEndian ?? 0
        if id != nil {
            withUnsafeBytes(of: &bytes) { _ = sqlite3_bind_blob(select, 1, $0.baseAddress, 16, PlainTable.transient) }
        }
        guard sqlite3_step(select) == SQLITE_ROW, let text = sqlite3_column_text(select, 0) else { return nil }
        return String(cString: text)
    }

    private func takeEvents() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
            read(events, buffer.baseAddress, buffer.count) > 0
        }
    }

    private func waitForEvent() {
        var request = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, 100)
    }

    private func pause() {
        var time = timespec(tv_sec: 0, tv_nsec: Self.pauseNanoseconds)
        nanosleep(&time, nil)
    }
}
