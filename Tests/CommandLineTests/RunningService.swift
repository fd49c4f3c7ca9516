import Foundation
import Synchronization

/// A hub or a node in a process of its own; its log can be waited for.
final class RunningService: Sendable {
    struct LogMissed: Error, CustomStringConvertible {
        let wanted: String
        let log: String
        var description: String { "“\(wanted)” was not logged:\n\(log)" }
    }

    private struct State {
        var log = ""
        var hasEnded = false
        /// The exit code, or the signal's number with a minus, once the process is gone.
        var code: Int32?
        var mourners: [CheckedContinuation<Int32, Never>] = []
        var waiting: [(wanted: String, after: Int, answer: CheckedContinuation<Bool, Never>)] = []

        /// Those whose words have come, or cannot come any more.
        mutating func settled() -> [(CheckedContinuation<Bool, Never>, Bool)] {
            var settled: [(CheckedContinuation<Bool, Never>, Bool)] = []
            waiting.removeAll { wanted, after, answer in
                let isThere = log.dropFirst(after).contains(wanted)
                guard isThere || hasEnded else { return false }
                settled.append((answer, isThere))
                return true
            }
            return settled
        }
    }

    private let state = Mutex(State())
    let processIdentifier: Int32

    static func start(_ arguments: [String], in directory: String) throws -> RunningService {
        let process = try Program.make(arguments, in: directory)
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        return try RunningService(process, pipe)
    }

    private init(_ process: Process, _ pipe: Pipe) throws {
        let ended = Mutex<(@Sendable (Int32) -> Void)?>(nil)
        process.terminationHandler = { process in
            let isExit = process.terminationReason == .exit
            ended.withLock { $0 }?(isExit ? process.terminationStatus : -process.terminationStatus)
        }
        try process.run()
        processIdentifier = process.processIdentifier
        ended.withLock { $0 = { [weak self] code in self?.ended(code) } }
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.heard(data)
        }
    }

    deinit { kill(processIdentifier, SIGKILL) }

    private func heard(_ data: Data) {
        let settled = state.withLock { state in
            state.log += String(decoding: data, as: UTF8.self)
            state.hasEnded = state.hasEnded || data.isEmpty
            return state.settled()
        }
        for (answer, isThere) in settled { answer.resume(returning: isThere) }
    }

    var log: String { state.withLock { $0.log } }

    /// What is logged from here on.
    var place: Int { state.withLock { $0.log.count } }

    /// Returns once the log has the words.
    func logged(_ wanted: String, after place: Int = 0) async throws {
        let deadline = DispatchWorkItem { [weak self] in self?.giveUp(wanted) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Program.secondsMax, execute: deadline)
        let isThere = await withCheckedContinuation { answer in
            let settled = state.withLock { state in
                state.waiting.append((wanted, place, answer))
                return state.settled()
            }
            for (answer, isThere) in settled { answer.resume(returning: isThere) }
        }
        deadline.cancel()
        guard isThere else { throw LogMissed(wanted: wanted, log: log) }
    }

    private func giveUp(_ wanted: String) {
        let given = state.withLock { state in
            let given = state.waiting.filter { $0.wanted == wanted }
            state.waiting.removeAll { $0.wanted == wanted }
            return given
        }
        for item in given { item.answer.resume(returning: false) }
    }

    /// Asks it to stop and waits until it has.
    func stop() async throws { try await end(SIGTERM) }

    /// Ends it without a word, as a power cut does.
    func killAtOnce() async throws { try await end(SIGKILL) }

    @discardableResult
    private func end(_ signal: Int32) async throws -> Int32 {
        let deadline = DispatchWorkItem { [processIdentifier] in kill(processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Program.secondsMax, execute: deadline)
        defer { deadline.cancel() }
        return await withCheckedContinuation { mourner in
            let code = state.withLock { state -> Int32? in
                if state.code == nil { state.mourners.append(mourner) }
                return state.code
            }
            if let code { mourner.resume(returning: code) } else { kill(processIdentifier, signal) }
        }
    }

    private func ended(_ code: Int32) {
        let mourners = state.withLock { state in
            state.code = code
            defer { state.mourners = [] }
            return state.mourners
        }
        for mourner in mourners { mourner.resume(returning: code) }
    }
}
