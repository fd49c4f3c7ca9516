import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// A story that is told to a hub and a branch, and what either must still know of it after every upgrade.
enum PriorStory {
    static let ann = RecordID(0xA11)
    static let bob = RecordID(0xB0B)
    static let token = Array(repeating: 3 as UInt8, count: 16)

    /// Also what the branch has not sent yet, and what the hub has not passed on.
    static func tell(hub: ReplicaStore, branch: ReplicaStore) throws {
        let other = try Stores.node(2)
        try hub.invite(token: token, branchCode: "001", branchName: "Harbour", expiresAtMilliseconds: Stores.noon)
        _ = try hub.enrol(token: token, publicKey: [1], nowMilliseconds: Stores.noon)
        try hub.invite(token: [4], branchCode: "003", branchName: "Hill", expiresAtMilliseconds: Stores.noon)
        _ = try branch.addTill("front", token: token, nowMilliseconds: Stores.noon)
        try branch.edit(ann, .set(.name, "Ann"), .set(.phone, "+8613800000001"), .add("vip", to: .tag))
        try branch.sell(try Stores.sale(1, member: ann, netMinor: [1_250, 99]))
        try Travel.exchange(branch, other, with: hub)
        try branch.edit(ann, .set(.name, "Anne"))
        try other.edit(ann, .set(.name, "Anna"))
        try other.edit(bob, .set(.name, "王芳"), .set(.phone, "+8613800000001"))
        try other.sell(try Stores.sale(2, netMinor: [500]))
        try branch.forge(try branch.presumptuous("Forged", for: ann))
        try branch.forge(
            branch.next(OperationKind(rawValue: "stamp.card"), audience: .chain, publicBody: [9, 0, 10]))
        try Travel.exchange(branch, other, with: hub)
        let hidden = CaseDecision(caseID: RecordID(0xCA5E), outcome: .distinct, author: "hq", reason: "two people")
        _ = try hub.accept(
            [.init(operation: try hub.draft(hidden, at: Stores.moment()), node: .hub)], nowMilliseconds: Stores.noon,
            toleranceMilliseconds: Stores.tolerance)
        try hub.noteProgress([NodeID(1): branch.cursor?.sequence ?? 0], nowMilliseconds: Stores.noon)
        try hub.editAtHeadquarters(bob, .set(.remark, "asks for a bag"))
        try branch.edit(bob, .add("new", to: .tag))
        try branch.sell(try Stores.sale(3, member: bob, netMinor: [700]))
        try branch.noteIncident("test", detail: "told", nowMilliseconds: Stores.noon)
    }

    static func expectToldHub(_ hub: ReplicaStore) throws {
        #expect(hub.identity == Stores.hubIdentity)
        #expect(hub.head == 10)
        #expect(try hub.values(.name, of: ann) == ["Anna", "Anne"])
        #expect(try hub.value(.remark, of: bob) == "asks for a bag")
        #expect(try hub.reader.members(kind: "phone", value: "+8613800000001").map(\.id) == [ann, bob])
        #expect(try hub.reader.earned(by: ann) == (13, 1))
        #expect(try hub.reader.count(.sales) == 2)
        #expect(
            try hub.reader.openCases(limit: 9).map(\.kind)
                == ["member.field", "member.duplicate_phone", "operation.judged"])
        #expect(try hub.reader.query("SELECT reason FROM decisions", rowsMax: 9).rows == [["two people"]])
        #expect(try hub.roster().map(\.appliedPosition) == [8])
        #expect(throws: ReplicaStore.InvitationFault.used) {
            try hub.enrol(token: token, publicKey: [2], nowMilliseconds: Stores.noon)
        }
        #expect(try hub.enrol(token: [4], publicKey: [2], nowMilliseconds: Stores.noon).node == NodeID(2))
    }

    static func expectToldBranch(_ branch: ReplicaStore) throws {
        #expect(branch.identity == Stores.nodeIdentity(1))
        #expect(branch.cursor == HubPosition(epoch: Stores.epoch, sequence: 8))
        #expect(try branch.values(.name, of: ann) == ["Anna", "Anne"])
        #expect(try branch.reader.member(bob)?.elements(.tag) == ["new"])
        #expect(try branch.reader.count(.sales) == 2)
        #expect(try branch.reader.count(.operations) == 9)
        #expect(try branch.waiting().operations == 7)
        #expect(try branch.reader.till(withToken: token) == "front")
        #expect(try branch.incidents(limit: 9).map(\.detail) == ["told"])
    }

    /// The two go on from where they were.
    static func expectTheyGoOn(hub: ReplicaStore, branch: ReplicaStore) throws {
        try branch.sell(try Stores.sale(4, member: ann, netMinor: [100]))
        try Travel.exchange(branch, with: hub)
        try hub.editAtHeadquarters(ann, .set(.name, "Anna"))
        try Travel.exchange(branch, with: hub)
        #expect(try branch.values(.name, of: ann) == ["Anna"])
        #expect(try hub.reader.member(bob)?.elements(.tag) == ["new"])
        #expect(try hub.reader.count(.sales) == 4)
        try expectAgreement(branch, with: hub)
    }
}
