import Foundation
import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Readers and the engine do not wait for one another.
@Suite struct ReadingTests {
    let directory: TemporaryDirectory
    let ann = RecordID(0xA11)

    init() throws { directory = try TemporaryDirectory() }

    @Test func aReaderSeesTheStateBeforeAWriteThatIsUnderWay() throws {
        let store = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        try store.edit(ann, .set(.name, "Ann"))
        let seen = try store.write { transaction in
            try transaction.statements.run(.addTag, [.text("vip"), .identifier(ann.value)])
            return try store.reader.query("SELECT (SELECT count(*) FROM member_tags), name FROM members", rowsMax: 9)
                .rows
        }
        #expect(seen == [["0", "Ann"]])
        #expect(try store.reader.query("SELECT tag FROM member_tags", rowsMax: 9).rows == [["vip"]])
    }

    @Test func theEngineGoesOnWhileQueriesHoldEveryReader() throws {
        let hub = try Stores.hub()
        let store = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        let held = HeldReaders(of: store.reader, count: store.database.configuration.maximumReaderCount)
        let request = EditRequest(member: ann, creates: true, author: "till", changes: [.set(.name, "Ann")])
        #expect(try store.edit(request, at: Stores.moment()) != .unchanged(Member(id: ann, state: RecordState())))
        try store.sell(try Stores.sale(1, member: ann))
        try Travel.exchange(store, with: hub)
        #expect(store.digest == hub.digest)
        #expect(try store.isEverythingStamped())
        #expect(try store.waiting().operations == 2)
        #expect(try store.tills() == [])
        #expect(held.areHeld, "the engine had to wait until the queries gave up")
        held.release()
    }
}

/// Threads that sit on a reader each until they are told to go, or for ten seconds.
private final class HeldReaders: Sendable {
    private let started = DispatchSemaphore(value: 0)
    private let leave = DispatchSemaphore(value: 0)
    private let left = DispatchGroup()
    private let count: Int

    init(of reader: ReplicaReader, count: Int) {
        self.count = count
        for _ in 0..<count {
            left.enter()
            Thread.detachNewThread { [started, leave, left] in
                try? reader.database.read { database in
                    _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM op")
                    started.signal()
                    _ = leave.wait(timeout: .now() + 10)
                }
                left.leave()
            }
        }
        for _ in 0..<count { started.wait() }
    }

    var areHeld: Bool { left.wait(timeout: .now()) == .timedOut }

    func release() {
        for _ in 0..<count { leave.signal() }
        left.wait()
    }
}
