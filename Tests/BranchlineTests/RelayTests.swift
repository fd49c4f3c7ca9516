import NIOCore
import NIOPosix
import Testing

@testable import branchline

/// A line behind a relay to a port that says everything back.
@Suite(.timeLimit(.minutes(1))) struct RelayTests {
    @Test func bytesPassUntilTheLineIsCutAndAgainOnceItIsMended() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let echo = try await ServerBootstrap(group: group)
            .childChannelInitializer { $0.pipeline.addHandler(Echo()) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(echo.localAddress?.port)
        let relay = try open(to: port, group)

        let first = try await Caller.call(relay.port, group)
        try await first.say("hello")
        #expect(try await first.heard.value == "hello")

        relay.cut()
        try await first.channel.closeFuture.get()
        let refused = try? await Caller.call(relay.port, group)
        try await refused?.channel.closeFuture.get()

        relay.mend()
        let second = try await Caller.call(relay.port, group)
        try await second.say("again")
        #expect(try await second.heard.value == "again")
        try await second.channel.close()
        try await echo.close()
    }

    private func open(to port: Int, _ group: any EventLoopGroup) throws -> Relay { try Relay(to: port, group: group) }
}

private final class Echo: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
}

private struct Caller {
    let channel: any Channel
    let heard: Task<String, any Error>

    static func call(_ port: Int, _ group: any EventLoopGroup) async throws -> Caller {
        let promise = group.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { $0.pipeline.addHandler(Ear(promise)) }
            .connect(host: "127.0.0.1", port: port).get()
        let future = promise.futureResult
        return Caller(channel: channel, heard: Task { try await future.get() })
    }

    func say(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }
}

private final class Ear: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<String>

    init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        promise.succeed(String(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
}
