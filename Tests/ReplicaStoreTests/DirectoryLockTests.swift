import Foundation
import ReplicaStore
import Testing

/// One process at a time on one directory.
@Suite(.timeLimit(.minutes(1))) struct DirectoryLockTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func aSecondHolderIsRefusedUntilTheFirstLetsGo() throws {
        do {
            let first = try DirectoryLock(directory: directory.path)
            #expect(throws: StoreError.inUse(path: directory.path)) { try DirectoryLock(directory: directory.path) }
            withExtendedLifetime(first) {}
        }
        _ = try DirectoryLock(directory: directory.path)
    }

    @Test func withoutADirectoryThereIsNothingToLock() {
        let path = directory.file("nowhere")
        #expect(throws: StoreError.missing(path: path)) { try DirectoryLock(directory: path) }
    }

    @Test func anotherProcessHoldsTheLockUntilItIsKilled() throws {
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        other.arguments = [directory.file("lock"), "sh", "-c", "echo locked; exec cat"]
        let (input, output) = (Pipe(), Pipe())
        other.standardInput = input
        other.standardOutput = output
        try other.run()
        #expect(try output.fileHandleForReading.read(upToCount: 7) == Data("locked\n".utf8))
        #expect(throws: StoreError.inUse(path: directory.path)) { try DirectoryLock(directory: directory.path) }
        try input.fileHandleForWriting.close()
        other.waitUntilExit()
        _ = try DirectoryLock(directory: directory.path)
    }
}
