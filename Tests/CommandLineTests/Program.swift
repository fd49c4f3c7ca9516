import Foundation
import Synchronization

/// The built `branchline`, as a person or a script runs it.
enum Program {
    struct Outcome: Equatable, Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    struct Unfinished: Error { let command: String }

    /// Beside the test bundle, where the build puts both.
    static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return bundle.appendingPathComponent("branchline").path
    }()

    /// A command on a busy machine in a debug build; nothing takes nearly as long.
    static let secondsMax = 60.0

    /// Runs to the end, in English.
    @discardableResult
    static func run(
        _ arguments: [String], in directory: String, environment: [String: String] = [:]
    ) async throws -> Outcome {
        let scratch = directory + "/" + UUID().uuidString
        defer { for name in [".out", ".err"] { try? FileManager.default.removeItem(atPath: scratch + name) } }
        let process = try make(arguments, in: directory, environment: environment)
        let (output, errors) = (try file(scratch + ".out"), try file(scratch + ".err"))
        process.standardOutput = output
        process.standardError = errors
        let code = try await finish(process)
        try output.close()
        try errors.close()
        return Outcome(
            code: code, output: try String(contentsOfFile: scratch + ".out", encoding: .utf8),
            errors: try String(contentsOfFile: scratch + ".err", encoding: .utf8))
    }

    static func make(
        _ arguments: [String], in directory: String, environment: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let plain = ["PATH": "/usr/bin:/bin", "HOME": directory, "USER": "tester", "LANG": "C", "COLUMNS": "80"]
        process.environment = plain.merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private static func finish(_ process: Process) async throws -> Int32 {
        let command = process.arguments?.joined(separator: " ") ?? ""
        let code = await withCheckedContinuation { (continuation: CheckedContinuation<Int32?, Never>) in
            let isSettled = Mutex(false)
            process.terminationHandler = { ended in
                guard
                    !isSettled.withLock({ settled in
                        defer { settled = true }; return settled
                    })
                else { return }
                continuation.resume(returning: ended.terminationReason == .exit ? ended.terminationStatus : nil)
            }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(returning: nil)
                return
            }
            let pid = process.processIdentifier
            DispatchQueue.global().asyncAfter(deadline: .now() + secondsMax) {
                if !isSettled.withLock({ $0 }) { kill(pid, SIGKILL) }
            }
        }
        guard let code else { throw Unfinished(command: command) }
        return code
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
