import Loyalty
import Replication
import Testing

@Suite struct EditRequestTests {
    private let ann = Cell.cell(.name, "Ann", actor: 1)
    private let bea = Cell.cell(.name, "Bea", actor: 2)

    private func edit(
        of current: Member, creates: Bool = false, _ changes: EditRequest.Change...
    ) throws(EditRefusal) -> [Write]? {
        try EditRequest(member: RecordID(7), creates: creates, author: "till 1", changes: changes)
            .edit(of: current, as: .shop)?.writes
    }

    @Test func anEditReplacesAllThatIsLive() throws {
        let member = Member.of(ann, bea)
        #expect(try edit(of: member, .set(.name, "Eve")) == [.set(.name, "Eve", replacing: [ann.dot, bea.dot])])
        #expect(try edit(of: member, .clear(.name)) == [.clear(.name, replacing: [ann.dot, bea.dot])])
    }

    @Test func oneOfTheSiblingsMayBeChosen() throws {
        #expect(
            try edit(of: .of(ann, bea), .set(.name, "Ann", seen: [bea.dot, ann.dot]))
                == [.set(.name, "Ann", replacing: [ann.dot, bea.dot])])
    }

    @Test func whatIsAlreadySoIsNotWrittenAgain() throws {
        let member = Member.of(ann, .element("vip", of: .tag, actor: 1))
        #expect(try edit(of: member, .set(.name, "Ann"), .add("vip", to: .tag)) == nil)
        #expect(try edit(of: member, .clear(.email), .remove("new", from: .tag)) == nil)
    }

    @Test func anEditOfWhatIsNoLongerOnTheScreenIsStale() {
        let member = Member.of(ann, bea)
        #expect(throws: EditRefusal.stale([.name])) { try edit(of: member, .set(.name, "Eve", seen: [ann.dot])) }
        #expect(throws: EditRefusal.stale([.name])) { try edit(of: member, .set(.name, "Ann", seen: [])) }
        #expect(throws: EditRefusal.stale([.phone])) {
            try edit(of: member, .set(.frozen, "yes", seen: []), .clear(.phone, seen: [Dot(ActorID(1), 1)]))
        }
    }

    @Test func aMemberIsCreatedOnce() throws {
        let nobody = Member(id: RecordID(7), state: RecordState())
        #expect(try edit(of: nobody, creates: true, .set(.name, "Ann")) == [.set(.name, "Ann")])
        #expect(try edit(of: .of(ann), creates: true, .set(.name, "Bea")) == nil)
        #expect(throws: EditRefusal.unknownMember) { try edit(of: nobody, .set(.name, "Ann")) }
    }

    @Test func anEditIsCheckedBeforeItIsWritten() {
        #expect(throws: EditRefusal.fault(.badValue(.phone))) { try edit(of: .of(ann), .set(.phone, "12345")) }
        #expect(throws: EditRefusal.fault(.slotTwice(.name))) {
            try edit(of: .of(ann), .set(.name, "Bea"), .set(.name, "Eve"))
        }
    }
}
