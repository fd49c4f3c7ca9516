import Foundation
import Hummingbird
import HummingbirdCore
import Localization
package import Logging
package import NIOCore
package import NodeService
import ReplicaStore
import ServiceLifecycle

package enum TillServerError: Error, Equatable, Sendable {
    /// This machine does not know the chain's time zone: business dates cannot be told.
    case unknownZone(String)
    case portInUse(host: String, port: Int)
}

/// The HTTP door of a branch's node, for the tills on the shop's own network.
package struct TillServer: Service {
    package struct Configuration: Sendable {
        package let host: String
        /// 0 for any that is free.
        package let port: Int
        package let group: any EventLoopGroup
        package let nowMilliseconds: @Sendable () -> UInt64
        package let random: any RandomNumberGenerator & Sendable
        package let logger: Logger
        package let answerMillisecondsMax: Int64
        /// Told the port once requests are taken.
        package let onListening: @Sendable (Int) -> Void

        package init(
            host: String = "127.0.0.1", port: Int, group: any EventLoopGroup,
            nowMilliseconds: @escaping @Sendable () -> UInt64, random: any RandomNumberGenerator & Sendable,
            logger: Logger, answerMillisecondsMax: Int64 = TillServer.answerMillisecondsMax,
            onListening: @escaping @Sendable (Int) -> Void = { _ in }
        ) {
            self.host = host
            self.port = port
            self.group = group
            self.nowMilliseconds = nowMilliseconds
            self.random = random
            self.logger = logger
            self.answerMillisecondsMax = answerMillisecondsMax
            self.onListening = onListening
        }
    }

    /// A commit takes milliseconds, and the hub is waited for a few times at most; a till that has waited longer than
    /// this should ask again.
    package static let answerMillisecondsMax: Int64 = 15_000

    private let configuration: Configuration
    private let door: TillDoor

    package init(node: NodeService, _ configuration: Configuration) throws(TillServerError) {
        guard let calendar = ChainCalendar(zone: node.identity.zone) else { throw .unknownZone(node.identity.zone) }
        self.configuration = configuration
        door = TillDoor(
            desk: TillDesk(
                node: node, calendar: calendar, nowMilliseconds: configuration.nowMilliseconds,
                mint: IdentifierMint(random: configuration.random), group: configuration.group,
                answerMillisecondsMax: configuration.answerMillisecondsMax, logger: configuration.logger))
    }

    /// Serves until the process is asked to stop; requests in progress are answered first.
    ///
    /// - Throws: `TillServerError.portInUse`, or what the network says.
    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw TillServerError.portInUse(host: configuration.host, port: configuration.port)
        }
    }

    private var application: Application<TillDoor> {
        Application(
            responder: door,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(TillLimits.idleSecondsMax),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: TillLimits.headerBytesMax, maxHeaderListSize: TillLimits.headerBytesMax,
                        maxHeaderFieldCount: TillLimits.headerFieldsMax))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(TillLimits.connectionsMax, logger: configuration.logger)),
            onServerRunning: { listening(on: $0) }, eventLoopGroupProvider: .shared(configuration.group),
            logger: configuration.logger)
    }

    private func listening(on channel: any Channel) {
        let port = channel.localAddress?.port ?? configuration.port
        configuration.logger.notice(
            "tills are served", metadata: ["till.host": "\(configuration.host)", "till.port": "\(port)"])
        configuration.onListening(port)
    }
}
