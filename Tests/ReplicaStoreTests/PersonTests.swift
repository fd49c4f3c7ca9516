import GRDB
import Loyalty
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// Who is one person.
@Suite struct PersonTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func whoeverIsLinkedByOthersIsTheSamePerson(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let members = (1...12).map { RecordID(UInt128($0)) }
        let hub = try Stores.hub()
        for member in members { try hub.editAtHeadquarters(member, .set(.name, "M")) }
        var groups = members.map { Set([$0]) }
        for _ in 0..<random.below(10) {
            let first = random.below(members.count)
            let pair = [members[first], members[(first + 1 + random.below(members.count - 1)) % members.count]]
                .sorted()
            // A link is written at the lower one.
            try hub.editAtHeadquarters(pair[0], .add(pair[1].hexadecimal, to: .samePerson))
            let joined = groups.filter { !$0.isDisjoint(with: pair) }
            groups = groups.filter { $0.isDisjoint(with: pair) } + [joined.reduce(into: Set()) { $0.formUnion($1) }]
        }
        for group in groups {
            for member in group {
                #expect(try hub.reader.person(of: member) == group.sorted(), "seed \(seed)")
            }
        }
    }

    /// What a decision reads comes from one moment, and a question within a question is the same one.
    @Test func readingsShareASnapshot() throws {
        let directory = try TemporaryDirectory()
        let node = try ReplicaStore.create(at: directory.file("node.sqlite"), as: Stores.nodeIdentity(1))
        try node.edit(RecordID(1), .set(.name, "Ann"))
        let beside = try DatabaseQueue(path: directory.file("node.sqlite"))
        let names = try node.reading {
            let first = try node.member(RecordID(1))
            try beside.write { try $0.execute(sql: "UPDATE member SET name = 'Eve'") }
            return [first, try node.reading { try node.member(RecordID(1)) }].map { $0.value(.name) }
        }
        #expect(names == ["Ann", "Ann"])
        #expect(try node.member(RecordID(1)).value(.name) == "Eve")
    }

    @Test func whatIsDoneWhileReadingIsTakenBack() throws {
        struct Abandoned: Error {}
        let node = try Stores.node(1)
        #expect(throws: Abandoned.self) { try node.reading { throw Abandoned() } }
        try node.look { try $0.setMeta(.heardAt, .integer(1)) }
        #expect(try node.reopenedInMemory().heardAtMilliseconds == nil)
    }

    @Test func whenTheHubWasHeardIsKeptAcrossARestart() throws {
        let node = try Stores.node(1)
        #expect(node.heardAtMilliseconds == nil)
        try node.noteHeard(atMilliseconds: 1_700_000_000_000)
        #expect(node.heardAtMilliseconds == 1_700_000_000_000)
        #expect(try node.reopenedInMemory().heardAtMilliseconds == 1_700_000_000_000)
    }
}
