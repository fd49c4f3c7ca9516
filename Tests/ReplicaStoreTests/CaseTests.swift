import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// Cases come from the state, and stay open until somebody decides on exactly them.
@Suite struct CaseTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)
    let bob = RecordID(0xB0B)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    private func decide(_ open: Case, _ outcome: CaseDecision.Outcome) throws {
        let decision = CaseDecision(caseID: open.id, outcome: outcome, author: "hq", reason: "looked")
        _ = try hub.accept(
            [.init(operation: try hub.draft(decision, at: Stores.moment()), node: .hub)],
            nowMilliseconds: Stores.noon, toleranceMilliseconds: Stores.tolerance)
    }

    @Test func twoNamesAtOnceAreACaseUntilOneIsChosen() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, second, with: hub)
        try first.edit(ann, .set(.name, "Anne"))
        try second.edit(ann, .set(.name, "Anna"))
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] {
            #expect(try store.reader.openCases(limit: 9).map(\.kind) == ["member.field"])
        }
        try hub.editAtHeadquarters(ann, .set(.name, "Anne"))
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] { #expect(try store.reader.openCases(limit: 9) == []) }
        try expectAgreement(first, second, with: hub)
    }

    @Test func twoMembersWithOnePhoneAreACaseUntilTheyAreLinkedOrToldApart() throws {
        try first.edit(ann, .set(.phone, "+8613800000001"))
        try second.edit(bob, .set(.phone, "+8613800000001"))
        try Travel.exchange(first, second, with: hub)
        let open = try #require(try hub.reader.openCases(limit: 9).first)
        #expect(open.kind == "member.duplicate_phone")

        try decide(open, .distinct)
        #expect(try hub.reader.openCases(limit: 9) == [])
        let eve = RecordID(0xE7E)
        try first.edit(eve, .set(.phone, "+8613800000001"))
        try Travel.exchange(first, with: hub)
        #expect(try hub.reader.openCases(limit: 9).count == 1, "a third makes another case")

        try hub.editAtHeadquarters(ann, .add(bob.hexadecimal, to: .samePerson), .add(eve.hexadecimal, to: .samePerson))
        #expect(try hub.reader.openCases(limit: 9) == [])
    }

    @Test func decidedCasesDoNotHideLaterOnes() throws {
        for _ in 1...5 { try first.forge(try first.presumptuous("Forged", for: ann)) }
        try Travel.exchange(first, with: hub)
        for _ in 1...4 { try decide(try #require(try hub.reader.openCases(limit: 1).first), .acknowledged) }
        let last = Dot(first.identity.actor, 5)
        #expect(try hub.reader.openCases(limit: 2) == [Case(.judged(last, .void(.authority)))])
    }

    @Test func atMostAsManyAreGivenAsAreAskedFor() throws {
        for _ in 1...5 { try first.forge(try first.presumptuous("Forged", for: ann)) }
        try Travel.exchange(first, with: hub)
        #expect(try hub.reader.openCases(limit: 3).count == 3)
        #expect(try hub.reader.openCases(limit: 0) == [])
    }
}
