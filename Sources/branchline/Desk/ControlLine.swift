import Administration
import LineTransport
import NIOPosix
import SyncProtocol
import Synchronization

/// A line to the service on this machine; one question at a time.
final class ControlLine: Sendable {
    private struct State {
        var connection: LineConnection?
        var opened: CheckedContinuation<Bool, Never>?
        var waiting: CheckedContinuation<[Message], Never>?
        var heard: [Message] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Nil when nobody answers there.
    static func open(_ socketPath: String) async throws -> ControlLine? {
        let line = ControlLine()
        let settings = TransportSettings(
            group: MultiThreadedEventLoopGroup.singleton, numbers: ConnectionNumbers(),
            nowSeconds: WallClock.nowSeconds
        ) { line.receive($0) }
        let isOpen = await withCheckedContinuation { continuation in
            line.state.withLock { $0.opened = continuation }
            LineConnector(settings: settings).connect(socketPath: socketPath)
        }
        return isOpen ? line : nil
    }

    func ask(_ request: Message, id: UInt64) async throws -> [CommandRow] {
        let answer = await withCheckedContinuation { continuation in
            let connection = state.withLock { state -> LineConnection? in
                guard !state.isClosed else { return nil }
                state.waiting = continuation
                return state.connection
            }
            guard let connection else { return continuation.resume(returning: []) }
            connection.send([request])
        }
        return try Desk.rows(in: answer)
    }

    func close() async {
        state.withLock { $0.connection }?.closeAfterSending()
    }

    private func receive(_ event: TransportEvent) {
        switch event {
        case .opened(let connection, _, _): opened(connection)
        case .received(_, let messages): heard(messages)
        case .failed: opened(nil)
        case .closed, .malformed: ended()
        case .drained, .refused: break
        }
    }

    private func opened(_ connection: LineConnection?) {
        let continuation = state.withLock { state in
            state.connection = connection
            return state.opened.take()
        }
        continuation?.resume(returning: connection != nil)
    }

    private func heard(_ messages: [Message]) {
        let answer = state.withLock { state -> (CheckedContinuation<[Message], Never>, [Message])? in
            state.heard += messages
            guard messages.contains(where: \.endsAnswer), let waiting = state.waiting.take() else { return nil }
            defer { state.heard = [] }
            return (waiting, state.heard)
        }
        if let (continuation, messages) = answer { continuation.resume(returning: messages) }
    }

    private func ended() {
        let continuation = state.withLock { state in
            state.isClosed = true
            return state.waiting.take()
        }
        continuation?.resume(returning: [])
    }
}

extension Message {
    fileprivate var endsAnswer: Bool {
        switch self {
        case .done, .failed, .error: true
        case _: false
        }
    }
}
