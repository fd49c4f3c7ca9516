import Dispatch
import HubEngine
import LineTransport
package import Logging
package import NIOCore
import ReplicaStore
import Replication
import ServiceLifecycle
package import SyncProtocol
import Synchronization

/// The hub as a process runs it: sockets and timers around one engine on one thread. Decides nothing.
package final class HubService: Service {
    package struct Configuration: Sendable {
        package let directory: HubDirectory
        package let host: String
        /// 0 for any that is free.
        package let port: Int
        package let software: String
        package let group: any EventLoopGroup
        /// Stamps operations; a replay gives the past's.
        package let nowMilliseconds: @Sendable () -> UInt64
        /// Measures silences.
        package let steadyMilliseconds: @Sendable () -> UInt64
        /// Issues and checks certificates.
        package let certificateNowSeconds: @Sendable () -> Int64
        package let makeRandom: @Sendable () -> any RandomNumberGenerator & Sendable
        package let logger: Logger
        package let offersRights: Bool
        package let pace: Pace

        /// - Parameters:
        ///   - steadyMilliseconds: a clock that nobody sets; without it `nowMilliseconds` serves.
        ///   - certificateNowSeconds: without it `nowMilliseconds` serves.
        ///   - offersRights: whether nodes may ask for rights and put questions.
        package init(
            directory: HubDirectory, host: String, port: Int, software: String, group: any EventLoopGroup,
            nowMilliseconds: @escaping @Sendable () -> UInt64,
            steadyMilliseconds: (@Sendable () -> UInt64)? = nil,
            certificateNowSeconds: (@Sendable () -> Int64)? = nil,
            makeRandom: @escaping @Sendable () -> any RandomNumberGenerator & Sendable, logger: Logger,
            offersRights: Bool = true, pace: Pace = Pace()
        ) {
            self.directory = directory
            self.host = host
            self.port = port
            self.software = software
            self.group = group
            self.nowMilliseconds = nowMilliseconds
            self.steadyMilliseconds = steadyMilliseconds ?? nowMilliseconds
            self.certificateNowSeconds = certificateNowSeconds ?? { Int64(nowMilliseconds() / 1_000) }
            self.makeRandom = makeRandom
            self.logger = logger
            self.offersRights = offersRights
            self.pace = pace
        }
    }

    private let configuration: Configuration
    private let authority: ChainAuthority
    /// Held while the engine works, which may be as long as the disk takes.
    private let engine: Mutex<HubEngine>
    /// Never held for longer than a look-up takes: the transport's threads need it.
    private let connections = Mutex<[ConnectionID: LineConnection]>([:])
    private let administrators = Mutex<Set<ConnectionID>>([])
    /// One after another, so that they never take all connections to the database.
    private let questions = DispatchQueue(label: "branchline.hub.questions")
    private let reader: ReplicaReader
    private let images: ImageShelf
    private let lock: DirectoryLock
    private let reports: AsyncThrowingStream<Never, any Error>
    private let report: AsyncThrowingStream<Never, any Error>.Continuation
    private let running = Mutex<Running?>(nil)

    private struct Running {
        let listener: LineListener
        let control: LineListener
        let inbox: EventInbox<HubEngine.Event>
        let ticks: RepeatedTask
    }

    /// Takes the directory's lock and opens the store; `start` opens the doors.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        lock = try DirectoryLock(directory: configuration.directory.path)
        authority = try configuration.directory.authority()
        let engine = try configuration.directory.engine(
            software: configuration.software, random: configuration.makeRandom(),
            offersRights: configuration.offersRights, pace: configuration.pace)
        reader = engine.reader
        images = ImageShelf(reader: engine.reader, path: configuration.directory.imagePath)
        self.engine = Mutex(engine)
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

    /// The port that nodes can connect to.
    package var port: Int { running.withLock { $0?.listener.port ?? 0 } }

    package func start() throws {
        let inbox = EventInbox<HubEngine.Event>(label: "branchline.hub") { [weak self] in self?.work($0) }
        let settings = TransportSettings(
            group: configuration.group, numbers: ConnectionNumbers(), nowSeconds: configuration.certificateNowSeconds
        ) { [weak self] in self?.receive($0, inbox) }
        let listener = try LineListener.listen(
            host: configuration.host, port: configuration.port, identity: try configuration.directory.identity(),
            authority: authority.trusted, settings: settings)
        let control = try LineListener.listen(socketPath: configuration.directory.socketPath, settings: settings)
        let ticks = configuration.group.next().scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) {
            _ in
            inbox.post(.tick)
        }
        running.withLock { $0 = Running(listener: listener, control: control, inbox: inbox, ticks: ticks) }
        configuration.logger.notice(
            "hub is listening",
            metadata: ["hub.host": "\(configuration.host)", "hub.port": "\(listener.port)"])
    }

    /// Lets everybody go and returns when nothing is at work any more. What was accepted is on the disk.
    package func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.ticks.cancel()
        running.listener.stop()
        running.control.stop()
        running.inbox.close()
        let open = connections.withLock { connections in
            defer { connections = [:] }
            return Array(connections.values)
        }
        for connection in open {
            connection.send([.error(.stopping, detail: "the hub is stopping; come again")])
            connection.closeAfterSending()
        }
        images.close()
        engine.withLock { $0.close() }
        configuration.logger.notice("hub has stopped")
    }

    private func receive(_ event: TransportEvent, _ inbox: EventInbox<HubEngine.Event>) {
        switch event {
        case .opened(let connection, let peer, let address):
            configuration.logger.debug("line opened", metadata: ["peer.address": "\(address)", "peer": "\(peer)"])
            connections.withLock { $0[connection.id] = connection }
            if peer == .administrator { administrators.withLock { _ = $0.insert(connection.id) } }
            inbox.post(.connected(connection.id, peer))
        case .received(let id, let messages):
            if !isAnsweredAside(messages, on: id) { inbox.post(.received(id, messages)) }
        case .malformed(let id, let error): inbox.post(.malformed(id, "\(error)"))
        case .closed(let id):
            connections.withLock { $0[id] = nil }
            administrators.withLock { _ = $0.remove(id) }
            inbox.post(.disconnected(id))
        case .drained, .failed: break
        case .refused(let refusal, let address):
            configuration.logger.warning(
                "connection refused",
                metadata: [
                    "reason": "\(refusal.reason.words)", "peer.address": "\(address)",
                    "peer.node": "\(refusal.node.map { String($0.value) } ?? "unknown")",
                    "peer.serial": "\(refusal.serial ?? "none")",
                ])
        }
    }

    private func isAnsweredAside(_ messages: [Message], on id: ConnectionID) -> Bool {
        guard administrators.withLock({ $0.contains(id) }), let connection = connection(id),
            let answer = HubEngine.answerAside(messages, from: reader)
        else { return false }
        questions.async { connection.send(answer()) }
        return true
    }

    private func work(_ events: [HubEngine.Event]) {
        do {
            try engine.withLock { engine in
                for event in events { try step(event, engine) }
                repeat { try step(.flush, engine) } while engine.needsFlush && !hasMoreEvents
            }
        } catch {
            configuration.logger.critical("the hub cannot go on", metadata: ["error": "\(error)"])
            report.finish(throwing: error)
        }
    }

    private var hasMoreEvents: Bool { running.withLock { $0?.inbox.hasMore ?? false } }

    private func step(_ event: HubEngine.Event, _ engine: HubEngine) throws {
        let actions = try engine.handle(
            event, nowMilliseconds: configuration.nowMilliseconds(),
            steadyMilliseconds: configuration.steadyMilliseconds())
        for action in actions {
            switch action {
            case .send(let id, let messages): connection(id)?.send(messages)
            case .deflate(let id): connection(id)?.startDeflating()
            case .close(let id): connection(id)?.closeAfterSending()
            case .issueCertificate(let id, let node, let publicKey):
                let certificate = try certify(node, publicKey)
                try step(.issued(id, certificate: certificate, authority: authority.pem), engine)
            case .makeImage: makeImage()
            case .sendChunk(let id, let hash, let offset, let count):
                if let connection = connection(id) { images.send(hash, offset: offset, count: count, on: connection) }
            case .keepImages(let kept): images.keep(kept)
            case .wakeAfter(let milliseconds): wake(afterMilliseconds: milliseconds)
            case .log(let notice): configuration.logger.log(notice)
            }
        }
    }

    private func wake(afterMilliseconds milliseconds: UInt64) {
        guard let inbox = running.withLock({ $0?.inbox }) else { return }
        configuration.group.next().scheduleTask(in: .milliseconds(Int64(clamping: milliseconds))) {
            inbox.post(.flush)
        }
    }
}

extension HubService {
    private func makeImage() {
        images.make { [weak self] result in
            guard let self else { return }
            if case .failure(let error) = result {
                configuration.logger.error("no image can be made", metadata: ["error": "\(error)"])
            }
            _ = running.withLock { $0?.inbox }?.post(.imageMade(try? result.get()))
        }
    }

    private func connection(_ id: ConnectionID) -> LineConnection? { connections.withLock { $0[id] } }

    private func certify(_ node: NodeID, _ publicKey: [UInt8]) throws -> String {
        var random = RandomSource(configuration.makeRandom())
        return try authority.issueNode(
            node, publicKey: publicKey, nowSeconds: configuration.certificateNowSeconds(), using: &random
        ).pem
    }
}

extension Logger {
    fileprivate func log(_ notice: HubNotice) {
        switch notice {
        case .admitted(let node, let behind):
            info("node connected", metadata: ["peer.node": "\(node.value)", "behind": "\(behind)"])
        case .left(let node): info("node disconnected", metadata: ["peer.node": "\(node.value)"])
        case .refused(let node, let code, let detail):
            warning(
                "dialogue refused",
                metadata: [
                    "peer.node": "\(node.map { String($0.value) } ?? "unknown")", "code": "\(code.rawValue)",
                    "detail": "\(detail)",
                ])
        case .malformedLine(let node, let detail):
            warning(
                "line cannot be read",
                metadata: ["peer.node": "\(node.map { String($0.value) } ?? "unknown")", "detail": "\(detail)"])
        case .enrolled(let node, let branchCode):
            self.notice("node joined", metadata: ["peer.node": "\(node.value)", "branch": "\(branchCode)"])
        case .renewed(let node): self.notice("certificate renewed", metadata: ["peer.node": "\(node.value)"])
        case .judged(let dot, let verdict):
            warning("operation judged", metadata: ["sequence": "\(dot.sequence)", "verdict": "\(verdict)"])
        case .forked(let node, _):
            error("a node came with a history that is not the hub's", metadata: ["peer.node": "\(node.value)"])
        case .diskFull: error("the disk is full: make room; nothing is accepted until then, nothing is lost")
        case .imageMade(let position, let bytes):
            info("image made for newcomers", metadata: ["position": "\(position)", "bytes": "\(bytes)"])
        case .imageFailed: warning("newcomers read the log for a while")
        case .command(let name): debug("administrator's command", metadata: ["command": "\(name)"])
        }
    }

}
