import GRDB

import class Foundation.FileManager

extension ReplicaReader {
    /// Copies the database as it is now into a new file, while work goes on.
    ///
    /// - Parameter path: absolute.
    /// - Throws: `StoreError.alreadyThere` rather than overwrite anything, `missing` without a directory for it.
    package func backup(to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.alreadyThere(path: path) }
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        guard FileManager.default.fileExists(atPath: directory.isEmpty ? "/" : directory) else {
            throw StoreError.missing(path: directory)
        }
        let copy = try DatabaseQueue(path: path)
        try database.now.backup(to: copy)
        try copy.close()
    }
}

extension ReplicaStore {
    package func backup(to path: String) throws { try reader.backup(to: path) }
}
