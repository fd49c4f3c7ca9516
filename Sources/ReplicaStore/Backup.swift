import GRDB

import class Foundation.FileManager

extension ReplicaStore {
    /// Copies the database as it is now into a new file, while work goes on.
    ///
    /// - Throws: `StoreError.alreadyThere` rather than overwrite anything.
    package func backup(to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.alreadyThere(path: path) }
        let copy = try DatabaseQueue(path: path)
        try database.backup(to: copy)
        try copy.close()
    }
}
