import Loyalty
import Replication
import Testing

@Suite struct CaseTests {
    private let ann = Cell.cell(.name, "Ann", actor: 1)
    private let bea = Cell.cell(.name, "Bea", actor: 2)
    private let eve = Cell.cell(.name, "Eve", actor: 3)

    private func field(_ siblings: [Cell], member: UInt128 = 7, _ field: MemberField = .name) -> Case {
        Case(.field(member: RecordID(member), field, siblings: siblings))
    }

    private func identity(_ members: [UInt128], kind: String = "phone", key: UInt128 = 5) -> Case {
        Case(.sameIdentity(kind: kind, key: key, members: members.map(RecordID.init(_:))))
    }

    @Test func aContestedFieldIsACaseWithAllItsSiblings() throws {
        let member = Member.of(ann, bea, .cell(.remark, "x", actor: 1), .cell(.remark, "y", actor: 2))
        let found = try #require(member.fieldCases.first)
        #expect(member.fieldCases.count == 1)
        #expect(found.subject == .field(member: RecordID(7), .name, siblings: [ann, bea]))
    }

    @Test func sameStateSameCase() {
        #expect(field([ann, bea]).id == field([bea, ann]).id)
        #expect(identity([3, 1, 2]).id == identity([1, 2, 3]).id)
        let dot = Dot(ActorID(1), 4)
        #expect(Case(.judged(dot, .void(.authority))).id == Case(.judged(dot, .flagged(.clockAhead))).id)
    }

    /// Replicas of different versions must agree: an id never changes.
    @Test func idsAreFixed() {
        #expect(field([ann, bea]).id == RecordID(0x15939ff20c3fffc97a76368da42690f4))
        #expect(identity([1, 2]).id == RecordID(0xf5bab3e1b3b9df0b863ac0b19a108dff))
        #expect(Case(.judged(Dot(ActorID(1), 4), .void(.authority))).id == RecordID(0x2278785897fc53e013f94202166a5e3f))
    }

    @Test func aSiblingOrAMemberMoreIsAnotherCase() {
        let cases =
            [
                field([ann, bea]), field([ann, eve]), field([ann, bea, eve]), field([ann, bea], member: 8),
                field([ann, bea], .phone), identity([1, 2]), identity([1, 3]), identity([1, 2, 3]),
                identity([1, 2], kind: "card"), identity([1, 2], key: 6), Case(.judged(Dot(ActorID(1), 1), .ok)),
                Case(.judged(Dot(ActorID(1), 2), .ok)), Case(.judged(Dot(ActorID(2), 1), .ok)),
            ] + ledgerCases
        #expect(Set(cases.map(\.id)).count == cases.count)
    }

    private var ledgerCases: [Case] {
        let (one, two) = ([Dot(ActorID(1), 1)], [Dot(ActorID(1), 1), Dot(ActorID(2), 1)])
        return [one, two].flatMap { dots in
            [
                Case(.overLimit(member: RecordID(1), definition: "tea", by: dots)),
                Case(.overLimit(member: RecordID(2), definition: "tea", by: dots)),
                Case(.overLimit(member: RecordID(1), definition: "soap", by: dots)),
                Case(.overLoss(definition: "tea", by: dots)),
                Case(.tierDisputed(member: RecordID(1), tier: "tea", by: dots)),
                Case(.redeemedAgain(coupon: RecordID(1), by: dots)),
            ]
        }
    }

    @Test func kindsAreStableNames() {
        #expect(Set(ledgerCases.map(\.kind)) == ["coupon.over_limit", "tier.disputed", "coupon.double_redemption"])
        #expect(Case(.judged(Dot(ActorID(1), 1), .flagged(.couponVoid))).kind == "coupon.redeemed_void")
        #expect(field([ann, bea]).kind == "member.field")
        #expect(identity([1, 2]).kind == "member.duplicate_phone")
        #expect(identity([1, 2], kind: "card").kind == "member.duplicate_card")
        #expect(Case(.judged(Dot(ActorID(1), 1), .ok)).kind == "operation.judged")
    }

    @Test func aLookupKeyDependsOnKindValueAndSecret() {
        let key = LookupKey.of(kind: "phone", value: "+8613800138000", secret: [1, 2, 3])
        #expect(key == LookupKey.of(kind: "phone", value: "+8613800138000", secret: [1, 2, 3]))
        #expect(key != LookupKey.of(kind: "card", value: "+8613800138000", secret: [1, 2, 3]))
        #expect(key != LookupKey.of(kind: "phone", value: "+8613800138001", secret: [1, 2, 3]))
        #expect(key != LookupKey.of(kind: "phone", value: "+8613800138000", secret: [1, 2, 4]))
    }
}
