import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services until a signal asks them to stop.
enum Services {
    /// A stuck peer must not hold the process longer than this.
    private static let shutdownSecondsMax: Int64 = 20

    static func run(_ services: [any Service], logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(shutdownSecondsMax)
        try await ServiceGroup(configuration: configuration).run()
    }
}

enum ServiceLogger {
    static func make(_ label: String) -> Logger {
        var logger = Logger(label: "branchline.\(label)", factory: { StreamLogHandler.standardError(label: $0) })
        let wanted = ProcessInfo.processInfo.environment["BRANCHLINE_LOG"].flatMap(Logger.Level.init(rawValue:))
        logger.logLevel = wanted ?? .info
        return logger
    }
}

/// Every connection and every database takes a few descriptors.
enum OpenFiles {
    @discardableResult
    static func raiseLimit() -> UInt64 {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
        _ = getrlimit(resource, &limit)
        return UInt64(limit.rlim_cur)
    }
}
