import Administration
import Digests
import Loyalty
package import ReplicaStore
import Replication
package import SyncProtocol

/// Everything that the hub decides: who may speak, what is accepted, who is sent what.
///
/// Synchronous, on one thread; the caller performs the actions in order. Messages are collected and take effect at
/// `flush`, so that operations of many nodes share one transaction.
package final class HubEngine {
    /// What the hub is set up to be.
    package struct Settings: Equatable, Sendable {
        package var software: String
        /// Where nodes reach this hub, as invitations say it.
        package var address: String
        package var port: Int
        /// SHA-256 of the chain's authority certificate, which invitations pin.
        package var authorityFingerprint: [UInt8]
        package var nodesMax = 10_000
        package var pace = Pace()
        /// Whether nodes may ask for rights and put questions.
        package var offersRights = true
        /// Whether nodes that begin may have a database instead of the log.
        package var offersImages = true

        package init(software: String, address: String, port: Int, authorityFingerprint: [UInt8]) {
            self.software = software
            self.address = address
            self.port = port
            self.authorityFingerprint = authorityFingerprint
        }
    }

    /// One connection, as long as it lasts.
    struct Line {
        var session: HubSession
        var actors: Set<ActorID> = []
        /// What the node said in its HELLO that it has written.
        var written: [ActorHead] = []
        /// By the calendar; the session measures silences by a clock of its own.
        var lastHeardMilliseconds: UInt64
        /// What an enrolment or renewal is about, until its certificate comes.
        var enrolment: ReplicaStore.RosterEntry?
        var isRenewal = false
        /// What the node had applied when it asked for an image.
        var appliedBeforeImage: UInt64 = 0
        /// The branch's, once it has been greeted.
        var branchCode: String?
        var markedThrough: UInt64 = 0
        var markedAtMilliseconds: UInt64 = 0

        var node: NodeID? {
            switch session.peer {
            case .node(let node, _), .expired(let node, _): node
            case .newcomer, .hub, .administrator: nil
            }
        }
    }

    let store: ReplicaStore
    package internal(set) var settings: Settings
    var random: any RandomNumberGenerator
    var lines: [ConnectionID: Line] = [:]
    private var arrivals: [ReplicaStore.Arrival] = []
    private var progress: [NodeID: UInt64] = [:]
    private var progressSavedMilliseconds: UInt64 = 0
    private var isSomeoneBehind = false
    private var headAtLastTick: UInt64 = 0
    /// Measures silences: unlike the date, nobody sets it.
    private(set) var steadyMilliseconds: UInt64 = 0
    /// Who has come in since the last flush, with what software.
    var greetings: [NodeID: String] = [:]
    var pending: [Pending] = []
    var images = Images()
    var recalls: [UInt128: OpenRecall] = [:]
    var expiredAtMilliseconds: UInt64?
    /// Where the look at what has expired goes on; nil between two looks.
    var expiryPlace: RecordID?
    /// By branch, whose allowance is to be looked at when that branch is heard again.
    var expected: [String: Set<RecordID>] = [:]
    var expectedCount = 0
    var words = Words()
    var actions: [Action] = []

    package init(store: ReplicaStore, settings: Settings, random: any RandomNumberGenerator) {
        self.store = store
        self.settings = settings
        self.random = random
    }

    /// True while a further `flush` has something to do.
    package var needsFlush: Bool { !arrivals.isEmpty || isSomeoneBehind || images.isDue }

    /// - Parameter steadyMilliseconds: a clock that is never set back or forward, since whenever; without it the date
    ///   serves.
    /// - Throws: only what the disk does; the process cannot go on then.
    package func handle(
        _ event: Event, nowMilliseconds: UInt64, steadyMilliseconds: UInt64? = nil
    ) throws -> [Action] {
        self.steadyMilliseconds = steadyMilliseconds ?? nowMilliseconds
        switch event {
        case .connected(let id, let peer): connect(id, peer, nowMilliseconds)
        case .received(let id, let messages):
            try whileThereIsSpace {
                for message in messages { try receive(message, on: id, nowMilliseconds) }
            }
        case .malformed(let id, let detail):
            actions.append(.log(.malformedLine(lines[id]?.node, detail)))
            perform(lines[id]?.session.refuse(.malformed, detail) ?? [], on: id)
        case .disconnected(let id): disconnect(id)
        case .issued(let id, let certificate, let authority): certify(id, certificate, authority)
        case .imageMade(let image): made(image)
        case .flush: try whileThereIsSpace { try flush(nowMilliseconds) }
        case .tick: try whileThereIsSpace { try tick(nowMilliseconds) }
        }
        assert(words.operations.isEmpty, "words that nobody has written")
        defer { actions = [] }
        return actions
    }

    package func close() { store.close() }

    /// May be used on any thread.
    package var reader: ReplicaReader { store.reader }

    // MARK: Connections

    private func connect(_ id: ConnectionID, _ peer: Peer, _ nowMilliseconds: UInt64) {
        lines[id] = Line(
            session: HubSession(peer: peer, nowMilliseconds: steadyMilliseconds), lastHeardMilliseconds: nowMilliseconds
        )
        // An administrator comes in even where the hub is full of nodes: to see why.
        guard lines.count > settings.nodesMax, peer != .administrator else { return }
        let steps = lines[id]?.session.postpone(retryMilliseconds: Limits.busyRetryMilliseconds) ?? []
        perform(steps, on: id)
    }

    private func disconnect(_ id: ConnectionID) {
        guard let line = lines.removeValue(forKey: id) else { return }
        forgetPending(on: id, of: line.node)
        guard line.session.isSyncing, let node = line.node else { return }
        if line.session.bringsLog { progress[node] = max(progress[node] ?? 0, line.session.appliedThrough) }
        actions.append(.log(.left(node)))
    }

    private func receive(_ message: Message, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        guard var line = lines[id] else { return }
        if case .administrator = line.session.peer {
            administer(message, on: id, nowMilliseconds)
            return
        }
        line.lastHeardMilliseconds = nowMilliseconds
        let steps = line.session.receive(message, nowMilliseconds: steadyMilliseconds)
        lines[id] = line
        for step in steps { try perform(step, on: id, nowMilliseconds) }
    }

    private func perform(_ step: HubSession.Action, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        switch step {
        case .send, .close: perform([step], on: id)
        case .greet(let hello): try greet(hello, on: id, nowMilliseconds)
        case .enrol(let join, let publicKey): try enrol(join, publicKey, on: id, nowMilliseconds)
        case .renew(let node): try renew(node, on: id)
        case .accept(let operation):
            guard let node = lines[id]?.node else { return }
            #if DEBUG
                if store.faults.bug == .acknowledgedBeforeCommit { acknowledgeEarly(operation, on: id) }
            #endif
            arrivals.append(ReplicaStore.Arrival(operation: operation, node: node))
        case .applied(let position):
            guard let node = lines[id]?.node else { return }
            guard lines[id]?.session.bringsLog ?? false else { return images.isDue = true }
            progress[node] = position
            isSomeoneBehind = isSomeoneBehind || lines[id].map { $0.session.sentThrough < store.head } ?? false
        case .authorize(let request): try authorize(request, on: id, nowMilliseconds)
        case .answer(let question): try answer(question, on: id, nowMilliseconds)
        case .fetch: images.isDue = true
        case .yielded(let yield):
            yielded(yield)
            try servePending(nowMilliseconds)
        }
    }

    /// The part of a session's actions that only concerns the line itself.
    func perform(_ steps: [HubSession.Action], on id: ConnectionID) {
        var messages: [Message] = []
        var closes = false
        for case let step in steps {
            switch step {
            case .send(let message): messages.append(message)
            case .close: closes = true
            case .greet, .enrol, .renew, .accept, .applied, .authorize, .answer, .yielded, .fetch:
                preconditionFailure("not about the line")
            }
        }
        if !messages.isEmpty { actions.append(.send(id, messages)) }
        if closes {
            for case .error(let code, let detail) in messages {
                actions.append(.log(.refused(lines[id]?.node, code, detail)))
            }
            actions.append(.close(id))
            lines[id] = nil
        }
    }

    // MARK: Taking in and passing on

    private func flush(_ nowMilliseconds: UInt64) throws {
        if !arrivals.isEmpty { try acceptNextBatch(nowMilliseconds) }
        try serveThoseBehind(nowMilliseconds)
        try lendImages()
        try servePending(nowMilliseconds)
        try noteGreetings(nowMilliseconds)
    }

    private func whileThereIsSpace(_ body: () throws -> Void) throws {
        do { try body() } catch StoreError.full { sendAwayForLackOfSpace() }
    }

    /// Nothing was accepted, so nothing may be acknowledged: nodes keep what they have and come again. Questions are
    /// still answered, so that the administrator can see what is wrong.
    private func sendAwayForLackOfSpace() {
        arrivals = []
        words = Words()
        actions.append(.log(.diskFull))
        for id in lines.keys.sorted() where lines[id]?.session.isSyncing ?? false {
            refuse(id, .unavailable, "the hub's disk is full; nothing was taken, everything is to be sent again")
        }
    }

    /// What an earlier connection of the node brought counts before the node is told where the hub stands.
    func acceptArrivals(of node: NodeID, _ nowMilliseconds: UInt64) throws {
        while arrivals.contains(where: { $0.node == node }) { try acceptNextBatch(nowMilliseconds) }
    }

    private func acceptNextBatch(_ nowMilliseconds: UInt64) throws {
        let pace = settings.pace
        // While nobody waits at a till, a backlog is taken in larger pieces: the same pages are written once.
        let limit = pending.isEmpty ? pace.backlogOperationsMax : pace.transactionOperationsMax
        let batch = Array(arrivals.prefix(batchCount(weighing: limit)))
        arrivals.removeFirst(batch.count)
        try accept(batch, nowMilliseconds)
    }

    /// How many of the arrivals weigh no more than so many edits; at least one.
    private func batchCount(weighing edits: Int) -> Int {
        var weight = 0
        for (count, arrival) in arrivals.enumerated() {
            weight += arrival.operation.kind == MemberEdit.kind ? 1 : settings.pace.editsPerMovement
            if weight > edits { return max(1, count) }
        }
        return arrivals.count
    }

    /// Accepts operations in one transaction, acknowledges them, and passes them on to whoever is up to date.
    func accept(_ batch: [ReplicaStore.Arrival], _ nowMilliseconds: UInt64) throws {
        let before = store.head
        let acceptance = try store.accept(
            batch, nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Limits.clockAheadToleranceMilliseconds)
        for entry in acceptance.entries where entry.stamp.verdict != .ok {
            actions.append(.log(.judged(entry.operation.dot, entry.stamp.verdict)))
        }
        passOn(acceptance.entries, since: before, acknowledging: acceptance.heads)
        do { try react(to: acceptance.entries, nowMilliseconds) } catch {
            // What is half decided is not said later, when everything may be different.
            words = Words()
            throw error
        }
    }

    private func acknowledge(_ actors: [ActorID]) {
        let byActor = Dictionary(
            lines.flatMap { id, line in line.actors.map { ($0, id) } }, uniquingKeysWith: max)
        for actor in actors {
            guard let id = byActor[actor], let state = store.actorState(actor) else { continue }
            let head = ActorHead(actor: actor, sequence: state.lastSequence, chain: state.chain.head.bytes)
            let steps = lines[id]?.session.accepted(head) ?? []
            perform(steps, on: id)
        }
    }

    /// Others first: somebody may be waiting for it, while its author knows.
    private func passOn(_ entries: [LogEntry], since before: UInt64, acknowledging actors: [ActorID]) {
        let authors = Set(actors)
        let ids = entries.isEmpty ? [] : lines.keys.sorted()
        func isAuthor(_ id: ConnectionID) -> Bool { !(lines[id]?.actors.isDisjoint(with: authors) ?? true) }
        let own = Set(ids.filter(isAuthor))
        for id in ids where !own.contains(id) { passOn(entries, since: before, to: id) }
        acknowledge(actors)
        for id in ids where own.contains(id) { passOn(entries, since: before, to: id) }
    }

    private func passOn(_ entries: [LogEntry], since before: UInt64, to id: ConnectionID) {
        guard let line = lines[id], line.session.bringsLog, let node = line.node else { return }
        let chosen = entries.filter {
            line.actors.contains($0.operation.dot.actor) || $0.operation.audience.includes(node)
        }
        guard isUpToDate(line, before), UInt64(chosen.count) <= line.session.room else {
            isSomeoneBehind = true
            return
        }
        deliver(chosen, through: store.head, on: id)
    }

    private func isUpToDate(_ line: Line, _ position: UInt64) -> Bool {
        #if DEBUG
            if store.faults.bug == .skipsThoseBehind { return true }
        #endif
        return line.session.sentThrough == position
    }

    func deliver(_ entries: [LogEntry], through: UInt64, on id: ConnectionID) {
        guard var line = lines[id] else { return }
        let steps = line.session.deliver(entries, own: line.actors, through: through)
        lines[id] = line
        perform(steps, on: id)
    }

    /// One page for each that has fallen behind and has room; so nobody waits for another's backlog.
    private func serveThoseBehind(_ nowMilliseconds: UInt64) throws {
        guard isSomeoneBehind else { return }
        isSomeoneBehind = false
        for id in lines.keys.sorted() {
            guard let line = lines[id], line.session.bringsLog, let node = line.node,
                line.session.sentThrough < store.head, line.session.room > 0
            else { continue }
            let limit = Int(min(line.session.room, UInt64(settings.pace.transactionOperationsMax)))
            let page = try store.entries(
                for: node, own: line.actors.sorted(), after: line.session.sentThrough, atMost: limit)
            deliver(page.entries, through: page.through, on: id)
            if page.through < store.head { isSomeoneBehind = true } else { try mark(id, nowMilliseconds) }
        }
    }

    /// Lets a node compare: what it holds now should have this digest.
    func mark(_ id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        guard var line = lines[id], line.session.sentThrough == store.head else { return }
        let mark = Mark(position: store.head, digest: store.digest.sum)
        #if DEBUG
            if store.faults.bug == .markTooLow { return markTooLow(mark, on: id) }
        #endif
        let steps = line.session.mark(mark)
        line.markedThrough = store.head
        line.markedAtMilliseconds = nowMilliseconds
        lines[id] = line
        perform(steps, on: id)
    }

    /// Somebody has just been admitted, or room has come back.
    func noteSomeoneBehind() { isSomeoneBehind = true }

    private func tick(_ nowMilliseconds: UInt64) throws {
        try servePending(nowMilliseconds)
        try expire(nowMilliseconds)
        forgetOldImages()
        offerImages()
        try fillHomecomings(nowMilliseconds)
        let isQuiet = store.head == headAtLastTick
        headAtLastTick = store.head
        for id in lines.keys.sorted() {
            guard var line = lines[id], line.session.peer != .administrator else { continue }
            let steps = line.session.tick(nowMilliseconds: steadyMilliseconds)
            lines[id] = line
            perform(steps, on: id)
            if let line = lines[id], line.session.bringsLog, line.markedThrough < store.head,
                isQuiet || nowMilliseconds >= line.markedAtMilliseconds + Self.markEveryMilliseconds
            {
                try mark(id, nowMilliseconds)
            }
        }
        guard !progress.isEmpty, steadyMilliseconds >= progressSavedMilliseconds + Self.progressSavedEveryMilliseconds
        else {
            return
        }
        progressSavedMilliseconds = steadyMilliseconds
        try store.noteProgress(progress, nowMilliseconds: nowMilliseconds)
        progress = [:]
    }

    /// A mark costs each node a flush: when the log is busy they come this far apart, when it rests at once.
    private static let markEveryMilliseconds: UInt64 = 30_000

    /// How far nodes have got is worth knowing after a restart, not worth a flush each time.
    private static let progressSavedEveryMilliseconds: UInt64 = 5_000

    func randomID() -> RecordID { RecordID(UInt128(bigEndianBytes: randomBytes(16))) }

    func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
