import Dispatch
import LineTransport
package import Logging
package import NIOCore
package import NodeEngine
package import ReplicaStore
import Replication
import ServiceLifecycle
import SyncProtocol
import Synchronization

/// A branch's node as a process runs it: sockets and timers around one engine on one thread. Decides nothing.
package final class NodeService: Service {
    package struct Configuration: Sendable {
        package let directory: NodeDirectory
        package let software: String
        package let group: any EventLoopGroup
        /// Orders screens and stamps operations; a replay gives the past's.
        package let nowMilliseconds: @Sendable () -> UInt64
        /// Measures silences.
        package let steadyMilliseconds: @Sendable () -> UInt64
        /// Checks certificates; always the real one.
        package let certificateNowSeconds: @Sendable () -> Int64
        package let makeRandom: @Sendable () -> any RandomNumberGenerator & Sendable
        package let logger: Logger

        /// - Parameter steadyMilliseconds: a clock that nobody sets; without it `nowMilliseconds` serves.
        package init(
            directory: NodeDirectory, software: String, group: any EventLoopGroup,
            nowMilliseconds: @escaping @Sendable () -> UInt64,
            steadyMilliseconds: (@Sendable () -> UInt64)? = nil,
            certificateNowSeconds: @escaping @Sendable () -> Int64,
            makeRandom: @escaping @Sendable () -> any RandomNumberGenerator & Sendable, logger: Logger
        ) {
            self.directory = directory
            self.software = software
            self.group = group
            self.nowMilliseconds = nowMilliseconds
            self.steadyMilliseconds = steadyMilliseconds ?? nowMilliseconds
            self.certificateNowSeconds = certificateNowSeconds
            self.makeRandom = makeRandom
            self.logger = logger
        }
    }

    private struct Requests {
        var answers: [NodeEngine.RequestID: @Sendable (TillAnswer) -> Void] = [:]
        var last: UInt64 = 0
    }

    /// What the tills and pages may read without asking the engine.
    package let reader: ReplicaReader
    package let identity: ReplicaIdentity
    let configuration: Configuration
    private let engine: Mutex<NodeEngine>
    /// Apart from the engine, so that neither lines nor tills ever wait for a transaction to ask.
    private let connections = Mutex<[ConnectionID: LineConnection]>([:])
    private let requests = Mutex(Requests())
    private let administrators = Mutex<Set<ConnectionID>>([])
    /// One after another, so that they never take all connections to the database.
    private let questions = DispatchQueue(label: "branchline.node.questions")
    private let lock: DirectoryLock
    private let reports: AsyncThrowingStream<Never, any Error>
    private let report: AsyncThrowingStream<Never, any Error>.Continuation
    private let running = Mutex<Running?>(nil)

    private struct Running {
        let control: LineListener
        let connector: LineConnector
        let inbox: EventInbox<NodeEngine.Event>
        let ticks: RepeatedTask
        let renewals: RepeatedTask
    }

    /// Takes the directory's lock and opens the store; `start` begins to work.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        lock = try DirectoryLock(directory: configuration.directory.path)
        let store = try configuration.directory.store()
        reader = store.reader
        identity = store.identity
        engine = Mutex(
            NodeEngine(store: store, software: configuration.software, random: configuration.makeRandom()))
        _ = try configuration.directory.identity()
        (reports, report) = AsyncThrowingStream.makeStream()
    }

    /// Serves until the process is asked to stop, or the disk fails.
    package func run() async throws {
        try start()
        try await withGracefulShutdownHandler {
            for try await _ in reports {}
        } onGracefulShutdown: {
            self.report.finish()
        }
        stop()
    }

    package func start() throws {
        let inbox = EventInbox<NodeEngine.Event>(label: "branchline.node.\(identity.node.value)") { [weak self] in
            self?.work($0)
        }
        let settings = TransportSettings(
            group: configuration.group, numbers: ConnectionNumbers(), nowSeconds: configuration.certificateNowSeconds
        ) { [weak self] in self?.receive($0, inbox) }
        let control = try LineListener.listen(socketPath: configuration.directory.socketPath, settings: settings)
        let ticks = configuration.group.next().scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) {
            _ in
            inbox.post(.tick)
        }
        let every = TimeAmount.hours(Renewal.checkEveryHours)
        let renewals = configuration.group.next().scheduleRepeatedTask(initialDelay: every, delay: every) {
            [weak self] _ in self?.renewIfDue()
        }
        running.withLock {
            $0 = Running(
                control: control, connector: LineConnector(settings: settings), inbox: inbox, ticks: ticks,
                renewals: renewals)
        }
        configuration.logger.notice(
            "node is running", metadata: ["node": "\(identity.node.value)", "branch": "\(identity.branchCode)"])
        inbox.post(.dial)
    }

    /// Says goodbye to the hub and returns when nothing is at work any more.
    package func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.ticks.cancel()
        running.renewals.cancel()
        running.control.stop()
        running.inbox.close()
        connections.withLock { connections in
            for connection in connections.values { connection.closeAfterSending() }
            connections = [:]
        }
        engine.withLock { $0.close() }
        let unanswered = requests.withLock { requests in
            defer { requests.answers = [:] }
            return requests.answers.values.map { $0 }
        }
        for answer in unanswered { answer(.stopping) }
        configuration.logger.notice("node has stopped", metadata: ["node": "\(identity.node.value)"])
    }

    // MARK: Tills

    /// Answers once what was asked for is on the disk.
    package func perform(_ request: TillRequest) async -> TillAnswer {
        await withCheckedContinuation { continuation in
            perform(request) { continuation.resume(returning: $0) }
        }
    }

    /// - Parameter answer: called on the engine's thread; must only take note and return.
    package func perform(_ request: TillRequest, answer: @escaping @Sendable (TillAnswer) -> Void) {
        guard let inbox = running.withLock({ $0?.inbox }) else { return answer(.stopping) }
        let id = requests.withLock { requests in
            requests.last += 1
            let id = NodeEngine.RequestID(requests.last)
            requests.answers[id] = answer
            return id
        }
        guard !inbox.post(.till(id, request)) else { return }
        requests.withLock { $0.answers.removeValue(forKey: id) }?(.stopping)
    }

    // MARK: Events and actions

    private func receive(_ event: TransportEvent, _ inbox: EventInbox<NodeEngine.Event>) {
        switch event {
        case .opened(let connection, let peer, _):
            connections.withLock { $0[connection.id] = connection }
            if peer == .administrator { administrators.withLock { _ = $0.insert(connection.id) } }
            inbox.post(peer == .administrator ? .administrator(connection.id) : .connected(connection.id))
        case .received(let id, let messages):
            if !isAnsweredAside(messages, on: id) { inbox.post(.received(id, messages)) }
        case .malformed(let id, let error): inbox.post(.malformed(id, "\(error)"))
        case .closed(let id):
            connections.withLock { $0[id] = nil }
            administrators.withLock { _ = $0.remove(id) }
            inbox.post(.disconnected(id))
        case .failed(_, let failure): inbox.post(.connectFailed(failure.words))
        case .refused(let refusal, let address):
            configuration.logger.warning(
                "the hub did not let this node in",
                metadata: ["reason": "\(refusal.reason.words)", "hub.address": "\(address)"])
        case .drained: break
        }
    }

    private func isAnsweredAside(_ messages: [Message], on id: ConnectionID) -> Bool {
        guard administrators.withLock({ $0.contains(id) }), let connection = connection(id),
            let answer = NodeEngine.answerAside(messages, from: reader)
        else { return false }
        questions.async { connection.send(answer()) }
        return true
    }

    private func work(_ events: [NodeEngine.Event]) {
        do {
            try engine.withLock { engine in
                for event in events { try step(event, engine) }
                repeat { try step(.flush, engine) } while engine.needsFlush && !hasMoreEvents
            }
        } catch {
            configuration.logger.critical("the node cannot go on", metadata: ["error": "\(error)"])
            report.finish(throwing: error)
        }
    }

    private func connection(_ id: ConnectionID) -> LineConnection? { connections.withLock { $0[id] } }

    private var hasMoreEvents: Bool { running.withLock { $0?.inbox.hasMore ?? false } }

    private func step(_ event: NodeEngine.Event, _ engine: NodeEngine) throws {
        let actions = try engine.handle(
            event, nowMilliseconds: configuration.nowMilliseconds(),
            steadyMilliseconds: configuration.steadyMilliseconds())
        for action in actions {
            switch action {
            case .connect: try connect()
            case .connectAfter(let milliseconds): dial(afterMilliseconds: milliseconds)
            case .send(let id, let messages): connection(id)?.send(messages)
            case .deflate(let id): connection(id)?.startDeflating()
            case .close(let id): connection(id)?.closeAfterSending()
            case .reply(let id, let answer): requests.withLock { $0.answers.removeValue(forKey: id) }?(answer)
            case .log(let notice): log(notice)
            }
        }
    }

    var connector: LineConnector? { running.withLock { $0?.connector } }

    func post(_ event: NodeEngine.Event) { running.withLock { $0?.inbox }?.post(event) }

    private func dial(afterMilliseconds milliseconds: UInt64) {
        let inbox = running.withLock { $0?.inbox }
        configuration.group.next().scheduleTask(in: .milliseconds(Int64(clamping: milliseconds))) {
            inbox?.post(.dial)
        }
    }

    private func log(_ notice: NodeNotice) {
        let logger = configuration.logger
        switch notice {
        case .connected: logger.info("connected to the hub")
        case .disconnected: logger.info("the line to the hub is down; the shop goes on")
        case .connectFailed(let reason): logger.info("the hub cannot be reached", metadata: ["reason": "\(reason)"])
        case .refused(let code, let detail):
            logger.warning("the hub refuses", metadata: ["code": "\(code.rawValue)", "detail": "\(detail)"])
        case .malformedLine(let detail): logger.warning("line cannot be read", metadata: ["detail": "\(detail)"])
        case .forked: logger.error("the hub holds another history of this node; call the administrator")
        case .digestMismatch(let position):
            logger.error("the records here are not the hub's", metadata: ["position": "\(position)"])
        case .diskFull: logger.error("the disk is full: make room, the last request was not recorded")
        case .imageOffered(let position, let bytes):
            logger.info("beginning with a database", metadata: ["position": "\(position)", "bytes": "\(bytes)"])
        case .imageTaken(let position): logger.notice("database taken", metadata: ["position": "\(position)"])
        case .imageRefused(let reason): logger.error("the hub's image is not taken", metadata: ["reason": "\(reason)"])
        case .command(let name): logger.debug("command", metadata: ["command": "\(name)"])
        }
    }
}
