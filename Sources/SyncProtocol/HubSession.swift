package import Replication

/// The hub's side of one connection: what may come next, and what to do about it.
///
/// Reads no socket, clock or file. Its caller performs the actions in order and reports what came of them.
package struct HubSession: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        case send(Message)
        /// Answer with `admit` or `refuse`.
        case greet(Hello)
        /// Answer with a JOINED or RENEWED message, or `refuse`.
        case enrol(Join, publicKey: [UInt8])
        case renew(NodeID)
        /// Hold for the next transaction, then report with `accepted`.
        case accept(Operation)
        /// The node holds the log durably up to here, and there is room to send more.
        case applied(UInt64)
        /// Answer with `grant` or `deny`.
        case authorize(AuthorizationRequest)
        /// Answer with `answer`.
        case answer(Question)
        /// What it gives is there once the node's operations up to here are.
        case yielded(Yield)
        /// The node has room for more of the image: send what `lend` gives.
        case fetch
        case close
    }

    /// expectingGreeting → greeting → syncing → closed; any may go to closed, which is final.
    private enum Phase: Equatable { case expectingGreeting, greeting, syncing, closed }

    /// One actor's upload.
    private struct Upload: Equatable {
        var next: UInt64
        var acknowledged: UInt64
        /// Nil while operations are on their way to the disk.
        var chain: [UInt8]?
    }

    package let peer: Peer
    private var phase = Phase.expectingGreeting
    private var uploads: [ActorID: Upload] = [:]
    private var pushing: ActorID?
    private var credit: UInt64 = 0
    /// The last position of the hub's log that this peer was sent or did not need to be sent.
    package private(set) var sentThrough: UInt64 = 0
    /// The last position that the peer is known to hold durably.
    package private(set) var appliedThrough: UInt64 = 0
    private var lastHeardMilliseconds: UInt64
    private var hasAsked = false
    var requests = OpenRequests()
    var image = ImageLending()

    package init(peer: Peer, nowMilliseconds: UInt64) {
        self.peer = peer
        lastHeardMilliseconds = nowMilliseconds
    }

    package var isSyncing: Bool { phase == .syncing }
    package var isClosed: Bool { phase == .closed }

    package mutating func receive(_ message: Message, nowMilliseconds: UInt64) -> [Action] {
        lastHeardMilliseconds = nowMilliseconds
        hasAsked = false
        switch (phase, message) {
        case (.closed, _), (.greeting, .pong), (.syncing, .pong): return []
        case (.greeting, .ping(let token)), (.syncing, .ping(let token)): return [.send(.pong(token))]
        case (_, .bye), (_, .error): return end()
        case (.expectingGreeting, .hello(let hello)): return greet(hello)
        case (.expectingGreeting, .join(let join)): return enrol(join)
        case (.expectingGreeting, .renew): return renew()
        case (.syncing, .push(let push)): return begin(push)
        case (.syncing, .operation(let operation)): return take(operation)
        case (.syncing, .applied(let applied)): return note(applied)
        case (.syncing, .authorize(let request)): return take(request)
        case (.syncing, .ask(let question)): return take(question)
        case (.syncing, .yield(let yield)): return take(yield)
        case (.syncing, .fetch(let fetch)): return take(fetch)
        case (.expectingGreeting, _), (.greeting, _), (.syncing, _):
            return refuse(.unexpected, "not now, or not by you")
        }
    }

    /// The caller knows the node and what the hub holds of its actors.
    package mutating func admit(_ hello: Hello, as welcome: Welcome) -> [Action] {
        guard phase == .greeting else { return [] }
        phase = .syncing
        credit = min(hello.credit, Limits.creditEntriesMax)
        sentThrough = hello.cursor.map { $0.epoch == welcome.head.epoch ? $0.sequence : 0 } ?? 0
        appliedThrough = sentThrough
        requests.isAgreed = hello.features.contains(Protocol.rights) && welcome.features.contains(Protocol.rights)
        image.isAgreed = hello.features.contains(Protocol.image) && welcome.features.contains(Protocol.image)
        for head in welcome.holding {
            uploads[head.actor] = Upload(
                next: head.sequence + 1, acknowledged: head.sequence, chain: head.chain)
        }
        return [.send(.welcome(welcome))]
    }

    /// Says why and ends the dialogue.
    package mutating func refuse(_ code: ErrorCode, _ detail: String) -> [Action] {
        guard phase != .closed else { return [] }
        return [.send(.error(code, detail: detail))] + end()
    }

    /// Sends the node away for a while and ends the dialogue.
    package mutating func postpone(retryMilliseconds: UInt64) -> [Action] {
        guard phase != .closed else { return [] }
        return [.send(.busy(retryMilliseconds: retryMilliseconds))] + end()
    }

    /// Answers a newcomer or an expired node; nothing further is said.
    package mutating func certify(_ answer: Message) -> [Action] {
        guard phase == .greeting else { return [] }
        return [.send(answer)] + end()
    }

    /// The actor's operations up to here are durable: only now may the node forget them.
    package mutating func accepted(_ head: ActorHead) -> [Action] {
        guard phase == .syncing, var upload = uploads[head.actor] else { return [] }
        upload.acknowledged = head.sequence
        upload.chain = head.sequence + 1 == upload.next ? head.chain : nil
        uploads[head.actor] = upload
        return [.send(.acknowledge(head))]
    }

    /// How many entries may be sent before the node reports that it has applied some.
    package var room: UInt64 { phase == .syncing ? credit : 0 }

    /// Sends a stretch of the log that was chosen for this node. At most `room` entries.
    ///
    /// - Parameter through: the last position looked at, whether it was for this node or not.
    package mutating func deliver(_ entries: [LogEntry], own: Set<ActorID>, through: UInt64) -> [Action] {
        guard phase == .syncing else { return [] }
        precondition(entries.count <= credit, "more entries than the peer has room for")
        credit -= UInt64(entries.count)
        sentThrough = max(sentThrough, through)
        return Download.messages(for: entries, own: own).map(Action.send)
    }

    /// States that everything up to the position has been sent.
    package func mark(_ mark: Mark) -> [Action] {
        phase == .syncing && !image.isAgreed && mark.position == sentThrough ? [.send(.mark(mark))] : []
    }

    /// To be called now and then: asks whether the peer is there, and gives up after too long a silence.
    package mutating func tick(nowMilliseconds: UInt64) -> [Action] {
        // A clock that was set back must not make a dead line look alive.
        lastHeardMilliseconds = min(lastHeardMilliseconds, nowMilliseconds)
        let silence = nowMilliseconds - lastHeardMilliseconds
        switch phase {
        case .closed: return []
        case .expectingGreeting, .greeting:
            return silence > Limits.greetingMilliseconds ? refuse(.silent, "no greeting came") : []
        case .syncing:
            if silence > Limits.silenceBeforeCloseMilliseconds { return refuse(.silent, "no sign of life") }
            guard silence > Limits.silenceBeforePingMilliseconds, !hasAsked else { return [] }
            hasAsked = true
            return [.send(.ping(nowMilliseconds))]
        }
    }

    private mutating func greet(_ hello: Hello) -> [Action] {
        switch peer {
        case .node(let node, _):
            guard hello.version == Protocol.version else {
                return refuse(.version, "this hub speaks version \(Protocol.version)")
            }
            guard hello.node == node else { return refuse(.impostor, "the certificate is node \(node.value)'s") }
            phase = .greeting
            return [.greet(hello)]
        case .newcomer, .expired, .hub, .administrator:
            return refuse(.unexpected, "this certificate may not say HELLO")
        }
    }

    private mutating func enrol(_ join: Join) -> [Action] {
        guard case .newcomer(let publicKey) = peer else {
            return refuse(.unexpected, "only a new, self-signed certificate may say JOIN")
        }
        phase = .greeting
        return [.enrol(join, publicKey: publicKey)]
    }

    private mutating func renew() -> [Action] {
        switch peer {
        case .node(let node, _), .expired(let node, _):
            phase = .greeting
            return [.renew(node)]
        case .newcomer, .hub, .administrator:
            return refuse(.unexpected, "only a node of this chain may say RENEW")
        }
    }

    private mutating func begin(_ push: Push) -> [Action] {
        guard let upload = uploads[push.actor] else {
            return refuse(.foreignActor, "that actor was not in this HELLO")
        }
        guard push.from == upload.next else { return refuse(.gap, "the next is \(upload.next)") }
        guard upload.chain.map({ $0 == push.chain }) ?? true else {
            return refuse(.forked, "another history is held before \(push.from)")
        }
        pushing = push.actor
        return []
    }

    private mutating func take(_ operation: PushedOperation) -> [Action] {
        guard let actor = pushing, var upload = uploads[actor] else {
            return refuse(.unexpected, "PUSH comes before OP")
        }
        guard upload.next - upload.acknowledged <= Limits.uploadWindowOperations else {
            return refuse(.window, "at most \(Limits.uploadWindowOperations) unacknowledged operations")
        }
        let dot = Dot(actor, upload.next)
        upload.next += 1
        upload.chain = nil
        uploads[actor] = upload
        return [.accept(operation.operation(dot))]
    }

    private mutating func note(_ applied: Applied) -> [Action] {
        let isSound =
            applied.position <= sentThrough && applied.position >= appliedThrough
            && applied.credit <= Limits.creditEntriesMax && credit + applied.credit <= Limits.creditEntriesMax
        guard isSound else { return refuse(.credit, "more than was sent, or more than can be meant") }
        appliedThrough = applied.position
        credit += applied.credit
        return [.applied(applied.position)]
    }

    private mutating func end() -> [Action] {
        phase = .closed
        return [.close]
    }
}

/// The version that this build speaks, and what it can do beyond it.
package enum Protocol {
    package static let version: UInt32 = 1
    package static let deflate = "deflate"
    /// AUTH, GRANT, DENY, RECALL, YIELD, ASK and ANSWER.
    package static let rights = "rights"
    /// IMAGE, FETCH and CHUNK. A node names it only on a line on which it wants an image instead of the log.
    package static let image = "image"
}
