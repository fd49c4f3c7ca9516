import Foundation
import Testing

/// The system's `openssl` as the other end of a line.
struct OpenSSLTool {
    static let secondsMax = 20.0

    /// - Returns: all that it has printed, to either stream, until it ended by itself or was ended.
    static func run(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        try await onThreadOfItsOwn { try runAndWait(arguments, input: input) }
    }

    static func client(
        port: Int, directory: TemporaryDirectory, identity: String?, more: [String] = [], input: [UInt8] = []
    ) async throws -> String {
        var arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + more
        if let identity {
            arguments += [
                "-cert", "\(directory.path)/\(identity).pem", "-key", "\(directory.path)/\(identity)-key.pem",
            ]
        }
        return try await run(arguments, input: input)
    }

    private static func runAndWait(_ arguments: [String], input: [UInt8]) throws -> String {
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/openssl")
        tool.arguments = arguments
        let (stdin, output) = (Pipe(), Pipe())
        tool.standardInput = stdin
        tool.standardOutput = output
        tool.standardError = output
        try tool.run()
        let deadline = DispatchWorkItem { [pid = tool.processIdentifier] in kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + secondsMax, execute: deadline)
        defer { deadline.cancel() }
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        try? output.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        tool.waitUntilExit()
        return String(decoding: printed, as: UTF8.self)
    }
}

/// Blocking calls must not hold one of the few threads on which the tests themselves run.
func onThreadOfItsOwn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
