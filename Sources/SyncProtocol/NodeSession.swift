package import Replication

/// The node's side of its connection to the hub.
///
/// Reads no socket, clock or file. Its caller performs the actions in order and reports what came of them.
package struct NodeSession: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        case send(Message)
        /// The line is open. Check `holding` against the own chain, then `upload` may begin.
        case welcomed(Welcome)
        /// The hub holds the actor's operations durably up to here.
        case acknowledged(ActorHead)
        /// Hold for the next transaction, then report with `applied`.
        case apply(Delivery)
        /// Everything before this is applied or held: compare digests once it is applied.
        case audit(Mark)
        /// The hub is overloaded, or has refused: come again later, or not at all.
        case retry(afterMilliseconds: UInt64)
        case refused(ErrorCode, String)
        /// Keep it once: the log brings it again as an entry.
        case granted(Grant)
        case denied(Denial)
        /// Answer with `yield`.
        case recalled(Recall)
        case answered(Answer)
        /// Answer with `fetch`, or leave.
        case offered(ImageOffer)
        /// Keep it, and ask for more with `fetch`.
        case chunk(ImageChunk)
        case close
    }

    /// What one message of the download asks the node to store.
    package enum Delivery: Equatable, Sendable {
        case entry(LogEntry)
        case stamp(OwnStamp)
        case stamps(StampRun)

        package var lastPosition: UInt64 {
            switch self {
            case .entry(let entry): entry.stamp.hubSequence
            case .stamp(let own): own.stamp.hubSequence
            case .stamps(let run): run.firstPosition + run.count - 1
            }
        }

        package var entries: UInt64 {
            switch self {
            case .entry, .stamp: 1
            case .stamps(let run): run.count
            }
        }

        var firstPosition: UInt64 {
            switch self {
            case .entry, .stamp: lastPosition
            case .stamps(let run): run.firstPosition
            }
        }
    }

    /// greeting → syncing → closed; closed is final.
    private enum Phase: Equatable { case greeting, syncing, closed }

    private struct Upload: Equatable {
        var sent: UInt64
        var acknowledged: UInt64
    }

    private var phase = Phase.greeting
    private var uploads: [ActorID: Upload] = [:]
    private var pushing: ActorID?
    private var window: UInt64 = 0
    private let cursor: HubPosition?
    private let features: [String]
    private var received: UInt64 = 0
    private var lastHeardMilliseconds: UInt64
    private var hasAsked = false
    var requests = OpenRequests()
    var image = ImageBorrowing()

    /// The hub's epoch, once it has said WELCOME.
    package private(set) var epoch: EpochID?

    private init(_ hello: Hello, nowMilliseconds: UInt64) {
        cursor = hello.cursor
        features = hello.features
        lastHeardMilliseconds = nowMilliseconds
    }

    package static func open(
        with hello: Hello, nowMilliseconds: UInt64
    ) -> (session: NodeSession, actions: [Action]) {
        let session = NodeSession(hello, nowMilliseconds: nowMilliseconds)
        return (session, [.send(.hello(hello))])
    }

    package var isSyncing: Bool { phase == .syncing }
    package var isClosed: Bool { phase == .closed }

    package mutating func receive(_ message: Message, nowMilliseconds: UInt64) -> [Action] {
        lastHeardMilliseconds = nowMilliseconds
        hasAsked = false
        switch (phase, message) {
        case (.closed, _), (_, .pong): return []
        case (_, .ping(let token)): return [.send(.pong(token))]
        case (_, .bye): return end()
        case (_, .error(let code, let detail)): return [.refused(code, detail)] + end()
        case (_, .busy(let retryMilliseconds)): return [.retry(afterMilliseconds: retryMilliseconds)] + end()
        case (.greeting, .welcome(let welcome)): return begin(welcome)
        case (.syncing, .acknowledge(let head)): return note(head)
        case (.syncing, .entry(let entry)): return take(.entry(entry))
        case (.syncing, .stamp(let own)): return take(.stamp(own))
        case (.syncing, .stamps(let run)): return take(.stamps(run))
        case (.syncing, .mark(let mark)): return take(mark)
        case (.syncing, .grant(let grant)): return take(grant)
        case (.syncing, .deny(let denial)): return take(denial)
        case (.syncing, .recall(let recall)): return take(recall)
        case (.syncing, .answer(let answer)): return take(answer)
        case (.syncing, .image(let offer)): return take(offer)
        case (.syncing, .chunk(let chunk)): return take(chunk)
        case (.greeting, _), (.syncing, _): return fail(.unexpected, "not now, or not by the hub")
        }
    }

    /// The next own operation that the hub wants of an actor; nil when the line is not open or the window is full.
    package func nextToUpload(of actor: ActorID) -> UInt64? {
        guard phase == .syncing, let upload = uploads[actor] else { return nil }
        return upload.sent - upload.acknowledged < window ? upload.sent + 1 : nil
    }

    /// How many operations of the actor may be sent now.
    package func uploadRoom(of actor: ActorID) -> UInt64 {
        guard phase == .syncing, let upload = uploads[actor] else { return 0 }
        return window - min(window, upload.sent - upload.acknowledged)
    }

    /// Sends consecutive operations of one actor, beginning with `nextToUpload`.
    ///
    /// - Parameter chain: the head before the first of them.
    package mutating func upload(_ operations: [Operation], chain: [UInt8]) -> [Action] {
        guard let first = operations.first, var upload = uploads[first.dot.actor], phase == .syncing else { return [] }
        precondition(first.dot.sequence == upload.sent + 1, "operations go up in order")
        upload.sent += UInt64(operations.count)
        uploads[first.dot.actor] = upload
        let sends = operations.map { Action.send(.operation(PushedOperation($0))) }
        guard pushing != first.dot.actor else { return sends }
        pushing = first.dot.actor
        return [.send(.push(Push(actor: first.dot.actor, from: first.dot.sequence, chain: chain)))] + sends
    }

    /// Everything up to the position is durable here; returns as much credit as entries were applied.
    package func applied(through position: UInt64, entries: UInt64) -> [Action] {
        phase == .syncing ? [.send(.applied(Applied(position: position, credit: entries)))] : []
    }

    /// Ends the dialogue because of what was found here, telling the hub why.
    package mutating func fail(_ code: ErrorCode, _ detail: String) -> [Action] {
        guard phase != .closed else { return [] }
        return [.send(.error(code, detail: detail))] + end()
    }

    package mutating func leave() -> [Action] {
        phase == .closed ? [] : [.send(.bye)] + end()
    }

    package mutating func tick(nowMilliseconds: UInt64) -> [Action] {
        // A clock that was set back must not make a dead line look alive.
        lastHeardMilliseconds = min(lastHeardMilliseconds, nowMilliseconds)
        let silence = nowMilliseconds - lastHeardMilliseconds
        guard phase != .closed else { return [] }
        if silence > Limits.silenceBeforeCloseMilliseconds { return fail(.silent, "no sign of life") }
        guard silence > Limits.silenceBeforePingMilliseconds, !hasAsked else { return [] }
        hasAsked = true
        return [.send(.ping(nowMilliseconds))]
    }

    private mutating func begin(_ welcome: Welcome) -> [Action] {
        guard welcome.version == Protocol.version else {
            return fail(.version, "this node speaks version \(Protocol.version)")
        }
        phase = .syncing
        epoch = welcome.head.epoch
        let agreed = features.filter(welcome.features.contains)
        requests.isAgreed = agreed.contains(Protocol.rights)
        image.isAgreed = agreed.contains(Protocol.image)
        if let cursor, cursor.epoch == welcome.head.epoch { received = cursor.sequence }
        window = min(welcome.window, Limits.creditEntriesMax)
        for head in welcome.holding {
            uploads[head.actor] = Upload(sent: head.sequence, acknowledged: head.sequence)
        }
        return [.welcomed(welcome)]
    }

    private mutating func note(_ head: ActorHead) -> [Action] {
        guard var upload = uploads[head.actor], head.sequence <= upload.sent, head.sequence >= upload.acknowledged
        else { return fail(.unexpected, "that was never sent") }
        upload.acknowledged = head.sequence
        uploads[head.actor] = upload
        return [.acknowledged(head)]
    }

    private mutating func take(_ delivery: Delivery) -> [Action] {
        guard delivery.firstPosition > received else {
            return fail(.gap, "the log went back to \(delivery.firstPosition)")
        }
        guard isAllowedBesideImage(delivery) else { return fail(.unexpected, "an image comes instead of the log") }
        received = delivery.lastPosition
        return [.apply(delivery)]
    }

    private mutating func take(_ mark: Mark) -> [Action] {
        guard !image.isAgreed else { return fail(.unexpected, "an image comes instead of the log") }
        guard mark.position >= received else { return fail(.gap, "the mark went back to \(mark.position)") }
        received = mark.position
        return [.audit(mark)]
    }

    private mutating func end() -> [Action] {
        phase = .closed
        return [.close]
    }
}
