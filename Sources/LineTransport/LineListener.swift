import NIOCore
import NIOPosix
import SyncProtocol
import Synchronization

/// Accepts lines: from nodes over TLS, or from the administrator over a socket in the file system.
package final class LineListener: Sendable {
    /// Zero for a control socket.
    package let port: Int
    private let channel: any Channel
    private let socketPath: String?

    private init(channel: any Channel, socketPath: String?) {
        self.channel = channel
        self.socketPath = socketPath
        port = channel.localAddress?.port ?? 0
    }

    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - identity: the hub's, under the authority that also signs the nodes.
    package static func listen(
        host: String, port: Int, identity: Identity, authority: TrustedAuthority, settings: TransportSettings
    ) throws(TransportError) -> LineListener {
        let context = try TLSContexts.server(identity, closeSeconds: settings.limits.closeSecondsMax)
        let bootstrap = bootstrap(.server(context, authority), settings)
        do {
            return LineListener(channel: try bootstrap.bind(host: host, port: port).wait(), socketPath: nil)
        } catch { throw TransportError(error, host: host, port: port) }
    }

    /// Only the owner of the file can connect. A file that a dead process has left is replaced.
    package static func listen(socketPath: String, settings: TransportSettings) throws(TransportError) -> LineListener {
        let descriptor = try ControlSocket.bind(path: socketPath)
        do {
            let channel = try bootstrap(.plain, settings).withBoundSocket(descriptor).wait()
            return LineListener(channel: channel, socketPath: socketPath)
        } catch { throw TransportError(error, host: socketPath, port: 0) }
    }

    /// Accepts nobody else; open lines stay. Not to be called on the group's threads.
    package func stop() {
        if let socketPath { ControlSocket.remove(path: socketPath) }
        try? channel.close().wait()
    }

    private static func bootstrap(_ side: ChannelSetup.Side, _ settings: TransportSettings) -> ServerBootstrap {
        let deliver = settings.deliver
        let setup = ChannelSetup(side: side, settings: settings) { deliver(.refused($1, remoteAddress: $2)) }
        let places = Places(max: settings.limits.connectionsMax)
        return ServerBootstrap(group: settings.group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: setup.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try places.admit(channel, setup) }
            }
    }

    /// Ten thousand nodes may come back at once; the kernel holds them until they are accepted.
    private static let backlog: Int32 = 4_096
}

/// How many connections of one listener are open.
private final class Places: Sendable {
    private let max: Int
    private let taken = Mutex(0)

    init(max: Int) { self.max = max }

    func admit(_ channel: any Channel, _ setup: ChannelSetup) throws {
        guard take() else {
            let refusal = Refusal(.tooManyConnections)
            setup.settings.deliver(.refused(refusal, remoteAddress: channel.remoteAddress?.plainText ?? ""))
            throw refusal
        }
        channel.closeFuture.whenComplete { _ in self.taken.withLock { $0 -= 1 } }
        try setup.install(on: channel, as: setup.settings.numbers.next())
    }

    private func take() -> Bool {
        taken.withLock {
            guard $0 < max else { return false }
            $0 += 1
            return true
        }
    }
}
