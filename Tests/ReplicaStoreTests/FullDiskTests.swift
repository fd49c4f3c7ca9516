import Digests
import GRDB
import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// When no page can be added, a transaction is refused whole, and work goes on when there is room again.
@Suite struct FullDiskTests {
    let directory: TemporaryDirectory
    let ann = RecordID(0xA11)

    init() throws { directory = try TemporaryDirectory() }

    private func leave(pages: Int, to store: ReplicaStore) throws {
        try store.read { database in
            let used = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let granted = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(used + pages)")
            #expect(granted == used + pages)
        }
    }

    private func long(_ number: Int) throws -> Sale {
        try Stores.sale(UInt128(number), member: ann, netMinor: Array(repeating: 700, count: 60))
    }

    @Test func aSaleThatFindsNoRoomIsNotRecordedAndCanBeRepeated() throws {
        let store = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        try store.edit(ann, .set(.name, "Ann"))
        try leave(pages: 8, to: store)
        var recorded: [Sale] = []
        let error = #expect(throws: StoreError.self) {
            for number in 1...1_000 {
                try store.sell(try long(number))
                recorded.append(try long(number))
            }
        }
        #expect(error == .full)
        #expect(!recorded.isEmpty)
        #expect(try Totals(store) == Totals(recorded))
        #expect(store.actorState(store.identity.actor)?.lastSequence == UInt64(recorded.count + 1))
        #expect(throws: StoreError.full) { try store.sell(try long(recorded.count + 1)) }
        #expect(try store.verify().isSound)

        try leave(pages: 1_000, to: store)
        try store.sell(try long(recorded.count + 1))
        #expect(try Totals(store) == Totals(recorded + [try long(recorded.count + 1)]))
        store.close()
        #expect(try ReplicaStore.open(at: directory.file("node.sqlite"), role: .node).verify().isSound)
    }

    @Test func aBatchThatFindsNoRoomIsLeftOutWholeAtTheHub() throws {
        let node = try Stores.node(1)
        for number in 1...40 { try node.sell(try long(number)) }
        let hub = try ReplicaStore.create(at: directory.file("hub.sqlite"), as: Stores.hubIdentity)
        try leave(pages: 3, to: hub)
        #expect(throws: StoreError.full) { try Travel.push(node, to: hub) }
        #expect(hub.head == 0)
        #expect(hub.actorState(node.identity.actor) == nil)
        #expect(try Totals(hub) == Totals([]))

        try leave(pages: 1_000, to: hub)
        try Travel.exchange(node, with: hub)
        #expect(try Totals(hub) == Totals(node))
        try expectAgreement(node, with: hub)
    }

    @Test func aDownloadThatFindsNoRoomLeavesTheCursorWhereItIs() throws {
        let hub = try Stores.hub()
        let node = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        for number in 1...200 {
            let remark = String(repeating: "r", count: 1_000)
            try hub.editAtHeadquarters(RecordID(UInt128(number)), .set(.name, "N"), .set(.remark, remark))
        }
        try leave(pages: 5, to: node)
        #expect(throws: StoreError.full) { try Travel.pull(node, from: hub) }
        #expect(node.cursor == nil)
        #expect(try node.reader.count(.members) == 0)
        #expect(node.digest.sum == 0)

        try leave(pages: 10_000, to: node)
        try Travel.pull(node, from: hub)
        try expectAgreement(node, with: hub)
    }

    @Test func theRareTablesSayTheSame() throws {
        let hub = try ReplicaStore.create(at: directory.file("hub.sqlite"), as: Stores.hubIdentity)
        try leave(pages: 0, to: hub)
        let error = #expect(throws: StoreError.self) {
            for number in 0..<10_000 {
                try hub.noteIncident(
                    "test", detail: String(repeating: "x", count: 500), nowMilliseconds: UInt64(number))
            }
        }
        #expect(error == .full)
    }
}
