import Foundation
import Localization
import Loyalty
import Replication
import Testing

@testable import TillWeb

/// The page for POS developers is run as it stands, line by line, by the system's shell and curl.
@Suite(.timeLimit(.minutes(2))) struct GuideTests {
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func everyExampleGivesTheStatusThatThePageSays() async throws {
        let examples = try Self.examples()
        #expect(examples.count >= 28)
        let member = RecordID(0x019a_9e3c_5f40_7000_8000_0000_0000_0001)
        let coupon = try #require(Headquarters.coupon(0x100, member: member))
        try await Shop.offline(
            headquarters: { headquarters in
                try headquarters.declare(.coupon(Headquarters.twentyOff), "tea20")
                try headquarters.declare(
                    .plan(TopUpPlan(payMinor: 10_000, bonusMinor: 2_000, oncePerMember: true)), "welcome")
                try headquarters.issue([coupon], of: "tea20", rightsHere: [coupon.id])
            }
        ) { shop in
            let script = examples.map(\.command).joined(separator: "\n")
            let environment = [
                "TILL": "http://127.0.0.1:\(shop.till.port)", "TOKEN": shop.till.token ?? "",
                "COUPON": coupon.code.text,
            ]
            let statuses = try await Self.run(script, environment)
            #expect(statuses.count == examples.count)
            for (example, status) in zip(examples, statuses) {
                #expect(status == example.status, "\(example.command)")
            }
        }
    }

    @Test func theTableHasEveryCode() throws {
        let page = try Self.page()
        let problems = TillProblem.allCases.map(\.rawValue) + CounterProblem.allCases.map(\.rawValue)
        for code in problems + TillWarning.allCases.map(\.rawValue) {
            #expect(page.contains("`\(code)`"), "\(code)")
        }
    }

    private struct Example {
        let command: String
        let status: String
    }

    /// A block of shell and the arrow behind it.
    private static func examples() throws -> [Example] {
        try page().matches(of: /```sh\n(?<command>[^`]*)```\n\n→ (?<status>[0-9]{3})/).map { match in
            Example(command: String(match.command), status: String(match.status))
        }
    }

    private static func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/till-api.md"), encoding: .utf8)
    }

    private static func run(_ script: String, _ environment: [String: String]) async throws -> [String] {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        let curl = "curl() { command curl -sS -m 20 -o /dev/null -w '%{http_code}\\n' \"$@\"; }\n"
        shell.arguments = ["-ec", curl + script]
        shell.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        let output = Pipe()
        shell.standardOutput = output
        return try await withCheckedThrowingContinuation { continuation in
            shell.terminationHandler = { _ in
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                continuation.resume(returning: text.split(separator: "\n").map(String.init))
            }
            do { try shell.run() } catch { continuation.resume(throwing: error) }
        }
    }
}
