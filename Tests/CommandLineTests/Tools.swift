import Foundation

/// What a technician has on the machine beside this program.
enum Tools {
    struct Failed: Error { let words: String }

    /// The database must not be in use.
    static func sqlite(_ statement: String, in path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [path, statement]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(words: "sqlite3 \(statement)") }
    }
}
