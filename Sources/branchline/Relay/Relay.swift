import NIOCore
import NIOPosix
import Synchronization

/// A line that can go down: passes bytes between whoever calls its port and a port of this machine.
///
/// Cut, it closes what is open, in both directions and in the middle of whatever was on its way, and hangs up on
/// whoever calls until it is mended.
final class Relay: Sendable {
    private static let host = "127.0.0.1"

    /// Where to call.
    let port: Int
    private let listener: any Channel
    private let wires: Wires

    /// - Parameter target: the port behind the relay.
    init(to target: Int, group: any EventLoopGroup) throws {
        let wires = Wires()
        listener = try ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { Self.connect($0, to: target, wires) }
            .bind(host: Self.host, port: 0).wait()
        guard let port = listener.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        self.port = port
        self.wires = wires
    }

    func cut() { wires.cut() }
    func mend() { wires.mend() }

    /// Not to be called on the group's threads.
    func close() {
        try? listener.close().wait()
        wires.cut()
    }

    private static func connect(_ near: any Channel, to target: Int, _ wires: Wires) -> EventLoopFuture<Void> {
        guard wires.add(near) else { return near.eventLoop.makeFailedFuture(ChannelError.alreadyClosed) }
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: host, port: target)
            .flatMapThrowing { far in
                guard wires.add(far) else { throw ChannelError.alreadyClosed }
                let (toFar, toNear) = RelayHandler.pair()
                try near.pipeline.syncOperations.addHandler(toFar)
                try far.pipeline.syncOperations.addHandler(toNear)
            }
    }
}

/// Both ends of everything that is open.
private final class Wires: Sendable {
    private struct State {
        var isCut = false
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    /// False, and the channel closed, while the line is down.
    func add(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isUp = state.withLock { state in
            if !state.isCut { state.open[key] = channel }
            return !state.isCut
        }
        guard isUp else {
            channel.close(promise: nil)
            return false
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.open[key] = nil } }
        return true
    }

    func cut() {
        let open = state.withLock { state in
            state.isCut = true
            return Array(state.open.values)
        }
        for channel in open { channel.close(promise: nil) }
    }

    func mend() { state.withLock { $0.isCut = false } }
}

/// One end of a wire; what it reads, the other end writes, no faster than that one can.
private final class RelayHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var partner: RelayHandler?
    private var context: ChannelHandlerContext?
    private var wantsToRead = false

    static func pair() -> (RelayHandler, RelayHandler) {
        let (first, second) = (RelayHandler(), RelayHandler())
        first.partner = second
        second.partner = first
        return (first, second)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let other = partner?.context else { return }
        other.write(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) { partner?.context?.flush() }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.context?.close(promise: nil)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            partner?.context?.close(mode: .output, promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.readOn() }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        guard partner?.context?.channel.isWritable ?? true else {
            wantsToRead = true
            return
        }
        context.read()
    }

    private func readOn() {
        guard wantsToRead else { return }
        wantsToRead = false
        context?.read()
    }
}
