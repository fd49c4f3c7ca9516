import NIOCore
package import SyncProtocol
import Synchronization

/// One open line. Every method may be called from any thread, also after the line has closed.
package final class LineConnection: Sendable {
    package let id: ConnectionID
    private let channel: any Channel
    private let limits: TransportLimits
    private let deliver: @Sendable (TransportEvent) -> Void
    private let state = Mutex(State())

    private enum Task {
        case send([Message])
        case startDeflating
        case close
    }

    private struct State {
        var tasks: [Task] = []
        var unsentMessages = 0
        var isWritable = true
        var isChannelWritable = true
        var isDeflating = false
        var isEnding = false
        var traffic = Traffic()
    }

    init(id: ConnectionID, channel: any Channel, settings: TransportSettings) {
        self.id = id
        self.channel = channel
        limits = settings.limits
        deliver = settings.deliver
    }

    /// False while more is waiting to leave than the limits allow; `drained` follows. What is sent meanwhile is kept.
    package var isWritable: Bool { state.withLock { $0.isWritable } }
    package var traffic: Traffic { state.withLock { $0.traffic } }

    /// Calls that come close together leave in one write.
    package func send(_ messages: [Message]) { add(.send(messages), messages: messages.count) }

    /// From the next send on, whatever gains by it leaves deflated. The peer must have agreed.
    package func startDeflating() { add(.startDeflating) }

    /// Nothing sent before is lost: our end follows the last byte, and the line stays until the peer's end has come,
    /// unless it stalls.
    package func closeAfterSending() { add(.close) }

    /// Cuts the line; what has not left is lost.
    package func closeNow() { channel.eventLoop.execute { self.cut() } }

    private func add(_ task: Task, messages: Int = 0) {
        let isFirst = state.withLock { state in
            state.tasks.append(task)
            state.unsentMessages += messages
            if state.unsentMessages >= limits.unsentMessagesMax { state.isWritable = false }
            return state.tasks.count == 1
        }
        if isFirst { channel.eventLoop.execute { self.perform() } }
    }
}

/// On the channel's thread.
extension LineConnection {
    func counted(receivedBytes: Int) { state.withLock { $0.traffic.receivedBytes += UInt64(receivedBytes) } }

    func writabilityChanged() {
        state.withLock { state in
            state.isChannelWritable = channel.isWritable
            if !state.isChannelWritable { state.isWritable = false }
        }
        tellWhenDrained()
    }

    /// The peer says no more: what is still to be said leaves, then the line closes.
    func peerEnded() {
        guard beginEnding() else { return }
        perform()
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in self.channel.close(promise: nil) }
    }

    /// Cuts the line unless it closes by itself, however long that takes while bytes still leave or come.
    func cutWhenStalled() { cutWhenStalled(since: nil, secondsSpent: 0) }

    private struct Progress: Equatable {
        let waitingBytes: Int
        let receivedBytes: UInt64
    }

    private func cutWhenStalled(since last: Progress?, secondsSpent: Int64) {
        let progress = progress
        guard progress != last, secondsSpent < limits.closeSecondsMax else { return cut() }
        let check = channel.eventLoop.scheduleTask(in: .seconds(limits.stallSeconds)) {
            self.cutWhenStalled(since: progress, secondsSpent: secondsSpent + self.limits.stallSeconds)
        }
        channel.closeFuture.whenComplete { _ in check.cancel() }
    }

    private var progress: Progress {
        let waiting = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        return Progress(waitingBytes: waiting ?? 0, receivedBytes: traffic.receivedBytes)
    }

    /// Past TLS, which would wait for the peer's consent.
    func cut() {
        guard let tls = try? channel.pipeline.syncOperations.context(name: TLSContexts.handlerName) else {
            return channel.close(promise: nil)
        }
        tls.close(promise: nil)
    }

    private func beginEnding() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isEnding = true }
            return !state.isEnding
        }
        if isFirst { cutWhenStalled() }
        return isFirst
    }

    private func perform() {
        let (tasks, isDeflating) = state.withLock { state in
            defer {
                state.tasks = []
                state.unsentMessages = 0
            }
            return (state.tasks, state.isDeflating)
        }
        var lines = OutboundLines(isDeflating: isDeflating, deflatedFromBytes: limits.deflatedFromBytes)
        var waiting: [Message] = []
        var closes = false
        for task in tasks where !closes {
            switch task {
            case .send(let messages): waiting += messages
            case .startDeflating:
                lines.append(Lane.ordered(waiting))
                waiting = []
                lines.startDeflating()
            case .close: closes = true
            }
        }
        lines.append(Lane.ordered(waiting))
        write(lines.finish(), isDeflating: lines.isDeflating)
        if closes, beginEnding() { channel.close(mode: .output, promise: nil) }
        tellWhenDrained()
    }

    private func write(_ bytes: [UInt8], isDeflating: Bool) {
        state.withLock { state in
            state.isDeflating = isDeflating
            state.traffic.sentBytes += UInt64(bytes.count)
        }
        guard !bytes.isEmpty else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    private func tellWhenDrained() {
        let isDrained = state.withLock { state in
            guard !state.isWritable, state.isChannelWritable, state.tasks.isEmpty else { return false }
            state.isWritable = true
            return true
        }
        if isDrained { deliver(.drained(id)) }
    }
}
