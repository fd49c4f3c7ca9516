import HubEngine
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// Events into the engines, and their actions out into the world.
extension SimulatedChain {
    // MARK: The hub

    func tell(_ event: HubEngine.Event) throws {
        try tellHub(isRoutine: event.isRoutine) { engine, now in try engine.handle(event, nowMilliseconds: now) }
    }

    func tellHub(isRoutine: Bool, _ body: (HubEngine, UInt64) throws -> [HubEngine.Action]) throws {
        guard hub.process.isUp else { return }
        hub.process.lastBusyMilliseconds = now
        let actions: [HubEngine.Action]
        do {
            actions = try body(hub.engine, hub.process.clock.reading(at: now))
        } catch {
            return try hubEnded(by: error)
        }
        guard !isInterrupted(hub.store) else { return try crash(.hub) }
        let hasWritten = hub.store.head != ledger.head
        try inspectHubLog()
        guard !hasWritten || !endsBeforeActing() else { return try crash(.hub) }
        for action in actions { try perform(action) }
        if !isRoutine { scheduleFlush(.hub) }
    }

    private func hubEnded(by error: any Error) throws {
        if error is SimulationFailure { throw error }
        if isInterrupted(hub.store) { return try crash(.hub) }
        guard error as? StoreError == .full else { throw failure(.engine, "the hub ended with \(error)") }
        mark(.hubDiskFull)
        try crash(.hub)
    }

    private func endsBeforeActing() -> Bool {
        guard isChaos, crashes.below(1_000) < plan.crashes.beforeActionsPermille else { return false }
        mark(.crashedAfterCommitBeforeActions)
        return true
    }

    private func perform(_ action: HubEngine.Action) throws {
        switch action {
        case .send(let id, let messages):
            try inspect(messages, fromHubOn: id)
            if answers[id] != nil {
                answers[id]?.append(contentsOf: messages)
            } else {
                send(messages, on: Int(id.value), to: .caller)
            }
        case .deflate: break
        case .close(let id): close(Int(id.value), from: .hub)
        case .issueCertificate(let id, let node, _):
            try tell(.issued(id, certificate: "certificate of \(node.value)", authority: "authority"))
        case .makeImage: makeImage()
        case .sendChunk(let id, let hash, let offset, let count):
            try sendChunk(hash, offset: offset, count: count, on: id)
        case .keepImages(let kept): images = images.filter { kept.contains($0.key) }
        case .wakeAfter(let milliseconds):
            // A clock that is slow, and whole milliseconds, must not make it too early.
            schedule(.wakes(incarnation: hub.process.incarnation), afterMilliseconds: milliseconds + 2)
        case .log(let notice): try note(notice)
        }
    }

    private func inspect(_ messages: [Message], fromHubOn id: ConnectionID) throws {
        for message in messages {
            switch message {
            case .acknowledge(let head):
                let held = hub.store.actorState(head.actor)?.lastSequence ?? 0
                try check(
                    head.sequence <= held, .acknowledgedHeld, "\(head.sequence) acknowledged where \(held) are held")
            case .error(let code, let detail): try hubAccuses(code, detail, on: id)
            case .stamps(let run): if run.count > 1 { mark(.stampRunSent) }
            case .recall(let recall):
                if case .node(let index)? = lines[Int(id.value)]?.caller { wire.recall(recall, from: index) }
            case .grant(let grant): try checkPrompt(grant.authorization)
            case .deny(let denial):
                try checkPrompt(denial.authorization)
                try check(
                    !wire.answered.contains(RecordID(denial.authorization)), .answers, "the hub denies what it granted")
                wire.deny(denial.authorization)
            case _: break
            }
        }
    }

    /// Nobody stands at a till for longer than others have to answer.
    private func checkPrompt(_ authorization: UInt128) throws {
        guard let heard = wire.heard[RecordID(authorization)], plan.clocks.steps == 0 else { return }
        try check(
            now - heard <= Limits.recallWaitMilliseconds + 2, .answers,
            "the hub takes \(now - heard) ms to answer an authorization")
        if now - heard >= Limits.recallWaitMilliseconds { mark(.recallTimedOut) }
    }

    private func hubAccuses(_ code: ErrorCode, _ detail: String, on id: ConnectionID) throws {
        guard let line = lines[Int(id.value)] else { return }
        switch line.caller {
        case .outlaw:
            if code == .revoked { mark(.nodeRevoked) }
            mark(code == .malformed ? .outlawMalformed : code == .forked ? .outlawForged : .outlawRefused)
        case .node:
            try check(
                [.superseded, .silent].contains(code) || code == .unavailable && isFull(hub.store), .honestPeace,
                "the hub says \(code.rawValue): \(detail)")
            mark(code == .superseded ? .superseded : code == .silent ? .lineGivenUpAsSilent : .hubDiskFull)
        }
    }

    private func note(_ notice: HubNotice) throws {
        switch notice {
        case .malformedLine(let node?, let detail):
            try check(node == outlaw?.node, .honestPeace, "a line of node \(node.value) cannot be read: \(detail)")
        case .forked(let node, _):
            try check(node == outlaw?.node, .honestPeace, "node \(node.value) is taken for forked")
        case .admitted(_, let behind): if behind > 0, behind < hub.store.head { mark(.resumedInsideLog) }
        case .malformedLine(nil, _), .left, .refused, .enrolled, .renewed, .judged, .command, .diskFull, .imageMade,
            .imageFailed:
            break
        }
    }

    // MARK: A node

    func tell(_ node: SimulatedNode, _ event: NodeEngine.Event) throws {
        guard node.process.isUp else { return }
        let place = Occurrence.Place.node(node.index)
        node.process.lastBusyMilliseconds = now
        let actions: [NodeEngine.Action]
        do {
            actions = try node.engine.handle(event, nowMilliseconds: node.process.clock.reading(at: now))
        } catch {
            if error is SimulationFailure { throw error }
            guard isInterrupted(node.store) else { throw failure(.engine, "a node ended with \(error)") }
            return try crash(place)
        }
        guard !isInterrupted(node.store) else { return try crash(place) }
        let hasWritten = try inspect(node)
        guard !hasWritten || !endsBeforeActing() else { return try crash(place) }
        for action in actions { try perform(action, of: node) }
        if !event.isRoutine { scheduleFlush(place) }
    }

    private func perform(_ action: NodeEngine.Action, of node: SimulatedNode) throws {
        let incarnation = node.process.incarnation
        switch action {
        case .connect:
            schedule(.dialEnds(node: node.index, incarnation: incarnation), afterMilliseconds: 1 + delay())
        case .connectAfter(let milliseconds):
            schedule(.dial(node: node.index, incarnation: incarnation), afterMilliseconds: milliseconds)
        case .send(let id, let messages):
            for case .error(let code, let detail) in messages {
                try check(code == .silent, .honestPeace, "a node says \(code.rawValue): \(detail)")
                mark(.lineGivenUpAsSilent)
            }
            hearRights(messages, from: node)
            send(messages, on: Int(id.value), to: .hub)
        case .deflate: break
        case .close(let id): close(Int(id.value), from: .caller)
        case .reply(let id, let answer): try settle(Int(id.value), answer)
        case .log(let notice): try note(notice, of: node)
        }
    }

    private func hearRights(_ messages: [Message], from node: SimulatedNode) {
        for message in messages {
            switch message {
            case .authorize(let request): wire.ask(request, by: node.index, node.process.incarnation)
            case .yield(let yield): if yield.through == 0 || !isGiven(yield, by: node) { mark(.recallEmpty) }
            case _: break
            }
        }
    }

    private func isGiven(_ yield: Yield, by node: SimulatedNode) -> Bool {
        guard let operation = ledger.contents[Dot(node.actor, yield.through)] else { return false }
        switch Fact(operation) {
        case .transfer(let transfer)?: return transfer.reference == RecordID(yield.recall)
        case .release?: return true
        case _: return false
        }
    }

    private func note(_ notice: NodeNotice, of node: SimulatedNode) throws {
        switch notice {
        case .malformedLine(let detail): throw failure(.honestPeace, "the hub's line cannot be read: \(detail)")
        case .forked: throw failure(.honestPeace, "node \(node.index) takes itself for forked")
        case .digestMismatch(let position):
            throw failure(.equalDigests, "node \(node.index) finds itself unequal at \(position)")
        case .diskFull: mark(.nodeDiskFull)
        case .imageTaken: try tookImage(node)
        case .imageRefused(let reason): throw failure(.honestPeace, "node \(node.index) takes no image: \(reason)")
        case .imageOffered: if node.store.stagedImage?.received ?? 0 > 0 { mark(.imageResumed) }
        case .connected, .disconnected, .connectFailed, .refused, .command: break
        }
    }

    // MARK: The disk's part, in debug builds

    func isInterrupted(_ store: ReplicaStore) -> Bool {
        #if DEBUG
            store.faults.isInterrupted
        #else
            false
        #endif
    }

    func isFull(_ store: ReplicaStore) -> Bool {
        #if DEBUG
            store.faults.isDiskFull
        #else
            false
        #endif
    }

    func interrupt(_ place: Occurrence.Place) {
        guard isChaos, process(at: place).isUp else { return }
        #if DEBUG
            let moment: Interruption.Moment = crashes.chance(percent: 50) ? .beforeCommit : .afterCommit
            mark(moment == .beforeCommit ? .interruptedBeforeCommit : .interruptedAfterCommit)
            store(at: place).faults.interruption = Interruption(moment, afterTransactions: crashes.below(6))
        #endif
    }

    func forgetInterruption(at place: Occurrence.Place) {
        #if DEBUG
            store(at: place).faults.interruption = nil
        #endif
    }

    func fillDisk(of place: Occurrence.Place, _ isFull: Bool) {
        #if DEBUG
            store(at: place).faults.isDiskFull = isFull
        #endif
        guard isFull else { return }
        schedule(.diskHasRoom(place), afterMilliseconds: crashes.between(500...120_000))
    }

    func store(at place: Occurrence.Place) -> ReplicaStore {
        switch place {
        case .hub: hub.store
        case .node(let index): nodes[index].store
        }
    }
}

extension HubEngine.Event {
    /// A flush follows every other event by itself.
    fileprivate var isRoutine: Bool {
        switch self {
        case .flush, .tick: true
        case .connected, .received, .malformed, .disconnected, .issued, .imageMade: false
        }
    }
}

extension NodeEngine.Event {
    fileprivate var isRoutine: Bool {
        switch self {
        case .flush, .tick: true
        case .connected, .connectFailed, .received, .malformed, .disconnected, .dial, .administrator, .till, .leave:
            false
        }
    }
}
