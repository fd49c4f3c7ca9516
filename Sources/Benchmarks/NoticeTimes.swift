import Logging
import Synchronization

/// When a service has noted what: the parts of one long piece of work.
final class NoticeTimes: Sendable {
    private let nowNanoseconds: @Sendable () -> UInt64
    private let times = Mutex<[String: UInt64]>([:])

    init(_ bench: Workbench) { nowNanoseconds = bench.nowNanoseconds }

    var logger: Logger {
        var logger = Logger(label: "benchmark", factory: { _ in Ear(times: self) })
        logger.logLevel = .info
        return logger
    }

    /// Of the first notice of that name; nil where it has not been heard.
    func time(of notice: String) -> UInt64? { times.withLock { $0[notice] } }

    private func hear(_ notice: String) {
        let now = nowNanoseconds()
        times.withLock { $0[notice] = $0[notice] ?? now }
    }

    private struct Ear: LogHandler {
        let times: NoticeTimes
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { times.hear("\(event.message)") }
    }
}
