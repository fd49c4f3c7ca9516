import Foundation

/// Waits for what only the system itself can bring about, by asking it.
enum Waiting {
    /// Asks until the answer is yes.
    ///
    /// - Returns: how long it took, or nil when the limit had passed.
    static func until(
        atMostSeconds limitSeconds: Double, everyMilliseconds interval: Int = 1,
        _ isTrue: () async throws -> Bool
    ) async throws -> Duration? {
        let start = ContinuousClock.now
        while true {
            if try await isTrue() { return ContinuousClock.now - start }
            guard ContinuousClock.now - start < .seconds(limitSeconds) else { return nil }
            try await Task.sleep(for: .milliseconds(interval))
        }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var inMilliseconds: Double { inSeconds * 1_000 }
}
