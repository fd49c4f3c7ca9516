import Digests
import LineCodec
import Loyalty
import Replication

/// Everything that one transaction writes. It commits whole or leaves no trace, in the file or in memory.
final class WriteTransaction {
    let statements: HotStatements
    let lookup: LookupKey
    private let placements: PlacementMarks
    private(set) var actors: ActorDraft
    private let identity: ReplicaIdentity
    /// Of the replica; after `finish`, what the next transaction goes on with.
    private(set) var standing: Standing
    private var changesDigest = false
    private var savesEveryActor = false
    private var columns = OperationColumns()
    /// In the order in which they were enqueued.
    private var changes: [(id: RecordID, change: RecordChange)] = []
    /// Headquarters has declared something, so that what is known of it in memory is stale.
    var changesProgramme = false
    /// Members that were read to decide what to write, until they are folded.
    private var members: [RecordID: Member] = [:]
    /// What was added to an actor's chain last.
    private(set) var inserted: Operation?
    /// The member that was folded last, as it is now.
    private var folded: Member?
    /// Records are mostly written by whoever wrote the one before.
    private var known: (actor: ActorID, key: Int64)?
    #if DEBUG
        var bug: PlantedBug?
    #endif

    init(
        statements: HotStatements, actors: ActorTable, standing: Standing, placements: PlacementMarks,
        identity: ReplicaIdentity, lookup: LookupKey
    ) {
        self.statements = statements
        self.placements = placements
        self.actors = ActorDraft(of: actors)
        self.identity = identity
        self.lookup = lookup
        self.standing = standing
    }

    var log: OperationLog { OperationLog(statements: statements) }

    // MARK: Actors

    /// The actor's state; registered under the node where it is new.
    func actor(_ id: ActorID, of node: NodeID) throws -> ActorState {
        if let state = actors[id] { return state }
        let state = ActorState(
            key: actors.nextKey, actor: id, node: node, lastSequence: 0, chain: .start, acknowledgedSequence: 0,
            acknowledgedChain: .start)
        try statements[.insertActor].run(
            .integer(state.key), .identifier(id.value), .integer(Int64(node.value)), .integer(0),
            .blob(state.chain.head.bytes))
        actors[id] = state
        return state
    }

    func key(of actor: ActorID) throws -> Int64 {
        if let known, known.actor == actor { return known.key }
        guard let key = actors.key(of: actor) else { throw StoreError.damaged("a write by an unknown actor") }
        known = (actor, key)
        return key
    }

    func actor(numbered key: Int64) throws -> ActorID {
        if let known, known.key == key { return known.actor }
        guard let actor = actors[key]?.actor else { throw StoreError.damaged("no actor has the number \(key)") }
        known = (actor, key)
        return actor
    }

    // MARK: The log

    /// Adds to the actor's chain and to the log, and returns the position there. The operation must be the
    /// actor's next.
    ///
    /// - Parameter position: at the hub its sequence; nil at a node, where operations stand as they arrive.
    func insert(_ operation: Operation, by node: NodeID, position: UInt64?, stamp: Stamp?) throws -> Int64 {
        var state = try actor(operation.dot.actor, of: node)
        state.lastSequence = operation.dot.sequence
        state.chain.append(operation)
        actors[state.actor] = state
        inserted = operation
        return try store(operation, actorKey: state.key, position: position, stamp: stamp)
    }

    /// Adds another's operation at a node: it is known up to here, but its chain is the hub's business.
    ///
    /// - Parameters:
    ///   - position: nil for the next, in the order of arrival.
    ///   - isEarly: operations of the same actor before it may still be on their way.
    func keep(_ entry: LogEntry, position: UInt64? = nil, isEarly: Bool = false) throws -> Int64 {
        let state = try actor(entry.operation.dot.actor, of: .hub)
        if !isEarly { try noteArrived(entry.operation.dot) }
        return try store(entry.operation, actorKey: state.key, position: position, stamp: entry.stamp)
    }

    /// Everything of another's actor up to here has arrived, as far as it is for this node.
    func noteArrived(_ dot: Dot) throws {
        var state = try actor(dot.actor, of: .hub)
        state.lastSequence = max(state.lastSequence, dot.sequence)
        actors[state.actor] = state
    }

    func position(of dot: Dot) throws -> Int64? {
        guard let actor = actors[dot.actor] else { return nil }
        return try statements.first(.positionOfDot, .integer(actor.key), .unsigned(dot.sequence)) { $0.integer(0) }
    }

    /// Whether an operation stands in the hub's log at or before a place.
    func holds(_ dot: Dot, through hubSequence: UInt64) throws -> Bool {
        if placements.show(dot, at: hubSequence) { return true }
        guard let actor = actors[dot.actor] else { return false }
        return try log.hubSequence(of: dot.sequence, by: actor.key).map { $0 <= hubSequence } ?? false
    }

    func operation(at position: Int64) throws -> Operation? {
        try log.operation(at: position) { actors[$0]?.actor }
    }

    func store(
        _ operation: Operation, actorKey: Int64, position: UInt64?, stamp: Stamp?
    ) throws -> Int64 {
        let row = try statements[.insertOperation]
        columns.bind(operation, actorKey: actorKey, position: position, stamp: stamp, to: row)
        try row.runComplete()
        let place = statements.lastInsertedPosition
        if identity.role == .hub, operation.audience == .chain { standing.stretches.extend(to: place) }
        return place
    }

    func setMeta(_ key: MetaKey, _ value: SQLValue) throws {
        if key == .cursor { savesEveryActor = true }
        try statements[.setMeta].run(.text(key.rawValue), value)
    }

    func forgetIntent(_ authorization: RecordID) throws {
        try statements[.forgetIntent].run(.identifier(authorization.value))
    }

    // MARK: Records

    /// Remembers what is to happen to a record; done at the end, in the order of ids, each row touched once.
    func enqueue(_ change: RecordChange, for member: RecordID) {
        changes.append((member, change))
    }

    /// A member as it is before what has been enqueued; read once until then.
    func current(_ id: RecordID) throws -> Member {
        if let member = members[id] { return member }
        if let folded, folded.id == id { return folded }
        let member = try MemberTable(transaction: self).read(id)
        members[id] = member
        return member
    }

    /// Folds what was enqueued into the records and the digest.
    func fold() throws {
        guard !changes.isEmpty else { return }
        let members = MemberTable(transaction: self)
        let order = changes.indices.map { (id: changes[$0].id, place: $0) }.sorted { $0 < $1 }
        var start = 0
        while start < order.count {
            let id = order[start].id
            let end = order[start...].firstIndex { $0.id != id } ?? order.endIndex
            try fold(order[start..<end], into: id, of: members)
            start = end
        }
        changes = []
    }

    private func fold(
        _ entries: ArraySlice<(id: RecordID, place: Int)>, into id: RecordID, of members: MemberTable
    ) throws {
        let before = try self.members.removeValue(forKey: id) ?? members.read(id)
        var state = before.state
        var touched = FieldSet()
        for (_, place) in entries {
            touched.formUnion(changes[place].change.fields)
            #if DEBUG
                planted(changes[place].change, on: state)?.apply(to: &state)
            #else
                changes[place].change.apply(to: &state)
            #endif
        }
        let changesLive = state.live != before.state.live
        guard changesLive || state != before.state else { return }
        let after = Member(id: id, state: state)
        folded = after
        #if DEBUG
            let applied = entries.map { changes[$0.place].change }
            if changesLive, !leavesDigestAlone(applied) { replaceDigest(of: before, with: after) }
        #else
            if changesLive { replaceDigest(of: before, with: after) }
        #endif
        try members.write(after, replacing: before, touching: touched)
    }

    /// Writes what was kept in memory until now. The last step of every transaction.
    func finish() throws {
        try fold()
        if changesDigest { try setMeta(.digest, .identifier(standing.digest.sum)) }
        for stretch in standing.stretches.takeUnsaved() {
            try statements[.writeStretch].run(.integer(stretch.first), .integer(stretch.last))
        }
        try saveActors()
    }

    private func saveActors() throws {
        let changed = actors.changed.all.map(\.actor)
        for id in savesEveryActor ? standing.unsaved.union(changed).sorted() : changed {
            guard let state = actors[id] else { continue }
            if !savesEveryActor, mayLag(state) {
                // The hub hears of its authors again and again: to remember which of thousands lag would cost more.
                if identity.role == .node { standing.unsaved.insert(id) }
                continue
            }
            try statements[.updateActor].run(
                .integer(state.key), .unsigned(state.lastSequence), .blob(state.chain.head.bytes),
                .unsigned(state.acknowledgedSequence), .blob(state.acknowledgedChain.head.bytes))
            standing.unsaved.remove(id)
        }
    }

    /// The log tells the head of a chain again: its row need not be written for every operation.
    private func mayLag(_ state: ActorState) -> Bool {
        let before = actors.before(state.actor)?.lastSequence ?? 0
        return identity.keepsChain(of: state.actor)
            && before / Self.lagOperationsMax == state.lastSequence / Self.lagOperationsMax
    }

    /// So many operations at most are hashed again for each actor when a database is opened.
    private static let lagOperationsMax: UInt64 = 64

    func replaceDigest(of before: Member, with after: Member) {
        if !before.state.live.isEmpty { standing.digest.subtract(RecordDigest.of(before.id, before.state)) }
        if !after.state.live.isEmpty { standing.digest.add(RecordDigest.of(after.id, after.state)) }
        changesDigest = true
    }
}

/// One step in the life of a record.
enum RecordChange: Equatable {
    /// `holding`: an own write whose verdict is still to come.
    case write(Delta, holding: Bool)
    case settle(Dot, effectiveTime: HybridTime, isVoid: Bool)

    /// Whose values it can change.
    var fields: FieldSet {
        switch self {
        case .write(let delta, _): FieldSet(of: delta.writes)
        case .settle: .all
        }
    }

    func apply(to state: inout RecordState) {
        switch self {
        case .write(let delta, let holding):
            // What is replaced has arrived before: the hub's log is causal, and an own write replaces what is here.
            state.apply(delta, holding: holding) { _ in true }
        case .settle(let dot, let effectiveTime, let isVoid):
            state.settle(dot, effectiveTime: effectiveTime, isVoid: isVoid)
        }
    }
}

/// Fields of a member, by their numbers.
struct FieldSet: OptionSet, Hashable {
    let rawValue: UInt64

    static let all = FieldSet(rawValue: .max)

    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ fields: MemberField...) { rawValue = fields.reduce(0) { $0 | Self.bit($1.rawValue) } }
    init(of writes: [Write]) { rawValue = writes.reduce(0) { $0 | Self.bit($1.slot.field) } }

    /// None for a number that no field can have.
    private static func bit(_ field: UInt16) -> UInt64 { field < UInt64.bitWidth ? 1 << UInt64(field) : 0 }
}

enum MetaKey: String {
    case role, node, branchCode, branchName
    case chainName, zone, currency, country, lookupKey
    case actor, epoch, cursor
    /// The sum over what lives of all records.
    case digest
    /// Of coupons' seals: the seed at the hub, what branches check by at a node.
    case couponSeal, sealKey
    /// When a node last heard its hub.
    case heardAt
    /// At a node that began with an image: the last place of its log that came with the image.
    case imageEnd
    /// The place in the hub's log up to which that image had folded it.
    case imagePosition
}
