import LineTransport
import NIOPosix
import SyncProtocol
import Synchronization

/// An administrator at a hub's control socket who asks for one report after another.
final class ReportLine: Sendable {
    private struct State {
        var connection: LineConnection?
        var reports = 0
        var isEnding = false
        var continuation: CheckedContinuation<Int, Never>?
    }

    private let sql: String
    private let state = Mutex(State())

    private init(_ sql: String) { self.sql = sql }

    static func open(_ socketPath: String, asking sql: String) -> ReportLine {
        let line = ReportLine(sql)
        let settings = TransportSettings(
            group: MultiThreadedEventLoopGroup.singleton, numbers: ConnectionNumbers(), nowSeconds: Shop.nowSeconds
        ) { line.receive($0) }
        LineConnector(settings: settings).connect(socketPath: socketPath)
        return line
    }

    /// How many reports have come, after the one that is being made.
    func end() async -> Int {
        await withCheckedContinuation { continuation in
            state.withLock {
                $0.isEnding = true
                $0.continuation = continuation
            }
        }
    }

    private func receive(_ event: TransportEvent) {
        switch event {
        case .opened(let connection, _, _):
            state.withLock { $0.connection = connection }
            ask(connection)
        case .received(_, let messages): if messages.contains(where: \.endsAnswer) { next() }
        case .failed, .closed, .malformed: finish()
        case .drained, .refused: break
        }
    }

    private func next() {
        let connection = state.withLock { state in
            state.reports += 1
            return state.isEnding ? nil : state.connection
        }
        if let connection { ask(connection) } else { finish() }
    }

    private func ask(_ connection: LineConnection) { connection.send([.request(id: 1, arguments: ["query", sql])]) }

    private func finish() {
        let (connection, continuation, reports) = state.withLock { state in
            (state.connection.take(), state.continuation.take(), state.reports)
        }
        connection?.closeAfterSending()
        continuation?.resume(returning: reports)
    }
}

extension Message {
    fileprivate var endsAnswer: Bool {
        switch self {
        case .done, .failed: true
        case _: false
        }
    }
}
