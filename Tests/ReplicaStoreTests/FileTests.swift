import Foundation
import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// A store in a file: flushed at every commit, and picky about what it opens.
@Suite struct FileTests {
    let directory: TemporaryDirectory
    var path: String { directory.file("branchline.sqlite") }

    init() throws { directory = try TemporaryDirectory() }

    private func pragma(_ name: String, of store: ReplicaStore) throws -> String? {
        try store.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    @Test(arguments: [Stores.hubIdentity, Stores.nodeIdentity(1)])
    func everyCommitIsFlushedAfterMakingAndAfterOpening(_ identity: ReplicaIdentity) throws {
        let made = try ReplicaStore.create(at: path, as: identity)
        #expect(try pragma("synchronous", of: made) == "2")
        #expect(try pragma("journal_mode", of: made) == "wal")
        made.close()
        let opened = try ReplicaStore.open(at: path, role: identity.role)
        #expect(opened.identity == identity)
        #expect(try pragma("synchronous", of: opened) == "2")
        #expect(try pragma("journal_mode", of: opened) == "wal")
        #expect(try pragma("wal_autocheckpoint", of: opened) == (identity.role == .hub ? "16384" : "4096"))
    }

    @Test func whatWasWrittenIsThereAfterOpeningAgain() throws {
        let ann = RecordID(0xA11)
        let hub = try Stores.hub()
        let made = try ReplicaStore.create(at: path, as: Stores.nodeIdentity(1))
        try made.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(made, with: hub)
        try made.edit(ann, .set(.name, "Anne"))
        let digest = made.digest
        made.close()

        let opened = try ReplicaStore.open(at: path, role: .node)
        #expect(try opened.value(.name, of: ann) == "Anne")
        #expect(opened.digest == digest)
        #expect(opened.cursor == HubPosition(epoch: Stores.epoch, sequence: 1))
        #expect(opened.actorState(opened.identity.actor)?.lastSequence == 2)
        #expect(try opened.isEverythingStamped() == false)
        #expect(try opened.verify().isSound)
    }

    @Test func aMissingFileIsNotMade() throws {
        #expect(throws: StoreError.missing(path: path)) { try ReplicaStore.open(at: path, role: .hub) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func nothingIsOverwritten() throws {
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.alreadyThere(path: path)) {
            try ReplicaStore.create(at: path, as: Stores.hubIdentity)
        }
        #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
    }

    @Test(arguments: ["", "SQLite format 3\0", String(repeating: "Dear diary\n", count: 1_000)])
    func aFileThatIsNoDatabaseIsForeignAndStaysAsItIs(_ content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.foreign(path: path)) { try ReplicaStore.open(at: path, role: .hub) }
        #expect(FileManager.default.contents(atPath: path) == Data(content.utf8))
    }

    @Test func anotherProgramsDatabaseIsForeignAndStaysAsItIs() throws {
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE recipe (name TEXT)") }
        try other.close()
        let before = FileManager.default.contents(atPath: path)
        #expect(throws: StoreError.foreign(path: path)) { try ReplicaStore.open(at: path, role: .hub) }
        #expect(FileManager.default.contents(atPath: path) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
    }

    @Test func aDirectoryIsForeign() {
        #expect(throws: StoreError.foreign(path: directory.path)) {
            try ReplicaStore.open(at: directory.path, role: .node)
        }
    }

    @Test func aFileThatIsBrokenIsDamaged() throws {
        try ReplicaStore.create(at: path, as: Stores.hubIdentity).close()
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xff, count: 300))
        try file.close()
        let error = #expect(throws: StoreError.self) { try ReplicaStore.open(at: path, role: .hub) }
        guard case .damaged? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [Stores.hubIdentity, Stores.nodeIdentity(1)])
    func theOtherRolesDatabaseIsRefused(_ identity: ReplicaIdentity) throws {
        try ReplicaStore.create(at: path, as: identity).close()
        #expect(throws: StoreError.wrongRole(path: path)) {
            try ReplicaStore.open(at: path, role: identity.role == .hub ? .node : .hub)
        }
        #expect(try ReplicaStore.open(at: path, role: identity.role).identity == identity)
    }

    @Test func aNewerProgramsDatabaseIsRefused() throws {
        try ReplicaStore.create(at: path, as: Stores.hubIdentity).close()
        let newer = try DatabaseQueue(path: path)
        try newer.write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')") }
        try newer.close()
        #expect(throws: StoreError.newer(path: path)) { try ReplicaStore.open(at: path, role: .hub) }
    }

    @Test func whatAnEarlierAttemptLeftHalfMadeIsNoHindrance() throws {
        for name in ["branchline.sqlite.new", "branchline.sqlite.new-wal"] {
            try Data("half".utf8).write(to: URL(fileURLWithPath: directory.file(name)))
        }
        let made = try ReplicaStore.create(at: path, as: Stores.hubIdentity)
        #expect(try made.verify().isSound)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test func aBackupIsADatabaseOfItsOwn() throws {
        let store = try ReplicaStore.create(at: path, as: Stores.nodeIdentity(1))
        try store.edit(RecordID(0xA11), .set(.name, "Ann"))
        try store.backup(to: directory.file("copy.sqlite"))
        #expect(throws: StoreError.alreadyThere(path: directory.file("copy.sqlite"))) {
            try store.backup(to: directory.file("copy.sqlite"))
        }
        let copy = try ReplicaStore.open(at: directory.file("copy.sqlite"), role: .node)
        #expect(copy.digest == store.digest)
        #expect(try copy.verify().isSound)
    }

    @Test(arguments: [
        "UPDATE member SET name = 'Mallory'", "UPDATE member_tag SET tag = 'x'", "UPDATE sale SET net_minor = 1",
        "UPDATE lot SET earned = earned + 1", "DELETE FROM sale_line", "UPDATE op SET public_body = x'00'",
        "DELETE FROM op WHERE position = 2", "UPDATE meta SET value = zeroblob(16) WHERE key = 'digest'",
    ])
    func aChangeBehindTheStoresBackIsFound(_ tampering: String) throws {
        let store = try Stores.node(1)
        try store.edit(RecordID(0xA11), .set(.name, "Ann"), .add("vip", to: .tag))
        try store.sell(try Stores.sale(1, member: RecordID(0xA11)))
        #expect(try store.verify().isSound)
        try store.writeRare { try $0.execute(sql: tampering) }
        #expect(try !store.reopenedInMemory().verify().isSound)
    }

    @Test func aGapInWhatAnActorWroteIsFoundAtOpening() throws {
        let store = try Stores.node(1)
        for name in ["Ann", "Anne"] { try store.edit(RecordID(0xA11), .set(.name, name)) }
        try store.writeRare { try $0.execute(sql: "DELETE FROM op WHERE position = 1") }
        #expect(throws: StoreError.damaged("a gap in an actor's operations")) { try store.reopenedInMemory() }
    }
}
