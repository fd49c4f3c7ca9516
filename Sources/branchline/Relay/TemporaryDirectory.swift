import Foundation

/// A directory of its own for one run, removed afterwards.
struct TemporaryDirectory {
    let path: String

    /// - Parameter name: short: the paths of control sockets have to fit into 107 bytes.
    static func make(_ name: String) throws -> TemporaryDirectory {
        let parent = FileManager.default.temporaryDirectory.path
        let suffix = String(UInt32.random(in: .min ... .max), radix: 36)
        let directory = TemporaryDirectory(path: "\(parent)/\(name)-\(suffix)")
        try FileManager.default.createDirectory(
            atPath: directory.path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return directory
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
