import Administration
import Logging
import NIOPosix
import NodeService
import TillWeb

/// The tills' doors of all shops, while the demonstration goes on running.
struct TillDoors {
    /// A till that may speak to a shop.
    struct Till {
        let shop: LocalBranch
        let port: Int
        let token: String
    }

    let shops: [LocalBranch]

    /// Returns when somebody wants the process to stop.
    func keepOpen(_ show: ([Till]) -> Void) async throws {
        var tokens: [String: String] = [:]
        for shop in shops { tokens[shop.code] = try await token(at: shop) }
        let (ports, told) = AsyncStream<(code: String, port: Int)>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shop in shops {
                let server = try server(of: shop) { told.yield((shop.code, $0)) }
                group.addTask { try await server.run() }
            }
            var open: [String: Int] = [:]
            for await door in ports {
                open[door.code] = door.port
                if open.count == shops.count { break }
            }
            show(shops.map { Till(shop: $0, port: open[$0.code] ?? 0, token: tokens[$0.code] ?? "") })
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(Self.wakeSeconds)) }
            group.cancelAll()
        }
    }

    private static let wakeSeconds = 3_600

    /// The server takes Ctrl-C for an error.
    private static var logger: Logger {
        var logger = Demonstration.logger
        logger.logLevel = .critical
        return logger
    }

    private func server(of shop: LocalBranch, _ onListening: @escaping @Sendable (Int) -> Void) throws -> TillServer {
        try TillServer(
            node: shop.node,
            TillServer.Configuration(
                host: LocalChain.host, port: 0, group: MultiThreadedEventLoopGroup.singleton,
                nowMilliseconds: WallClock.nowMilliseconds, random: SystemRandomNumberGenerator(),
                logger: Self.logger, onListening: onListening))
    }

    private func token(at shop: LocalBranch) async throws -> String {
        let desk = try await Desk.open(shop.directory.path)
        let rows = try await desk.ask(["tills.add", Counter.till])
        await desk.close()
        return rows.first?["token"] ?? ""
    }
}
