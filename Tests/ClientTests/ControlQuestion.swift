import Administration
import LineTransport
import NIOPosix
import SyncProtocol
import Synchronization
import Testing

/// One administrator's question on a control socket, and its answer.
final class ControlQuestion: Sendable {
    private struct State {
        var connection: LineConnection?
        var rows: [CommandRow] = []
        var continuation: CheckedContinuation<[CommandRow], any Error>?
    }

    private struct NoAnswer: Error {}

    private let words: [String]
    private let state = Mutex(State())

    private init(_ words: [String]) { self.words = words }

    /// - Throws: `CommandFault` with what the service says.
    static func ask(_ words: [String], at socketPath: String) async throws -> [CommandRow] {
        let question = ControlQuestion(words)
        let settings = TransportSettings(
            group: MultiThreadedEventLoopGroup.singleton, numbers: ConnectionNumbers(),
            nowSeconds: Headquarters.nowSeconds
        ) { question.receive($0) }
        return try await withCheckedThrowingContinuation { continuation in
            question.state.withLock { $0.continuation = continuation }
            LineConnector(settings: settings).connect(socketPath: socketPath)
        }
    }

    private func receive(_ event: TransportEvent) {
        switch event {
        case .opened(let connection, _, _):
            state.withLock { $0.connection = connection }
            connection.send([.request(id: 1, arguments: words)])
        case .received(_, let messages): for message in messages { hear(message) }
        case .failed, .closed, .malformed: end(.failure(NoAnswer()))
        case .drained, .refused: break
        }
    }

    private func hear(_ message: Message) {
        switch message {
        case .row(_, let fields): if let row = CommandRow(fields: fields) { state.withLock { $0.rows.append(row) } }
        case .done: end(.success(state.withLock { $0.rows }))
        case .failed(_, let code, let detail):
            end(.failure(CommandFault(CommandFault.Code(rawValue: code) ?? .refused, detail)))
        case _: end(.failure(NoAnswer()))
        }
    }

    private func end(_ result: Result<[CommandRow], any Error>) {
        let (connection, continuation) = state.withLock { ($0.connection.take(), $0.continuation.take()) }
        connection?.closeAfterSending()
        continuation?.resume(with: result)
    }
}
