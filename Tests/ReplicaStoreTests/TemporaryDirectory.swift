import Foundation

/// A directory of the test's own; it goes with the value.
final class TemporaryDirectory {
    let path: String

    struct NotMade: Error {}

    init() throws {
        var template = Array("\(NSTemporaryDirectory())/branchline-store-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw NotMade() }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
