import Glibc

/// One process at a time works on a directory; the operating system lets go of the lock when the process ends.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `StoreError.inUse` while another process holds it, `StoreError.missing` without such a directory.
    package init(directory: String) throws(StoreError) {
        descriptor = open("\(directory)/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .missing(path: directory) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .inUse(path: directory)
        }
    }

    deinit {
        // A child that is just being started holds a copy of the descriptor for a moment; closing would wait for it.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }
}
