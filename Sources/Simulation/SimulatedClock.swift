/// What a process takes for the time of day: apart from the true one, slower or faster, and sometimes set anew.
struct SimulatedClock: Equatable, Sendable {
    var offsetMilliseconds: Int64 = 0
    var driftPerMillion: Int64 = 0

    /// Simulated time begins in 2026.
    private static let startMilliseconds: Int64 = 1_780_000_000_000

    /// Milliseconds since 1970; a clock that is set to before that goes on from there, and does not stand still.
    func reading(at milliseconds: UInt64) -> UInt64 {
        let passed = Int64(clamping: milliseconds)
        let reading = Self.startMilliseconds + passed + passed * driftPerMillion / 1_000_000 + offsetMilliseconds
        return UInt64(max(passed, reading))
    }
}
