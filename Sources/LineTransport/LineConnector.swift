import NIOCore
import NIOPosix
import NIOSSL
package import SyncProtocol

/// Opens lines: a node to its hub, a command to the service on its machine.
package struct LineConnector: Sendable {
    private let settings: TransportSettings

    package init(settings: TransportSettings) { self.settings = settings }

    /// The outcome comes as `opened` or `failed`. A newcomer trusts a fingerprint; a node trusts its authority.
    @discardableResult
    package func connect(host: String, port: Int, identity: Identity, trust: Trust) -> ConnectionID {
        let id = settings.numbers.next()
        do throws(TransportError) {
            let context = try TLSContexts.client(identity, closeSeconds: settings.limits.closeSecondsMax)
            begin(id, .client(context, trust)) { $0.connect(host: host, port: port) }
        } catch { settings.deliver(.failed(id, .transport(error))) }
        return id
    }

    /// To the control socket of a service on this machine; the peer is then `.administrator`, as it is over there.
    @discardableResult
    package func connect(socketPath: String) -> ConnectionID {
        let id = settings.numbers.next()
        begin(id, .plain) { $0.connect(unixDomainSocketPath: socketPath) }
        return id
    }

    private func begin(
        _ id: ConnectionID, _ side: ChannelSetup.Side, _ connect: (ClientBootstrap) -> EventLoopFuture<any Channel>
    ) {
        let deliver = settings.deliver
        let setup = ChannelSetup(side: side, settings: settings) { id, refusal, _ in
            deliver(.failed(id, .refused(refusal)))
        }
        let bootstrap = ClientBootstrap(group: settings.group)
            .connectTimeout(.seconds(settings.limits.connectSeconds))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: setup.waterMark)
        // Handlers only now: of several addresses that are tried at once, one wins.
        connect(bootstrap)
            .flatMapThrowing { try setup.install(on: $0, as: id) }
            .whenFailure { deliver(.failed(id, ConnectionFailure($0))) }
    }
}

extension ConnectionFailure {
    init(_ error: any Error) {
        switch error {
        case ChannelError.connectTimeout: self = .timedOut
        case let error as IOError: self = .unreachable(SystemText.of(error.errnoCode))
        case let error as NIOConnectionError: self.init(error)
        default: self = .unreachable("\(error)")
        }
    }

    /// Every address of the host has been tried: the last one's answer stands for all.
    private init(_ error: NIOConnectionError) {
        guard let last = error.connectionErrors.last?.error else {
            self = .unreachable("nobody knows the host \(error.host)")
            return
        }
        self.init(last)
    }
}
