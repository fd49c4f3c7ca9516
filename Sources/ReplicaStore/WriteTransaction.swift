import Digests
import LineCodec
import Loyalty
import Replication

/// Everything that one transaction writes. It commits whole or leaves no trace, in the file or in memory.
final class WriteTransaction {
    let statements: HotStatements
    let lookupSecret: [UInt8]
    private(set) var actors: ActorDraft
    private let unsaved: Set<ActorID>
    private var digests: [Int: AdditiveDigest] = [:]
    private var changes: [RecordID: [RecordChange]] = [:]
    /// Headquarters has declared something, so that what is known of it in memory is stale.
    var changesProgramme = false
    #if DEBUG
        var bug: PlantedBug?
    #endif

    /// - Parameter unsaved: actors whose state in memory is ahead of the file.
    init(statements: HotStatements, actors: ActorTable, unsaved: Set<ActorID>, lookupSecret: [UInt8]) {
        self.statements = statements
        self.actors = ActorDraft(of: actors)
        self.unsaved = unsaved
        self.lookupSecret = lookupSecret
    }

    var log: OperationLog { OperationLog(statements: statements) }
    var changesDigest: Bool { !digests.isEmpty }

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

    func hubSequence(of dot: Dot) throws -> UInt64? {
        guard let actor = actors[dot.actor] else { return nil }
        return try log.hubSequence(of: dot.sequence, by: actor.key)
    }

    func operation(at position: Int64) throws -> Operation? {
        try log.operation(at: position) { actors[$0]?.actor }
    }

    func store(
        _ operation: Operation, actorKey: Int64, position: UInt64?, stamp: Stamp?
    ) throws -> Int64 {
        let position = SQLValue.optional(position, SQLValue.unsigned)
        try statements.run(
            .insertOperation,
            OperationColumns.values(operation, actorKey: actorKey, position: position, stamp: stamp))
        return statements.lastInsertedPosition
    }

    func setMeta(_ key: MetaKey, _ value: SQLValue) throws {
        try statements[.setMeta].run(.text(key.rawValue), value)
    }

    // MARK: Records

    /// Remembers what is to happen to a record; done at the end, in the order of ids, each row touched once.
    func enqueue(_ change: RecordChange, for member: RecordID) {
        changes[member, default: []].append(change)
    }

    /// Folds what was enqueued into the records and their digests.
    func fold() throws {
        let members = MemberTable(transaction: self)
        for (id, changes) in changes.sorted(by: { $0.key < $1.key }) {
            let before = try members.read(id)
            var state = before.state
            for change in changes {
                #if DEBUG
                    planted(change, on: state)?.apply(to: &state)
                #else
                    change.apply(to: &state)
                #endif
            }
            guard state != before.state else { continue }
            let after = Member(id: id, state: state)
            #if DEBUG
                if !leavesDigestAlone(changes) { try replaceDigest(of: before, with: after) }
            #else
                try replaceDigest(of: before, with: after)
            #endif
            try members.write(after, replacing: before)
        }
        changes = [:]
    }

    /// Writes what was kept in memory until now. The last step of every transaction.
    func finish() throws {
        try fold()
        for (bucket, digest) in digests.sorted(by: { $0.key < $1.key }) {
            try statements[.writeDigest].run(.integer(Int64(bucket)), .identifier(digest.sum))
        }
        for id in unsaved.union(actors.changed.all.map(\.actor)).sorted() {
            guard let state = actors[id] else { continue }
            try statements[.updateActor].run(
                .integer(state.key), .unsigned(state.lastSequence), .blob(state.chain.head.bytes),
                .unsigned(state.acknowledgedSequence), .blob(state.acknowledgedChain.head.bytes))
        }
    }

    func replaceDigest(of before: Member, with after: Member) throws {
        guard before.state.live != after.state.live else { return }
        let bucket = RecordDigest.bucket(of: after.id)
        var digest = try digest(of: bucket)
        if !before.state.live.isEmpty { digest.subtract(RecordDigest.of(before.id, before.state)) }
        if !after.state.live.isEmpty { digest.add(RecordDigest.of(after.id, after.state)) }
        digests[bucket] = digest
    }

    private func digest(of bucket: Int) throws -> AdditiveDigest {
        if let digest = digests[bucket] { return digest }
        return try statements.first(.readDigest, .integer(Int64(bucket))) {
            AdditiveDigest(sum: $0.identifier(0))
        } ?? AdditiveDigest()
    }
}

/// One step in the life of a record.
enum RecordChange: Equatable {
    /// `holding`: an own write whose verdict is still to come.
    case write(Delta, holding: Bool)
    case settle(Dot, effectiveTime: HybridTime, isVoid: Bool)

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

enum MetaKey: String {
    case role, node, branchCode, branchName
    case chainName, zone, currency, country, lookupKey
    case actor, epoch, cursor
    /// Of coupons' seals: the seed at the hub, what branches check by at a node.
    case couponSeal, sealKey
    /// When a node last heard its hub.
    case heardAt
    /// At a node that began with an image: the last place of its log that came with the image.
    case imageEnd
    /// The place in the hub's log up to which that image had folded it.
    case imagePosition
}
