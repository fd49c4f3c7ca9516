import Foundation
import Loyalty
import ReplicaStore
import Replication

/// Where files of a measurement lie, how long it looks, and how time is taken: everything that comes from outside.
package struct Workbench: Sendable {
    let folder: URL
    package let storage: StorageKind
    package let members: Int
    package let rounds: Int
    let machine: Machine

    /// What only the program itself can know.
    package struct Machine: Sendable {
        /// Monotonic.
        let nowNanoseconds: @Sendable () -> UInt64
        /// Since 1970, for services and their certificates.
        let nowMilliseconds: @Sendable () -> UInt64
        let openFilesMax: Int
        /// The file of this program, to start it once more.
        let programPath: String

        package init(
            nowNanoseconds: @escaping @Sendable () -> UInt64, nowMilliseconds: @escaping @Sendable () -> UInt64,
            openFilesMax: Int, programPath: String
        ) {
            self.nowNanoseconds = nowNanoseconds
            self.nowMilliseconds = nowMilliseconds
            self.openFilesMax = openFilesMax
            self.programPath = programPath
        }
    }

    /// - Parameter directory: an existing directory; a folder of its own is made in it, and taken away by `clear`.
    package init(
        in directory: String, named name: String, members: Int, rounds: Int, machine: Machine
    ) throws {
        folder = URL(fileURLWithPath: directory).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        storage = Self.isInMemory(directory) ? .memory : .disk
        self.members = members
        self.rounds = rounds
        self.machine = machine
    }

    package func clear() { try? FileManager.default.removeItem(at: folder) }

    var nowNanoseconds: @Sendable () -> UInt64 { machine.nowNanoseconds }
    var nowMilliseconds: @Sendable () -> UInt64 { machine.nowMilliseconds }
    var nowSeconds: Int64 { Int64(nowMilliseconds() / 1_000) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = nowNanoseconds()
        try body()
        return Double(nowNanoseconds() - start) / 1e9
    }

    /// The file with its write-ahead log.
    func bytes(of name: String) -> Int { bytes(ofFile: path(name)) }

    func bytes(ofFile path: String) -> Int {
        ["", "-wal"].reduce(0) { sum, ending in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + ending)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    /// What the process holds in memory now; 0 where the system does not tell.
    var residentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
    }

    func removeFiles() throws {
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            try FileManager.default.removeItem(at: file)
        }
    }

    /// By the longest mount point that the directory lies under; disk where that cannot be told.
    private static func isInMemory(_ directory: String) -> Bool {
        let path = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path + "/"
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        var (point, kind) = ("", "")
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 2, fields[1].count > point.count else { continue }
            if path.hasPrefix(fields[1] == "/" ? "/" : fields[1] + "/") { (point, kind) = (fields[1], fields[2]) }
        }
        return ["tmpfs", "ramfs"].contains(kind)
    }
}

/// One hub and the shops that write to it, as the measurements need them.
enum Parties {
    static let epoch = EpochID(0xE0E0_E0E0_E0E0_E0E0_0102_0304_0506_0708)
    static let nowMilliseconds: UInt64 = 1_763_800_000_000
    static let toleranceMilliseconds: UInt64 = 300_000
    static let salt: [UInt8] = Array(0..<16)

    static func actor(_ number: UInt32) -> ActorID {
        ActorID(0x0193_7B00_5A5A_7C00_8000_1122_3344_0000 + UInt128(number) << 32)
    }

    static func hub(at path: String) throws -> ReplicaStore {
        try .create(at: path, as: identity(.hub, 0, epoch: epoch))
    }

    static func branch(_ number: UInt32, at path: String) throws -> ReplicaStore {
        try .create(at: path, as: identity(.node, number, epoch: nil))
    }

    static func identity(
        _ role: ReplicaIdentity.Role, _ number: UInt32, epoch: EpochID?
    ) -> ReplicaIdentity {
        ReplicaIdentity(
            role: role, node: NodeID(number), actor: actor(number), branchCode: "\(number)",
            branchName: "Branch \(number)", chainName: "Benchmark", zone: "Asia/Shanghai", currency: "CNY",
            country: "CN", lookupKey: Array(repeating: 7, count: 32), epoch: epoch)
    }
}
