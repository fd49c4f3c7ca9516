import Foundation
import Synchronization

/// A process that is ended, at the latest, when its time is over.
final class ChildProcess: Sendable {
    struct Outcome: Equatable, Sendable {
        /// Negative: the signal that ended it.
        let status: Int32
        /// Of both streams.
        let lines: [String]
    }

    private struct State {
        var buffered: [UInt8] = []
        var lines: [String] = []
        var status: Int32?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let executable: String
    private let arguments: [String]
    private let state = Mutex(State())
    private let identifier = Mutex<pid_t>(0)

    init(_ executable: String, _ arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }

    func run(in folder: String? = nil, secondsMax: Double) async throws -> Outcome {
        try start(in: folder, secondsMax: secondsMax)
        return await end()
    }

    func start(in folder: String? = nil, secondsMax: Double) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.fileHandleForWriting.close()
        identifier.withLock { $0 = process.processIdentifier }
        Thread.detachNewThread { self.watch(process, output.fileHandleForReading) }
        let deadline = DispatchTime.now() + secondsMax
        DispatchQueue.global().asyncAfter(deadline: deadline) { [weak self] in self?.kill() }
    }

    func kill() {
        guard state.withLock({ $0.status == nil }) else { return }
        _ = identifier.withLock { Foundation.kill($0, SIGKILL) }
    }

    /// The first line that is so, of those that came and those that will; nil if it ends without one.
    func line(where isWanted: @Sendable (String) -> Bool) async -> String? {
        var seen = 0
        while true {
            let (fresh, hasEnded) = state.withLock { (Array($0.lines[seen...]), $0.status != nil) }
            if let line = fresh.first(where: isWanted) { return line }
            if hasEnded { return nil }
            seen += fresh.count
            await change(after: seen)
        }
    }

    func end() async -> Outcome {
        while true {
            let (seen, status) = state.withLock { ($0.lines.count, $0.status) }
            if let status { return Outcome(status: status, lines: state.withLock { $0.lines }) }
            await change(after: seen)
        }
    }

    private func change(after seen: Int) async {
        await withCheckedContinuation { continuation in
            let isLate = state.withLock { state in
                guard state.lines.count == seen, state.status == nil else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isLate { continuation.resume() }
        }
    }

    private func watch(_ process: Process, _ output: FileHandle) {
        while case let data = output.availableData, !data.isEmpty { take(data) }
        process.waitUntilExit()
        let isSignal = process.terminationReason == .uncaughtSignal
        let status = isSignal ? -process.terminationStatus : process.terminationStatus
        tell { $0.status = status }
    }

    private func take(_ data: Data) {
        tell { state in
            state.buffered += data
            while let end = state.buffered.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.buffered[..<end], as: UTF8.self))
                state.buffered.removeSubrange(...end)
            }
        }
    }

    private func tell(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
