import LineCodec
import NIOCore
import NIOSSL
import NIOTLS
import SyncProtocol

/// The end of a channel's pipeline: from the handshake's outcome and bytes to events.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// waiting → open → malformed; refused is final.
    private enum Phase {
        case waiting
        case open(InboundLines)
        case malformed
        case refused
    }

    private let connection: LineConnection
    private let admission: Admission?
    private let settings: TransportSettings
    private let refuse: (Refusal, _ remoteAddress: String) -> Void
    private var phase = Phase.waiting
    private var messages: [Message] = []
    private var error: LineError?
    private var remoteAddress = ""

    /// - Parameters:
    ///   - admission: nil on the control socket, where the file's mode has decided.
    ///   - refuse: called at most once, and then instead of `opened`.
    init(
        connection: LineConnection, admission: Admission?, settings: TransportSettings,
        refuse: @escaping (Refusal, _ remoteAddress: String) -> Void
    ) {
        self.connection = connection
        self.admission = admission
        self.settings = settings
        self.refuse = refuse
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) { begin(context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted: handshakeCompleted()
        case ChannelEvent.inputClosed: inputClosed()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard case .open(var lines) = phase else { return }
        connection.counted(receivedBytes: buffer.readableBytes)
        // Nobody else may hold the lines while they grow: their buffer would be copied on every read.
        phase = .waiting
        do throws(LineError) {
            try lines.receive(Array(buffer.readableBytesView), into: &messages)
            phase = .open(lines)
        } catch {
            phase = .malformed
            self.error = error
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { deliver() }

    func channelWritabilityChanged(context: ChannelHandlerContext) { connection.writabilityChanged() }

    func channelInactive(context: ChannelHandlerContext) {
        deliver()
        switch phase {
        case .waiting: refuse(Refusal(.leftBeforeHandshake))
        case .open, .malformed: settings.deliver(.closed(connection.id))
        case .refused: break
        }
    }

    /// After the handshake nothing is left to say: whatever breaks a line ends in `closed`.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .waiting: refuse(admission?.refusal ?? Refusal(handshakeError: error))
        case .open, .malformed: tellIfRejected(error)
        case .refused: break
        }
    }

    private func begin(_ context: ChannelHandlerContext) {
        remoteAddress = context.channel.remoteAddress?.plainText ?? ""
        guard admission != nil else { return open(.administrator) }
        let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(settings.limits.handshakeSeconds)) {
            self.handshakeTimedOut()
        }
        context.channel.closeFuture.assumeIsolated().whenComplete { _ in deadline.cancel() }
    }

    private func handshakeCompleted() {
        guard let peer = admission?.peer else { return cut(Refusal(.resumedSession)) }
        open(peer)
    }

    private func handshakeTimedOut() {
        guard case .waiting = phase else { return }
        cut(Refusal(.handshakeTooSlow))
    }

    private func open(_ peer: Peer) {
        phase = .open(InboundLines(from: peer))
        settings.deliver(.opened(connection, peer, remoteAddress: remoteAddress))
    }

    /// TLS has refused by itself: it still sends its alert, and closes.
    private func refuse(_ refusal: Refusal) {
        phase = .refused
        refuse(refusal, remoteAddress)
        connection.cutWhenStalled()
    }

    private func cut(_ refusal: Refusal) {
        refuse(refusal)
        connection.cut()
    }

    private func inputClosed() {
        deliver()
        connection.peerEnded()
    }

    private func deliver() {
        if !messages.isEmpty {
            settings.deliver(.received(connection.id, messages))
            messages = []
        }
        guard let error else { return }
        self.error = nil
        settings.deliver(.malformed(connection.id, error))
        connection.cutWhenStalled()
    }

    /// In TLS 1.3 the client is done before the server has looked at its certificate: the refusal comes as an alert.
    private func tellIfRejected(_ error: any Error) {
        guard case .sslError = error as? BoringSSLError else { return }
        settings.deliver(.refused(Refusal(.handshakeFailed("\(error)")), remoteAddress: remoteAddress))
    }
}

extension SocketAddress {
    /// `192.0.2.1:4000`, `[2001:db8::1]:4000`, or the path of a socket.
    var plainText: String {
        switch self {
        case .v4: "\(ipAddress ?? ""):\(port ?? 0)"
        case .v6: "[\(ipAddress ?? "")]:\(port ?? 0)"
        case .unixDomainSocket: pathname ?? ""
        }
    }
}
