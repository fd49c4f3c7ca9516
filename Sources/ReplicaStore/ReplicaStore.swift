import GRDB
import Loyalty
package import Replication

import struct Foundation.Data
import class Foundation.FileManager

/// One SQLite file and everything in it: the log of operations, what lives of each record, the books, the roster.
///
/// Not to be shared between threads: it belongs to one engine. `reader` may go anywhere.
package final class ReplicaStore {
    package let identity: ReplicaIdentity
    package let reader: ReplicaReader
    private(set) var database: any DatabaseWriter
    package let path: String
    private let lookup: LookupKey
    /// At a node: an image that is coming in.
    var staged: StagedImage?
    var chainMarks = ChainMarks()
    /// At the hub.
    var placements = PlacementMarks()
    /// What headquarters has declared, as long as no write has added to it.
    var knownProgramme: Programme?
    /// Branches' large tickets, as counted a while ago.
    var knownTickets: [NodeID: KnownTicket] = [:]
    /// At the hub: the same as it stood at earlier places in its log.
    var knownHistory: ProgrammeHistory?
    private(set) var actors: ActorTable
    /// At a node: what it wrote last, which is mostly what goes up next.
    private(set) var lastWritten: Operation?
    private(set) var standing: Standing
    private var clock: HybridClock
    /// At a node: the last entry of the hub's log that is applied; nil before the first contact.
    package internal(set) var cursor: HubPosition?
    /// At the hub: the last entry of its log.
    package internal(set) var head: UInt64
    private var statements: HotStatements?
    /// While several reads share one snapshot.
    private var snapshot: Database?
    /// At a node: when it last wrote down that it had heard its hub.
    package private(set) var heardAtMilliseconds: UInt64?
    #if DEBUG
        package var faults = StoreFaults()
    #endif

    private init(database: any DatabaseWriter, path: String) throws {
        self.database = database
        self.path = path
        identity = try database.read { try ReplicaIdentity(in: $0, path: path) }
        lookup = LookupKey(secret: identity.lookupKey)
        reader = ReplicaReader(database: database, lookupKey: identity.lookupKey)
        actors = try database.read { [identity] in try ActorTable(in: $0, as: identity) }
        standing = try database.read(Standing.init)
        clock = try database.read { HybridClock(last: try Self.lastOwnTime(in: $0)) }
        cursor = try database.read(Self.readCursor)
        head = try database.read(Self.readHead)
        heardAtMilliseconds = try database.read(Self.readHeardAt)
    }

    // MARK: Opening

    /// Makes a new database. Refuses a path where something is already.
    package static func create(at path: String, as identity: ReplicaIdentity) throws -> ReplicaStore {
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.alreadyThere(path: path) }
        // Made whole under another name: a process that dies half-way leaves nothing that looks like a database.
        let draft = path + ".new"
        for file in [draft, draft + "-wal", draft + "-shm"] { try? FileManager.default.removeItem(atPath: file) }
        try translatingErrors(path: path) {
            let pool = try DatabasePool(path: draft, configuration: configuration(for: identity.role))
            try fill(pool, as: identity)
            try pool.close()
        }
        try FileManager.default.moveItem(atPath: draft, toPath: path)
        return try open(at: path, role: identity.role)
    }

    /// A database without a file, for tests and the simulator; it outlives the stores opened on it.
    package static func createInMemory(as identity: ReplicaIdentity) throws -> ReplicaStore {
        let queue = try DatabaseQueue(configuration: configuration(for: identity.role))
        try emptyInMemory.get().backup(to: queue)
        try queue.write { try begin($0, as: identity) }
        return try open(queue, path: ":memory:", role: identity.role)
    }

    /// Made once and copied: to migrate costs twenty times as much, and the simulator needs thousands.
    static let emptyInMemory = Result {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue)
        return queue
    }

    package static func open(at path: String, role: ReplicaIdentity.Role) throws -> ReplicaStore {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path: path) }
        // Before SQLite sees it: merely opening somebody else's database would turn its journal to WAL.
        guard !FileHeader.isForeign(path) else { throw StoreError.foreign(path: path) }
        return try translatingErrors(path: path) {
            try open(try DatabasePool(path: path, configuration: configuration(for: role)), path: path, role: role)
        }
    }

    /// An open file of this version, ready to be written.
    static func pool(at path: String, role: ReplicaIdentity.Role) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: configuration(for: role))
        try prepare(pool, path: path, role: role)
        return pool
    }

    /// The same database, opened again.
    func use(_ database: any DatabaseWriter) { self.database = database }

    /// The same replica goes on with another database.
    func goOn(with database: any DatabaseWriter) throws {
        use(database)
        actors = try database.read { try ActorTable(in: $0, as: identity) }
        standing = try database.read(Standing.init)
        cursor = try database.read(Self.readCursor)
        head = try database.read(Self.readHead)
        heardAtMilliseconds = try database.read(Self.readHeardAt)
        chainMarks = ChainMarks()
        lastWritten = nil
        knownProgramme = nil
    }

    /// Opens the same memory again, as after a crash: whatever was not committed is gone.
    package func reopenedInMemory() throws -> ReplicaStore {
        close()
        #if DEBUG
            if faults.bug == .sequenceReused, identity.role == .node {
                try Self.open(database, path: ":memory:", role: .node).forgetLastOwnOperation()
            }
        #endif
        let reopened = try Self.open(database, path: ":memory:", role: identity.role)
        reopened.staged = staged
        return reopened
    }

    private static func fill(_ database: any DatabaseWriter, as identity: ReplicaIdentity) throws {
        try Schema.migrator.migrate(database)
        try database.write { try begin($0, as: identity) }
    }

    private static func begin(_ database: Database, as identity: ReplicaIdentity) throws {
        try identity.write(in: database)
        try Standing.begin(in: database)
    }

    private static func translatingErrors<Result>(path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: throw StoreError.full
            case .SQLITE_NOTADB: throw StoreError.foreign(path: path)
            case .SQLITE_CORRUPT: throw StoreError.damaged(error.message ?? "the file")
            default: throw error
            }
        }
    }

    static func open(
        _ database: any DatabaseWriter, path: String, role: ReplicaIdentity.Role
    ) throws -> ReplicaStore {
        try prepare(database, path: path, role: role)
        let store = try ReplicaStore(database: database, path: path)
        guard store.identity.role == role else { throw StoreError.wrongRole(path: path) }
        return store
    }

    private static func prepare(
        _ database: any DatabaseWriter, path: String, role: ReplicaIdentity.Role
    ) throws {
        guard try !database.read(Schema.migrator.hasBeenSuperseded) else { throw StoreError.newer(path: path) }
        try Schema.migrator.migrate(database)
        try database.writeWithoutTransaction { database in
            // GRDB sets NORMAL when it turns WAL on, whatever was asked for before.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(walPagesMax(for: role))")
        }
    }

    static func configuration(for role: ReplicaIdentity.Role) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = role == .hub ? 4 : 2
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -65536")
        }
        return configuration
    }

    /// A larger log before a checkpoint is worth two to three times at the hub (64 MB). A branch may have little disk,
    /// but one batch of the hub's log must not fill it (16 MB).
    private static func walPagesMax(for role: ReplicaIdentity.Role) -> Int { role == .hub ? 16_384 : 4_096 }

    /// Finishes the statements; the database itself closes when nobody holds it any more.
    package func close() {
        database.writeWithoutTransaction { _ in
            statements?.finish()
            statements = nil
        }
    }

    // MARK: Transactions

    /// Runs the body in one transaction. If it throws, nothing has happened, in the file or in memory.
    func write<Result>(_ body: (WriteTransaction) throws -> Result) throws -> Result {
        let (result, transaction) = try commit { (statements: HotStatements) in
            let transaction = makeTransaction(on: statements)
            let result = try body(transaction)
            try transaction.finish()
            if transaction.changesProgramme { (knownProgramme, knownHistory) = (nil, nil) }
            return (result, transaction)
        }
        actors.take(transaction.actors.changed)
        standing = transaction.standing
        lastWritten = transaction.inserted ?? lastWritten
        return result
    }

    /// Changes to the rare tables (roster, tills), which GRDB serves well enough.
    func writeRare<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try commit { (database: Database) in try body(database) }
    }

    /// A till's sale is one transaction: its BEGIN and COMMIT are prepared, too.
    private func commit<Result>(_ body: (HotStatements) throws -> Result) throws -> Result {
        try interruptible {
            try database.writeWithoutTransaction { database in
                try hotStatements(database).transaction { statements in try beforeCommit { try body(statements) } }
            }
        }
    }

    private func commit<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try interruptible { try database.write { database in try beforeCommit { try body(database) } } }
    }

    private func beforeCommit<Result>(_ body: () throws -> Result) throws -> Result {
        let result = try body()
        #if DEBUG
            try faults.interrupt(.beforeCommit)
        #endif
        return result
    }

    private func interruptible<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            #if DEBUG
                try faults.begin()
            #endif
            let result = try body()
            #if DEBUG
                try faults.interrupt(.afterCommit)
            #endif
            return result
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            throw StoreError.full
        }
    }

    private func makeTransaction(on statements: HotStatements) -> WriteTransaction {
        let transaction = WriteTransaction(
            statements: statements, actors: actors, standing: standing, placements: placements, identity: identity,
            lookup: lookup)
        #if DEBUG
            transaction.bug = faults.bug
        #endif
        return transaction
    }

    /// The engine's own reads go over the writer's connection: they never wait for headquarters' queries, which may
    /// hold every reader for as long as they like.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        if let snapshot { return try body(snapshot) }
        return try database.writeWithoutTransaction(body)
    }

    /// A question of a till reads a dozen things: they come from one snapshot, with one set of locks. The body only
    /// reads.
    package func reading<Result>(_ body: () throws -> Result) throws -> Result {
        guard snapshot == nil else { return try body() }
        return try database.writeWithoutTransaction { database in
            try hotStatements(database).snapshot {
                snapshot = database
                defer { snapshot = nil }
                return try body()
            }
        }
    }

    /// What a transaction would see, without the right to write.
    func look<Result>(_ body: (WriteTransaction) throws -> Result) throws -> Result {
        try reading { try read { try body(makeTransaction(on: hotStatements($0))) } }
    }

    func readLog<Result>(_ body: (OperationLog) throws -> Result) throws -> Result {
        try read { try body(OperationLog(statements: try hotStatements($0))) }
    }

    private func hotStatements(_ database: Database) throws -> HotStatements {
        if let statements { return statements }
        guard let connection = database.sqliteConnection else { throw StoreError.damaged("the connection is closed") }
        let new = HotStatements(on: connection)
        statements = new
        return new
    }

    package func noteHeard(atMilliseconds time: UInt64) throws {
        try write { try $0.setMeta(.heardAt, .unsigned(time)) }
        heardAtMilliseconds = time
    }

    // MARK: Time and actors

    /// After the hub has clamped the time of an own operation.
    func retreatClock(nowMilliseconds: UInt64) throws {
        clock.retreat(to: try read(Self.lastOwnTime), nowMilliseconds: nowMilliseconds)
    }

    func tick(nowMilliseconds: UInt64) -> HybridTime { clock.tick(nowMilliseconds: nowMilliseconds) }

    func observe(_ time: HybridTime, nowMilliseconds: UInt64, toleranceMilliseconds: UInt64) {
        clock.observe(time, nowMilliseconds: nowMilliseconds, toleranceMilliseconds: toleranceMilliseconds)
    }

    /// What a replica has applied of the hub's log: with the dot, the clock of what it writes next.
    var observed: Observed {
        if let epoch = identity.epoch { return Observed([HubPosition(epoch: epoch, sequence: head)]) }
        return Observed(cursor.map { [$0] } ?? [])
    }

    /// Kept in memory and written with the next cursor: it is worth no flush of its own, since the hub says it again at
    /// the next WELCOME.
    func noteAcknowledged(_ state: ActorState) {
        actors[state.actor] = state
        standing.unsaved.insert(state.actor)
    }

    package func actorState(_ actor: ActorID) -> ActorState? { actors[actor] }

    /// Every actor heard of, in the order in which they were.
    package var actorStates: [ActorState] { actors.all }

    private static func readHead(in database: Database) throws -> UInt64 {
        UInt64(bitPattern: try Int64.fetchOne(database, sql: "SELECT max(position) FROM op") ?? 0)
    }

    static func readCursor(in database: Database) throws -> HubPosition? {
        let sql = "SELECT value FROM meta WHERE key = ?"
        guard let sequence = try Int64.fetchOne(database, sql: sql, arguments: [MetaKey.cursor.rawValue]),
            let epoch = try Data.fetchOne(database, sql: sql, arguments: [MetaKey.epoch.rawValue])
        else { return nil }
        return HubPosition(
            epoch: EpochID(UInt128(bigEndianBytes: epoch)), sequence: UInt64(bitPattern: sequence))
    }

    private static func readHeardAt(in database: Database) throws -> UInt64? {
        try Int64.fetchOne(
            database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [MetaKey.heardAt.rawValue]
        ).map(UInt64.init(bitPattern:))
    }

    private static func lastOwnTime(in database: Database) throws -> HybridTime {
        let time = try Int64.fetchOne(
            database,
            sql: """
                SELECT coalesce(effective_time, time) FROM op WHERE actor = (SELECT key FROM actor WHERE id =
                  (SELECT value FROM meta WHERE key = 'actor')) ORDER BY sequence DESC LIMIT 1
                """)
        return HybridTime(UInt64(bitPattern: time ?? 0))
    }
}
