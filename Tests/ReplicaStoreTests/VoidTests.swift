import Loyalty
import Replication
import Testing

@testable import ReplicaStore

/// What an operation replaced comes back at its origin when the hub declares it void.
@Suite struct VoidTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    @Test func headquartersWordFromABranchIsUndone() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, second, with: hub)
        try first.forge(try first.presumptuous("Forged", for: ann))
        #expect(try first.value(.name, of: ann) == "Forged")

        try Travel.exchange(first, second, with: hub)
        #expect(try hub.wholeLog().map(\.stamp.verdict) == [.ok, .void(.authority)])
        for store in [hub, first, second] { #expect(try store.values(.name, of: ann) == ["Ann"]) }
        #expect(try first.reader.member(ann)?.state.held == [])
        #expect(try second.reader.count(.operations) == 2)
        try expectAgreement(first, second, with: hub)
    }

    @Test func replacingWhatNobodyHasShownIsUndone() throws {
        try second.edit(ann, .set(.name, "Ann"))
        try Travel.push(second, to: hub)
        let unseen = try #require(try second.lastOperation).dot
        let slot = Slot(field: MemberField.name.rawValue)
        let edit = MemberEdit(
            member: ann, authority: .shop, author: "till", reason: nil,
            writes: [Write(slot: slot, value: Array("Bob".utf8), replaces: [unseen])])
        try first.forge(first.next(edit))

        try Travel.exchange(first, second, with: hub)
        #expect(try hub.wholeLog().map(\.stamp.verdict) == [.ok, .void(.replacesUnseen)])
        for store in [hub, first, second] { #expect(try store.values(.name, of: ann) == ["Ann"]) }
        try expectAgreement(first, second, with: hub)
    }

    @Test func aCrashBeforeTheVerdictForgetsNothing() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, with: hub)
        try first.forge(try first.presumptuous("Forged", for: ann))
        let again = try first.reopenedInMemory()
        try Travel.exchange(again, second, with: hub)
        #expect(try again.values(.name, of: ann) == ["Ann"])
        try expectAgreement(again, second, with: hub)
    }

    @Test func aLaterEditOfTheSameAuthorStaysBesideWhatComesBack() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, with: hub)
        try first.forge(try first.presumptuous("Forged", for: ann))
        try first.edit(ann, .set(.name, "Anne"))
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] { #expect(try store.values(.name, of: ann) == ["Ann", "Anne"]) }
        try expectAgreement(first, second, with: hub)
    }

    @Test func whatSomebodyElseHasReplacedMeanwhileDoesNotComeBack() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, second, with: hub)
        try first.forge(try first.presumptuous("Forged", for: ann))
        try second.edit(ann, .set(.name, "Anna"))
        try Travel.push(second, to: hub)
        try Travel.pull(first, from: hub)
        #expect(try first.values(.name, of: ann) == ["Anna", "Forged"])
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] { #expect(try store.values(.name, of: ann) == ["Anna"]) }
        try expectAgreement(first, second, with: hub)
    }

    @Test func aVoidCreationLeavesNothing() throws {
        try first.forge(try first.presumptuous("Nobody", for: ann))
        #expect(try first.reader.count(.members) == 1)
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] {
            #expect(try store.reader.member(ann) == nil)
            #expect(try store.reader.count(.members) == 0)
        }
        try expectAgreement(first, second, with: hub)
    }

    @Test func aClearedRecordIsNotListedWhileItsVerdictIsOpen() throws {
        try first.edit(ann, .set(.name, "Ann"))
        try Travel.exchange(first, second, with: hub)
        try first.edit(ann, .clear(.name))
        #expect(try first.reader.count(.members) == 0)
        try Travel.exchange(first, second, with: hub)
        #expect(try hub.reader.count(.members) == 0)
        try expectAgreement(first, second, with: hub)
    }

    @Test func phonesTagsAndLinksComeBackToo() throws {
        let bob = RecordID(0xB0B)
        try first.edit(ann, .set(.phone, "+8613800000001"), .add("vip", to: .tag))
        try Travel.exchange(first, second, with: hub)
        let phone = Slot(field: MemberField.phone.rawValue)
        let tag = Slot(field: MemberField.tag.rawValue, element: Array("vip".utf8))
        let link = Slot(field: MemberField.samePerson.rawValue, element: Array(bob.hexadecimal.utf8))
        let state = try #require(try first.reader.member(ann)).state
        let edit = MemberEdit(
            member: ann, authority: .headquarters, author: "till", reason: nil,
            writes: [
                Write(slot: phone, value: Array("+8613800000002".utf8), replaces: state.dots(in: phone)),
                Write(slot: tag, value: nil, replaces: state.dots(in: tag)),
                Write(slot: link, value: [], replaces: []),
            ])
        try first.forge(first.next(edit))
        #expect(try first.reader.members(kind: "phone", value: "+8613800000001") == [])
        #expect(try first.reader.person(of: ann) == [ann, bob])

        try Travel.exchange(first, second, with: hub)
        #expect(try first.reader.members(kind: "phone", value: "+8613800000001").map(\.id) == [ann])
        #expect(try first.reader.members(kind: "phone", value: "+8613800000002") == [])
        #expect(try first.reader.query("SELECT tag FROM member_tags", rowsMax: 9).rows == [["vip"]])
        #expect(try first.reader.person(of: ann) == [ann])
        try expectAgreement(first, second, with: hub)
    }
}
