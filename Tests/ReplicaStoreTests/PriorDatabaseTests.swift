import Foundation
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Databases that earlier versions have written open, hold what they held, and can be written to.
@Suite struct PriorDatabaseTests {
    static let versions = ["v1", "v2", "v3", "v4"]
    static let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("PriorDatabases")

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: versions)
    func anEarlierVersionsDatabasesGoOn(_ version: String) throws {
        let hub = try ReplicaStore.open(at: try unpacked("\(version)-hub.sqlite"), role: .hub)
        let branch = try ReplicaStore.open(at: try unpacked("\(version)-node.sqlite"), role: .node)
        for store in [hub, branch] {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
        try PriorStory.expectToldHub(hub)
        try PriorStory.expectToldBranch(branch)
        try PriorStory.expectTheyGoOn(hub: hub, branch: branch)
    }

    @Test func theLatestVersionIsAmongThem() {
        #expect(Self.versions.last == "v\(Schema.latest)")
    }

    @Test(arguments: versions)
    func theyAreSmall(_ version: String) throws {
        for name in ["\(version)-hub.sqlite.gz", "\(version)-node.sqlite.gz"] {
            let size = try Data(contentsOf: Self.home.appendingPathComponent(name)).count
            #expect(size < 100_000)
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["PRIOR_DATABASES"] != nil))
    func theLatestVersionsAreWritten() throws {
        let home = try #require(ProcessInfo.processInfo.environment["PRIOR_DATABASES"])
        let names = ["hub", "node"].map { "v\(Schema.latest)-\($0).sqlite" }
        let hub = try ReplicaStore.create(at: directory.file(names[0]), as: Stores.hubIdentity)
        let branch = try ReplicaStore.create(at: directory.file(names[1]), as: Stores.nodeIdentity(1))
        try PriorStory.tell(hub: hub, branch: branch)
        for (store, name) in zip([hub, branch], names) {
            guard !FileManager.default.fileExists(atPath: "\(home)/\(name).gz") else { continue }
            try store.backup(to: directory.file("copy-\(name)"))
            try gzip(["-9", "-n", "-c", directory.file("copy-\(name)")], into: "\(home)/\(name).gz")
        }
    }

    private func unpacked(_ name: String) throws -> String {
        let path = directory.file(name)
        try gzip(["-d", "-c", Self.home.appendingPathComponent("\(name).gz").path], into: path)
        return path
    }

    private func gzip(_ arguments: [String], into path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        gzip.arguments = arguments
        let output = try #require(FileHandle(forWritingAtPath: path))
        gzip.standardOutput = output
        try gzip.run()
        gzip.waitUntilExit()
        #expect(gzip.terminationStatus == 0)
    }
}
