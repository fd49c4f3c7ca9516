import Foundation

struct TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "branchline-client-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
