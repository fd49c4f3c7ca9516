import ArgumentParser
import UnixSignals

/// Work that leaves things to be tidied up, whoever stops it.
enum Interruption {
    /// What shells show for a program that Ctrl-C has stopped.
    private static let interruptedCode: Int32 = 130

    /// Runs the body, and cancels it when somebody wants the process to stop. The body tidies up and throws
    /// `CancellationError`, or has come to its end.
    static func guarded(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await body()
                return true
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { return false }
                return true
            }
            let isFinished = try await group.next() ?? true
            group.cancelAll()
            guard !isFinished else { return }
            do { _ = try await group.next() } catch is CancellationError { throw ExitCode(interruptedCode) }
        }
    }
}
