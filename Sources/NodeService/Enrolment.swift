package import LineTransport
package import NIOCore
package import SyncProtocol
import Synchronization

/// One question to a hub and its answer: how a machine joins, and how a certificate is renewed.
package struct Enrolment: Sendable {
    package enum Failure: Error, Equatable, Sendable {
        /// The hub's own words.
        case refused(ErrorCode, String)
        case busy
        case unreachable(ConnectionFailure)
        case noAnswer
    }

    private let group: any EventLoopGroup
    private let nowSeconds: @Sendable () -> Int64

    package static let answerSecondsMax: Int64 = 20

    package init(group: any EventLoopGroup, nowSeconds: @escaping @Sendable () -> Int64) {
        self.group = group
        self.nowSeconds = nowSeconds
    }

    /// Shows the newcomer's key and the invitation's token.
    package func join(_ invitation: Invitation, as newcomer: Identity, software: String) async throws -> Joined {
        let question = Message.join(Join(token: invitation.token, software: software))
        let answer = try await ask(
            question, host: invitation.host, port: invitation.port, identity: newcomer,
            trust: .fingerprint(invitation.authorityFingerprint)
        ).get()
        guard case .joined(let joined) = answer else { throw Failure.noAnswer }
        return joined
    }

    /// Works with an expired certificate, too, as long as the node is not shut out. Returns PEM.
    package func renew(_ identity: Identity, trust: Trust, host: String, port: Int) -> EventLoopFuture<String> {
        ask(.renew, host: host, port: port, identity: identity, trust: trust).flatMapThrowing { answer in
            guard case .renewed(let certificate) = answer else { throw Failure.noAnswer }
            return certificate
        }
    }

    private func ask(
        _ question: Message, host: String, port: Int, identity: Identity, trust: Trust
    ) -> EventLoopFuture<Message> {
        let answer = group.next().makePromise(of: Message.self)
        let settled = Mutex(false)
        let finish: @Sendable (Result<Message, any Error>) -> Void = { result in
            let isFirst = settled.withLock { settled in
                defer { settled = true }
                return !settled
            }
            if isFirst { answer.completeWith(result) }
        }
        let settings = TransportSettings(group: group, numbers: ConnectionNumbers(), nowSeconds: nowSeconds) { event in
            switch event {
            case .opened(let connection, _, _): connection.send([question])
            case .received(_, let messages): if let first = messages.first { finish(Self.outcome(first)) }
            case .failed(_, let failure): finish(.failure(Failure.unreachable(failure)))
            case .refused(let refusal, _): finish(.failure(Failure.unreachable(.refused(refusal))))
            case .malformed, .closed: finish(.failure(Failure.noAnswer))
            case .drained: break
            }
        }
        let limit = group.next().scheduleTask(in: .seconds(Self.answerSecondsMax)) {
            finish(.failure(Failure.noAnswer))
        }
        LineConnector(settings: settings).connect(host: host, port: port, identity: identity, trust: trust)
        answer.futureResult.whenComplete { _ in limit.cancel() }
        return answer.futureResult
    }

    private static func outcome(_ message: Message) -> Result<Message, any Error> {
        switch message {
        case .error(let code, let detail): .failure(Failure.refused(code, detail))
        case .busy: .failure(Failure.busy)
        case _: .success(message)
        }
    }
}

extension Enrolment.Failure {
    /// For logs, status and the command line.
    package var words: String {
        switch self {
        case .refused(_, let words): "the hub refuses: \(words)"
        case .busy: "the hub is busy; try again in a few seconds"
        case .unreachable(let failure): "the hub cannot be reached: \(failure.words)"
        case .noAnswer: "the hub did not answer; try again"
        }
    }
}
