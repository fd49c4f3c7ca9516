import Administration
import Digests
import Loyalty
package import ReplicaStore
import Replication
package import SyncProtocol

/// Everything that a branch's node decides: it records what its tills say, and keeps in step with the hub when it can.
///
/// Synchronous, on one thread; the caller performs the actions in order. What the hub sends is collected and applied
/// at `flush`. A till never waits for the hub.
package final class NodeEngine {
    package enum Event: Sendable {
        /// The line to the hub stands.
        case connected(ConnectionID)
        case connectFailed(String)
        case received(ConnectionID, [Message])
        case malformed(ConnectionID, String)
        case disconnected(ConnectionID)
        /// The time that `connect(afterMilliseconds:)` asked for has passed.
        case dial
        case administrator(ConnectionID)
        case till(RequestID, TillRequest)
        /// No more events are waiting.
        case flush
        /// To come about once a second.
        case tick
        /// The process is about to end.
        case leave
    }

    package enum Action: Equatable, Sendable {
        case connect
        /// Come back with `dial`.
        case connectAfter(milliseconds: UInt64)
        case send(ConnectionID, [Message])
        /// From now on, what is sent may be deflated.
        case deflate(ConnectionID)
        /// Close once everything has been sent.
        case close(ConnectionID)
        case reply(RequestID, TillAnswer)
        case log(NodeNotice)
    }

    /// Numbers a till's question, for its answer.
    package struct RequestID: Hashable, Sendable {
        package let value: UInt64

        package init(_ value: UInt64) { self.value = value }
    }

    let store: ReplicaStore
    let software: String
    let pace: Pace
    let offersRights: Bool
    var random: any RandomNumberGenerator
    var line: ConnectionID?
    var session: NodeSession?
    private var administrators: Set<ConnectionID> = []
    var deliveries: [NodeSession.Delivery] = []
    var audit: Mark?
    var disk = Disk.fine
    private var attempts: UInt64 = 0
    var retryMilliseconds: UInt64?
    var dialsAtOnce = false
    var bootstrap = Bootstrap()
    var progress = Progress()
    /// Measures silences: unlike the date, nobody sets it.
    var steadyMilliseconds: UInt64 = 0
    var actions: [Action] = []
    /// Tills that wait for rights, by authorization, and for the hub's answers, by question.
    var waiting: [UInt128: WaitingCheckout] = [:]
    var asking: [UInt64: WaitingQuestion] = [:]
    var questionNumber: UInt64 = 0
    /// Authorizations whose answer has come in this process: the log will bring their grants once more.
    var grantsSeen: Set<RecordID> = []
    /// Authorizations that were asked for on this line.
    var askedInSession: Set<UInt128> = []
    /// How far the log must have come before earlier lines' authorizations are at their end; nil once they are.
    var sweepPosition: UInt64?
    /// A full disk was in the way when these were to go back.
    var leftGrants: Set<UInt128> = []
    var upkeep = Upkeep()
    /// When a till last asked for anything; whoever only looks how the node is does not wait with a customer.
    var tillHeardMilliseconds: UInt64?

    /// A full disk stops what comes from the hub, not what goes there; it is tried again at every tick.
    enum Disk { case fine, full, fullButTryAgain }

    /// What status tells beyond what the store knows.
    struct Progress: Equatable {
        var connectedSinceMilliseconds: UInt64?
        var lastHeardMilliseconds: UInt64?
        var hubHead: UInt64?
        var clockAheadMilliseconds: Int64?
        var auditedThrough: UInt64?
        var auditedAtMilliseconds: UInt64?
        /// Why the hub sent this node away; nil again once it has been welcomed.
        var refusal: String?
        /// Why the last call did not reach the hub; nil again once it has been welcomed.
        var failure: String?
    }

    /// - Parameter offersRights: whether the hub may be asked for rights, and may recall them.
    package init(
        store: ReplicaStore, software: String, random: any RandomNumberGenerator, pace: Pace = Pace(),
        offersRights: Bool = true
    ) {
        self.store = store
        self.software = software
        self.pace = pace
        self.offersRights = offersRights
        self.random = random
    }

    /// True while a further `flush` has something to do.
    package var needsFlush: Bool { (!deliveries.isEmpty && disk != .full) || canUpload }

    /// True while the hub has welcomed this node and the line stands.
    package var isConnected: Bool { session?.isSyncing ?? false }

    /// - Parameter steadyMilliseconds: a clock that is never set back or forward, since whenever; without it the date
    ///   serves.
    /// - Throws: only what the disk does beyond being full; the process cannot go on then.
    package func handle(
        _ event: Event, nowMilliseconds: UInt64, steadyMilliseconds: UInt64? = nil
    ) throws -> [Action] {
        self.steadyMilliseconds = steadyMilliseconds ?? nowMilliseconds
        switch event {
        case .connected(let id): connect(id)
        case .connectFailed(let reason):
            actions.append(.log(.connectFailed(reason)))
            progress.failure = reason
            retry()
        case .received(let id, let messages):
            for message in messages { try receive(message, on: id, nowMilliseconds) }
        case .malformed(let id, let detail): malformed(id, detail)
        case .disconnected(let id): try disconnect(id, nowMilliseconds)
        case .dial: actions.append(.connect)
        case .administrator(let id): administrators.insert(id)
        case .till(let id, let request):
            if request != .status { tillHeardMilliseconds = self.steadyMilliseconds }
            if let answer = try answer(request, for: id, nowMilliseconds) { reply(answer, to: id) }
        case .flush: try flush(nowMilliseconds)
        case .tick: try tick(nowMilliseconds)
        case .leave:
            try giveUpWaiting(.offline, olderThanMilliseconds: 0, nowMilliseconds)
            try giveUpAsking(.offline, olderThanMilliseconds: 0)
            perform(session?.leave() ?? [])
        }
        defer { actions = [] }
        return actions
    }

    package func close() { store.close() }

    // MARK: The line to the hub

    private func connect(_ id: ConnectionID) {
        line = id
        let (session, steps) = NodeSession.open(with: hello(), nowMilliseconds: steadyMilliseconds)
        self.session = session
        perform(steps)
    }

    private func disconnect(_ id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        guard administrators.remove(id) == nil, id == line else { return }
        if progress.connectedSinceMilliseconds != nil { actions.append(.log(.disconnected)) }
        line = nil
        session = nil
        deliveries = []
        audit = nil
        bootstrap.isComplete = false
        progress.connectedSinceMilliseconds = nil
        try giveUpWaiting(.offline, olderThanMilliseconds: 0, nowMilliseconds)
        try giveUpAsking(.offline, olderThanMilliseconds: 0)
        retry()
    }

    private func receive(_ message: Message, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        if administrators.contains(id) {
            administer(message, on: id, nowMilliseconds)
            return
        }
        guard id == line else { return }
        progress.lastHeardMilliseconds = nowMilliseconds
        for step in session?.receive(message, nowMilliseconds: steadyMilliseconds) ?? [] {
            // What could not be written is told again by the hub's log, or asked for again.
            do { try perform(step, nowMilliseconds) } catch StoreError.full { actions.append(.log(.diskFull)) }
        }
    }

    private func malformed(_ id: ConnectionID, _ detail: String) {
        if administrators.contains(id) {
            actions.append(.send(id, [.error(.malformed, detail: detail)]))
            actions.append(.close(id))
            return
        }
        guard id == line else { return }
        actions.append(.log(.malformedLine(detail)))
        perform(session?.fail(.malformed, detail) ?? [])
    }

    private func perform(_ step: NodeSession.Action, _ nowMilliseconds: UInt64) throws {
        switch step {
        case .send, .close: perform([step])
        case .welcomed(let welcome): try begin(welcome, nowMilliseconds)
        case .acknowledged(let head): try acknowledge(head, nowMilliseconds)
        case .apply(let delivery):
            deliveries.append(delivery)
            // The mark was about the records before this.
            audit = nil
        case .audit(let mark): audit = mark
        case .retry(let afterMilliseconds): retryMilliseconds = afterMilliseconds
        case .refused(let code, let detail):
            progress.refusal = "\(code.rawValue): \(detail)"
            if Self.isLasting(code) { retryMilliseconds = Self.lastingRefusalMilliseconds }
            actions.append(.log(.refused(code, detail)))
        case .recalled(let recall): try recalled(recall, nowMilliseconds)
        case .granted(let grant): try granted(grant, nowMilliseconds)
        case .denied(let denial): try denied(denial, nowMilliseconds)
        case .answered(let answer): try answered(answer, nowMilliseconds)
        case .offered(let offer): try offered(offer)
        case .chunk(let chunk): try took(chunk)
        }
    }

    /// The part of a session's actions that only concerns the line itself.
    func perform(_ steps: [NodeSession.Action]) {
        guard let line else { return }
        var messages: [Message] = []
        var closes = false
        for step in steps {
            switch step {
            case .send(let message): messages.append(message)
            case .close: closes = true
            case .welcomed, .acknowledged, .apply, .audit, .retry, .refused, .granted, .denied, .recalled, .answered,
                .offered, .chunk:
                preconditionFailure("not about the line")
            }
        }
        if !messages.isEmpty { actions.append(.send(line, messages)) }
        if closes { actions.append(.close(line)) }
    }

    private func begin(_ welcome: Welcome, _ nowMilliseconds: UInt64) throws {
        if let cursor = store.cursor, cursor.epoch != welcome.head.epoch {
            perform(session?.fail(.unavailable, "this is not the hub's log that this node has followed") ?? [])
            return
        }
        for head in welcome.holding { try acknowledge(head, nowMilliseconds) }
        guard session?.isSyncing ?? false else { return }
        attempts = 0
        progress.connectedSinceMilliseconds = nowMilliseconds
        progress.refusal = nil
        progress.failure = nil
        progress.hubHead = welcome.head.sequence
        progress.clockAheadMilliseconds =
            Int64(clamping: nowMilliseconds) - Int64(clamping: welcome.nowMilliseconds)
        if let line, welcome.features.contains(Protocol.deflate) { actions.append(.deflate(line)) }
        actions.append(.log(.connected))
        sweepPosition = welcome.head.sequence
        askedInSession = []
        try askForSeal()
    }

    private func acknowledge(_ head: ActorHead, _ nowMilliseconds: UInt64) throws {
        guard try !store.acknowledge(head.actor, through: head.sequence, chain: head.chain) else { return }
        try store.noteIncident(
            "fork", detail: "the hub holds another history of this node's actor up to \(head.sequence)",
            nowMilliseconds: nowMilliseconds)
        actions.append(.log(.forked))
        retryMilliseconds = Self.lastingRefusalMilliseconds
        perform(session?.fail(.forked, "another history is held here up to \(head.sequence)") ?? [])
    }

    private func hello() -> Hello {
        let actor = store.identity.actor
        let state = store.actorState(actor)
        let zero = [UInt8](repeating: 0, count: 32)
        return Hello(
            version: Protocol.version, node: store.identity.node,
            features: [Protocol.deflate] + (offersRights ? [Protocol.rights] : [])
                + (wantsImage ? [Protocol.image] : []), cursor: store.cursor, credit: pace.downloadCreditEntries,
            actors: [
                ActorHead(
                    actor: actor, sequence: state?.lastSequence ?? 0, chain: state?.chain.head.bytes ?? zero)
            ],
            software: software)
    }

    // MARK: Back-off

    private static let firstRetryMilliseconds: UInt64 = 200
    private static let retryMillisecondsMax: UInt64 = 30_000
    /// A person has to act before it can get better.
    private static let lastingRefusalMilliseconds: UInt64 = 60_000

    /// Full jitter: when ten thousand come back at once, they come back spread out.
    private func retry() {
        if dialsAtOnce {
            dialsAtOnce = false
            return actions.append(.connectAfter(milliseconds: 0))
        }
        let ceiling = min(Self.retryMillisecondsMax, Self.firstRetryMilliseconds << min(attempts, 10))
        let floor = retryMilliseconds ?? 0
        attempts += 1
        retryMilliseconds = nil
        actions.append(.connectAfter(milliseconds: floor + UInt64.random(in: 0...max(ceiling, floor), using: &random)))
    }

    private static func isLasting(_ code: ErrorCode) -> Bool {
        switch code {
        case .version, .impostor, .revoked, .unknownNode, .invitation, .forked, .foreignActor, .malformed: true
        case .unexpected, .gap, .window, .credit, .outstanding, .superseded, .silent, .unavailable, .stopping: false
        }
    }

    // MARK: Tills and the administrator

    /// Nil where the answer comes later.
    private func answer(
        _ request: TillRequest, for till: RequestID, _ nowMilliseconds: UInt64
    ) throws -> TillAnswer? {
        let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: randomBytes(16))
        do {
            switch request {
            case .edit(let edit): return .edit(try store.edit(edit, at: moment))
            case .sale(let sale): return .sale(try store.record(sale, at: moment))
            case .quote(let checkout): return .quote(try quote(checkout, nowMilliseconds))
            case .checkout(let checkout):
                return try sell(checkout, for: till, nowMilliseconds).map(TillAnswer.checkout)
            case .reserve(let checkout):
                return try reserve(checkout, for: till, nowMilliseconds).map(TillAnswer.reserve)
            case .handBack(let authorizations):
                for authorization in authorizations { try returnUnused(authorization, nowMilliseconds) }
                return .handedBack
            case .refund(let request): return try refund(request, for: till, nowMilliseconds).map(TillAnswer.refund)
            case .topUp(let topUp): return .topUp(try store.record(topUp, at: nowMilliseconds))
            case .wallets(let member): return try wallets(of: member, for: till).map(TillAnswer.wallets)
            case .coupon(let code): return coupon(code, for: till)
            case .status: return .status(try status(nowMilliseconds))
            }
        } catch StoreError.full {
            actions.append(.log(.diskFull))
            return .diskFull
        }
    }

    func reply(_ answer: TillAnswer, to till: RequestID) { actions.append(.reply(till, answer)) }

    private func administer(_ message: Message, on id: ConnectionID, _ nowMilliseconds: UInt64) {
        guard case .request(let number, let arguments) = message else {
            actions.append(.send(id, [.error(.unexpected, detail: "only DO, by an administrator")]))
            return
        }
        let answer = NodeCommands(engine: self, nowMilliseconds: nowMilliseconds).answer(arguments)
        actions.append(.send(id, answer.messages(number)))
    }

    func randomID() -> RecordID { RecordID(UInt128(bigEndianBytes: randomBytes(16))) }

    func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}

extension ReplicaStore.Delivery {
    init(_ delivery: NodeSession.Delivery) {
        switch delivery {
        case .entry(let entry): self = .entry(entry)
        case .stamp(let own): self = .stamp(own.dot, own.stamp)
        case .stamps(let run):
            self = .stamps(first: run.firstDot, firstHubSequence: run.firstPosition, count: run.count)
        }
    }
}
