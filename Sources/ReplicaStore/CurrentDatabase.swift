import GRDB
import Synchronization

/// The database that readers look into: another one once an image has taken its place.
final class CurrentDatabase: Sendable {
    private let current: Mutex<any DatabaseReader>

    init(_ database: any DatabaseReader) { current = Mutex(database) }

    var now: any DatabaseReader { current.withLock { $0 } }

    /// - Parameter body: only reads; it may run a second time, where the database has been replaced under it.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let database = now
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            let next = now
            guard next !== database else { throw error }
            return try next.read(body)
        }
    }

    /// Whoever begins to read meanwhile waits.
    func replace(_ body: (any DatabaseReader) throws -> any DatabaseReader) rethrows {
        try current.withLock { $0 = try body($0) }
    }
}
