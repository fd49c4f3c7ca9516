import Foundation
import LineTransport

/// One directory of the client in C, and its commands.
struct Client {
    static let secondsMax = 40.0

    let folder: String
    private let program: String

    init(folder: String) async throws {
        self.folder = folder
        program = try await CompiledClient.path()
    }

    func join(_ invitation: Invitation) async throws -> ChildProcess.Outcome { try await run("join", invitation.text) }

    func push(_ options: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess(program, ["push", folder] + options).run(secondsMax: Self.secondsMax)
    }

    func authorize(_ words: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess(program, ["authorize", folder] + words).run(secondsMax: Self.secondsMax)
    }

    func ask(_ words: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess(program, ["ask", folder] + words).run(secondsMax: Self.secondsMax)
    }

    func pull() async throws -> ChildProcess.Outcome { try await run("pull") }
    func renew() async throws -> ChildProcess.Outcome { try await run("renew") }
    func lie(_ kind: String) async throws -> ChildProcess.Outcome { try await run("lie", kind) }

    /// At work when this returns; the caller ends it.
    func begin(_ command: String, _ options: String...) throws -> ChildProcess {
        let process = ChildProcess(program, [command, folder] + options)
        try process.start(secondsMax: Self.secondsMax)
        return process
    }

    /// The operations in its own log.
    func operationCount() throws -> Int {
        let log = try String(contentsOf: URL(filePath: folder + "/upload.log"), encoding: .utf8)
        return log.split(separator: "\n").count { $0.hasPrefix("OP\t") }
    }

    private func run(_ words: String...) async throws -> ChildProcess.Outcome {
        try await ChildProcess(program, words + [folder]).run(secondsMax: Self.secondsMax)
    }
}

/// What a client prints, as described in its README.
extension ChildProcess.Outcome {
    /// The fields of the lines that begin so.
    func fields(of word: String) -> [[String]] {
        lines.map { $0.components(separatedBy: "\t") }.filter { $0.first == word }.map { Array($0.dropFirst()) }
    }

    /// The fields of the hub's messages with this verb, without the time of arrival and the verb.
    func messages(_ verb: String) -> [[String]] {
        lines.map { $0.components(separatedBy: "\t") }.filter { $0.count > 1 && $0[1] == verb }
            .map { Array($0.dropFirst(2)) }
    }

    /// The code of the hub's ERROR.
    var refusal: String? { fields(of: "refused").first?.first }

    /// Whether the client's records were the hub's at the last mark.
    var agrees: Bool { messages("MARK").last?.last == "equal" }
}
