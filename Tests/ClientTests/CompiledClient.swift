import Foundation
import Testing

/// The client in C, compiled once for all tests, with the sanitizers watching.
enum CompiledClient {
    private static let flags = [
        "-std=c11", "-D_XOPEN_SOURCE=700", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2",
        "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
    ]
    private static let libraries = ["-lssl", "-lcrypto", "-lz"]
    private static let compileSecondsMax = 120.0

    private static let folder = Result { try TemporaryFolder() }
    private static let building = Task { try await build() }

    static func path() async throws -> String { try await building.value }

    private static func build() async throws -> String {
        let folder = try Self.folder.get()
        atexit { try? CompiledClient.folder.get().remove() }
        let target = folder.path + "/branchline-client"
        let sources = try FileManager.default.contentsOfDirectory(atPath: sourceFolder).filter { $0.hasSuffix(".c") }
        let compiler = ChildProcess("/usr/bin/env", ["cc"] + flags + sources.sorted() + ["-o", target] + libraries)
        let outcome = try await compiler.run(in: sourceFolder, secondsMax: compileSecondsMax)
        try #require(outcome.status == 0, "\(outcome.lines.joined(separator: "\n"))")
        return target
    }

    private static var sourceFolder: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .path + "/protocol/client"
    }
}
