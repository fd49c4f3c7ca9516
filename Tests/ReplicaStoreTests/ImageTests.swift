import Digests
import Foundation
import GRDB
import Loyalty
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// A database instead of the log: the same records and books, nothing of the hub's own, nothing of the node's lost.
@Suite struct ImageTests {
    /// Takes an image as a line brings it.
    @discardableResult
    static func begin(_ node: ReplicaStore, from hub: ReplicaStore) throws -> ReplicaImage {
        let (image, bytes) = try hub.makeImageInMemory()
        try stage(image, bytes, at: node)
        try tellAhead(node, hub, through: image.position.sequence)
        try node.adoptStagedImage()
        return image
    }

    private static func stage(_ image: ReplicaImage, _ bytes: [UInt8], at node: ReplicaStore) throws {
        var staged = try node.stage(image)
        while !staged.isWhole {
            let part = bytes[Int(staged.received)..<min(Int(staged.received) + 50_000, bytes.count)]
            try node.append(toStagedImage: Array(part))
            staged = try node.stage(image)
        }
    }

    /// What the hub has for this node alone.
    private static func tellAhead(_ node: ReplicaStore, _ hub: ReplicaStore, through end: UInt64) throws {
        let entries = try hub.entriesBesideImage(
            for: node.identity.node, own: [node.identity.actor], after: node.cursor?.sequence ?? 0, through: end,
            atMost: .max
        ).entries
        try node.applyAhead(
            Travel.deliveries(of: entries, to: node), nowMilliseconds: Stores.noon,
            toleranceMilliseconds: Stores.tolerance)
    }

    // MARK: The law

    /// Every table by its business keys: places in the log and numbers of actors are each file's own.
    private static let tables = [
        "SELECT id, \(MemberColumns.registers.map(\.name).joined(separator: ", ")), contested FROM member ORDER BY id",
        "SELECT * FROM member_tag ORDER BY tag, member", "SELECT * FROM member_identity ORDER BY kind, key, member",
        "SELECT * FROM member_link ORDER BY a, b", "SELECT value FROM meta WHERE key = 'digest'",
        "SELECT * FROM lot ORDER BY id", "SELECT * FROM lot_right ORDER BY lot, holder",
        """
        SELECT category, code, revision, public_body FROM programme JOIN op USING (position)
        ORDER BY category, code, revision
        """,
        """
        SELECT id, definition, definition_revision, member, code, valid_from, valid_to, uses, home, is_void, is_closed
        FROM coupon ORDER BY id
        """,
        """
        SELECT hub_sequence, member, tier, until, is_provisional FROM tier_change JOIN op USING (position)
        ORDER BY hub_sequence
        """,
        "SELECT id FROM business ORDER BY id", "SELECT id, net_minor FROM sale ORDER BY id",
        "SELECT actor.id, last_sequence FROM actor WHERE last_sequence > 0 ORDER BY id",
    ]

    private static func expectEqual(_ node: ReplicaStore, _ other: ReplicaStore, _ name: String) throws {
        for sql in tables {
            let (rows, others) = (
                try node.read { try Row.fetchAll($0, sql: sql) }, try other.read { try Row.fetchAll($0, sql: sql) }
            )
            // A node by the log knows of others' actors only as far as their words are for it.
            guard !sql.contains("FROM actor") else { continue }
            #expect(rows == others, "\(name): \(sql)")
        }
        for id in try node.read({ try Data.fetchAll($0, sql: "SELECT id FROM member") }) {
            let record = RecordID(UInt128(bigEndianBytes: id))
            #expect(try node.reader.member(record) == other.reader.member(record), "\(name)")
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func whoBeginsWithAnImageIsWhoHasReadTheLog(seed: UInt64) throws {
        let world = try LedgerWorld(seed: seed)
        try world.run(steps: 120)
        for old in world.nodes {
            // The same machine, once with all that it has heard, once with only what it has written.
            let reader = try Stores.node(77)
            try Travel.pull(reader, from: world.hub)
            let beginner = try Stores.node(77)
            try Self.begin(beginner, from: world.hub)
            try Self.expectEqual(beginner, reader, "seed \(seed)")
            #expect(beginner.cursor == reader.cursor)
            #expect(beginner.digest == world.hub.digest)
            let verification = try beginner.verify()
            #expect(verification.isSound, "seed \(seed): \(verification)")
            // A node with a history of its own puts the image in the place of its records.
            let before = try old.lots()
            try Self.begin(old, from: world.hub)
            #expect(try old.lots().filter { !$0.rights.isEmpty } == before.filter { !$0.rights.isEmpty })
            #expect(try old.verify().isSound, "seed \(seed), node \(old.identity.node.value)")
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func recordsWithConflictsComeWithTheirClocks(seed: UInt64) throws {
        let world = try StoreWorld(seed: seed)
        try world.run(steps: 150)
        let reader = try Stores.node(77)
        try Travel.pull(reader, from: world.hub)
        let beginner = try Stores.node(77)
        try Self.begin(beginner, from: world.hub)
        try Self.expectEqual(beginner, reader, "seed \(seed)")
        try expectAgreement(beginner, reader, with: world.hub)
    }

    // MARK: Own work

    @Test func whatWasWrittenBeforeTheFirstContactIsKept() throws {
        let (hub, node, other) = (try Stores.hub(), try Stores.node(1), try Stores.node(2))
        let (ana, bo) = (RecordID(1), RecordID(2))
        try hub.editAtHeadquarters(ana, .set(.name, "Ana"))
        try node.edit(bo, .set(.name, "Bo"))
        try node.sell(Stores.sale(9, member: bo))
        try Self.begin(node, from: hub)
        #expect(try node.value(.name, of: ana) == "Ana")
        #expect(try node.value(.name, of: bo) == "Bo")
        #expect(try node.reader.sale(RecordID(9)) != nil)
        #expect(try node.waiting().operations == 2)
        try Travel.exchange(node, other, with: hub)
        #expect(try other.value(.name, of: bo) == "Bo")
        try expectAgreement(node, other, with: hub)
    }

    @Test func ownEditsThatOthersHaveReplacedStayReplaced() throws {
        let (hub, node, other) = (try Stores.hub(), try Stores.node(1), try Stores.node(2))
        let ana = RecordID(1)
        try node.edit(ana, .set(.name, "Ana"))
        try Travel.push(node, to: hub)
        try Travel.pull(other, from: hub)
        try other.edit(ana, .set(.name, "Ana Lima"))
        try Travel.push(other, to: hub)
        // The node has heard nothing of all this, not even the stamp on its own edit.
        try Self.begin(node, from: hub)
        #expect(try node.values(.name, of: ana) == ["Ana Lima"])
        #expect(try node.isEverythingStamped())
        try expectAgreement(node, with: hub)
    }

    @Test func tillsAndKeysStay() throws {
        let (hub, node) = (try Stores.hub(), try Stores.node(1))
        _ = try node.addTill("till-1", token: [1, 2, 3], nowMilliseconds: 1)
        try node.noteSealKey([7])
        try Self.begin(node, from: hub)
        #expect(try node.sealKey() == [7])
        #expect(try node.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM till") } == 1)
        #expect(node.identity == Stores.nodeIdentity(1))
    }

    // MARK: What is not taken

    @Test func anImageThatIsNotWhatWasAnnouncedIsNotTaken() throws {
        let (hub, node) = (try Stores.hub(), try Stores.node(1))
        try hub.editAtHeadquarters(RecordID(1), .set(.name, "Ana"))
        var (image, bytes) = try hub.makeImageInMemory()
        bytes[bytes.count / 2] ^= 1
        try Self.stage(image, bytes, at: node)
        #expect(throws: ImageFault.hash) { try node.adoptStagedImage() }
        #expect(node.cursor == nil)
        (image, bytes) = try hub.makeImageInMemory()
        let further = ReplicaImage(
            position: HubPosition(epoch: image.position.epoch, sequence: 99), format: image.format,
            bytes: image.bytes, hash: image.hash)
        try Self.stage(further, bytes, at: node)
        #expect(throws: ImageFault.foreign("another place in the log")) { try node.adoptStagedImage() }
        #expect(try node.verify().isSound)
    }

    @Test(arguments: [
        "INSERT INTO incident VALUES (1, 1, 'a', 'b')",
        "CREATE TRIGGER t AFTER INSERT ON member BEGIN DELETE FROM op; END",
        "CREATE TABLE more (a)", "INSERT INTO meta VALUES ('actor', x'00')",
        "INSERT INTO actor VALUES (99, randomblob(16), 0, 1, zeroblob(32), 0, zeroblob(32))",
    ])
    func whatHasNoPlaceInAnImageIsRefused(sql: String) throws {
        let (hub, node) = (try Stores.hub(), try Stores.node(1))
        let (image, bytes) = try hub.makeImageInMemory()
        let queue = try DatabaseQueue()
        let changed = try queue.writeWithoutTransaction { database in
            try database.load(bytes, as: "main")
            try database.execute(sql: sql)
            return try database.bytes(of: "main")
        }
        let other = ReplicaImage(
            position: image.position, format: image.format, bytes: UInt64(changed.count),
            hash: Digest256(of: changed))
        try Self.stage(other, changed, at: node)
        #expect { try node.adoptStagedImage() } throws: { error in
            guard case ImageFault.foreign = error else { return false }
            return true
        }
        #expect(node.cursor == nil)
    }

    @Test func anOlderImageDoesNotTakeANodeBack() throws {
        let (hub, node) = (try Stores.hub(), try Stores.node(1))
        try hub.editAtHeadquarters(RecordID(1), .set(.name, "Ana"))
        let (image, bytes) = try hub.makeImageInMemory()
        try hub.editAtHeadquarters(RecordID(2), .set(.name, "Bo"))
        try Travel.pull(node, from: hub)
        try Self.stage(image, bytes, at: node)
        #expect(throws: ImageFault.behind) { try node.adoptStagedImage() }
    }

    @Test func nothingOfTheHubsOwnIsInAnImage() throws {
        let hub = try Stores.hub()
        try hub.invite(token: [1], branchCode: "017", branchName: "Station Road", expiresAtMilliseconds: .max >> 2)
        _ = try hub.enrol(token: [1], publicKey: [9, 9], nowMilliseconds: 1)
        _ = try hub.couponSealSeed(orMadeOf: [UInt8](repeating: 0xEE, count: 32))
        let bytes = try hub.makeImageInMemory().bytes
        for secret in [Stores.lookupKey, [UInt8](repeating: 0xEE, count: 32), Array("Station Road".utf8)] {
            #expect(bytes.firstRange(of: secret) == nil)
        }
    }

    // MARK: Files

    private struct Pair {
        let hub: ReplicaStore
        let node: ReplicaStore
        let folder: TemporaryDirectory

        init(members: UInt128) throws {
            folder = try TemporaryDirectory()
            hub = try ReplicaStore.create(at: folder.file("hub.sqlite"), as: Stores.hubIdentity)
            node = try ReplicaStore.create(at: folder.file("node.sqlite"), as: Stores.nodeIdentity(1))
            for id in 1...members { try hub.editAtHeadquarters(RecordID(id), .set(.name, "Member \(id)")) }
        }

        func image() throws -> (ReplicaImage, [UInt8]) {
            let image = try hub.reader.makeImage(at: folder.file("image.sqlite"))
            return (image, try ImageFile(path: folder.file("image.sqlite")).read(at: 0, count: Int(image.bytes)))
        }

        var names: [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("node") }.sorted())
                ?? []
        }
    }

    @Test func aFileTakesTheOthersPlaceUnderItsReaders() throws {
        let pair = try Pair(members: 50)
        let (image, bytes) = try pair.image()
        let reader = pair.node.reader
        #expect(try reader.count(.members) == 0)
        try pair.node.edit(RecordID(99), .set(.name, "Own"))
        try ImageTests.stage(image, bytes, at: pair.node)
        try pair.node.adoptStagedImage()
        #expect(try reader.count(.members) == 51, "the readers look into the new one")
        #expect(!pair.names.contains { $0.contains(".image-") })
        let durability = try pair.node.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(durability == 2)
        pair.node.close()
        let again = try ReplicaStore.open(at: pair.folder.file("node.sqlite"), role: .node)
        #expect(again.cursor == image.position)
        #expect(try again.verify().isSound)
        try Travel.exchange(again, with: pair.hub)
        try expectAgreement(again, with: pair.hub)
    }

    @Test func theHubWritesWhileAnImageIsMade() throws {
        let pair = try Pair(members: 3)
        let writer = try DatabaseQueue(path: pair.folder.file("hub.sqlite"))
        try writer.inTransaction(.immediate) { _ in
            let (image, _) = try pair.image()
            #expect(image.position.sequence == pair.hub.head)
            return .rollback
        }
    }

    @Test func anotherProcessGoesOnWithWhatHasCome() throws {
        let pair = try Pair(members: 5)
        let (image, bytes) = try pair.image()
        let path = pair.folder.file("second.sqlite")
        try Self.receiveBeginning(of: image, bytes, path)
        let next = try ReplicaStore.open(at: path, role: .node)
        #expect(try next.stage(image).received == 100_000)
        try next.append(toStagedImage: Array(bytes.dropFirst(100_000)))
        try next.adoptStagedImage()
        #expect(try next.reader.count(.members) == 5)
    }

    /// The first process is gone, with all its connections, when this returns.
    private static func receiveBeginning(of image: ReplicaImage, _ bytes: [UInt8], _ path: String) throws {
        let first = try ReplicaStore.create(at: path, as: Stores.nodeIdentity(2))
        _ = try first.stage(image)
        try first.append(toStagedImage: Array(bytes.prefix(100_000)))
        first.close()
    }

    @Test func theNamesOfOldImagesAreRemoved() throws {
        let pair = try Pair(members: 1)
        let first = try pair.image()
        _ = try pair.node.stage(first.0)
        try pair.hub.editAtHeadquarters(RecordID(7), .set(.name, "More"))
        let second = try pair.image()
        pair.node.close()
        let next = try ReplicaStore.open(at: pair.folder.file("node.sqlite"), role: .node)
        #expect(try next.stage(second.0).received == 0)
        #expect(pair.names.filter { $0.contains(".image-") }.count == 1)
    }

    @Test func whatWasHereIsKeptAsEvidence() throws {
        let pair = try Pair(members: 3)
        try pair.node.edit(RecordID(99), .set(.name, "Own"))
        let (image, bytes) = try pair.image()
        try ImageTests.stage(image, bytes, at: pair.node)
        let evidence = pair.folder.file("node.sqlite.evidence")
        try pair.node.adoptStagedImage(keepingOldAs: evidence)
        let old = try ReplicaStore.open(at: evidence, role: .node)
        #expect(try old.reader.count(.members) == 1)
        #expect(try pair.node.reader.count(.members) == 4)
    }

    @Test func aDatabaseThatSomebodyElseHasOpenIsNotReplaced() throws {
        let pair = try Pair(members: 3)
        let (image, bytes) = try pair.image()
        try ImageTests.stage(image, bytes, at: pair.node)
        let shell = try DatabasePool(path: pair.folder.file("node.sqlite"))
        _ = try shell.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM op") }
        #expect(throws: ImageFault.inUse) { try pair.node.adoptStagedImage() }
        try pair.node.edit(RecordID(99), .set(.name, "Goes on"))
        try shell.close()
        try pair.node.adoptStagedImage()
        #expect(try pair.node.reader.count(.members) == 4)
    }

    #if DEBUG
        @Test(arguments: [Interruption.Moment.beforeCommit, .afterCommit])
        func aCrashLeavesTheOldOrTheNew(moment: Interruption.Moment) throws {
            let (hub, node) = (try Stores.hub(), try Stores.node(1))
            try hub.editAtHeadquarters(RecordID(1), .set(.name, "Ana"))
            try node.edit(RecordID(2), .set(.name, "Bo"))
            let (image, bytes) = try hub.makeImageInMemory()
            try Self.stage(image, bytes, at: node)
            node.faults.interruption = Interruption(moment, afterTransactions: 0)
            #expect(throws: Interruption.self) { try node.adoptStagedImage() }
            let again = try node.reopenedInMemory()
            #expect(again.cursor == (moment == .beforeCommit ? nil : image.position))
            #expect(try again.value(.name, of: RecordID(2)) == "Bo")
            #expect(try again.verify().isSound)
            if moment == .beforeCommit { try again.adoptStagedImage() }
            #expect(try again.value(.name, of: RecordID(1)) == "Ana")
        }
    #endif
}
