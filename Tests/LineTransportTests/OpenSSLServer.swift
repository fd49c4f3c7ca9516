import Foundation
import Testing

/// `openssl s_server` on a free port.
final class OpenSSLServer {
    private let tool = Process()
    private let output = Pipe()
    private let stdin = Pipe()

    init(directory: TemporaryDirectory, identity: String) throws {
        tool.executableURL = URL(filePath: "/usr/bin/openssl")
        tool.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-tls1_3", "-verify", "1", "-cert",
            "\(directory.path)/\(identity).pem", "-key", "\(directory.path)/\(identity)-key.pem",
        ]
        tool.standardInput = stdin
        tool.standardOutput = output
        tool.standardError = FileHandle.nullDevice
        try tool.run()
    }

    /// The tool prints `ACCEPT 127.0.0.1:<port>` once it listens.
    func port() async throws -> Int {
        let descriptor = output.fileHandleForReading.fileDescriptor
        let text = try await onThreadOfItsOwn {
            let reader = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
            var text = ""
            while text.firstRange(of: /ACCEPT .*\n/) == nil {
                let data = reader.availableData
                guard !data.isEmpty else { break }
                text += String(decoding: data, as: UTF8.self)
            }
            return text
        }
        let port = try #require(text.firstMatch(of: /ACCEPT [^\n]*:([0-9]+)\n/))
        return try #require(Int(port.1))
    }

    deinit { kill(tool.processIdentifier, SIGKILL) }
}
