import Loyalty
import Replication
import Testing

@Suite struct MemberEditRulesTests {
    private static let dot = Dot(ActorID(1), 1)

    @Test(
        arguments: [
            .of(.set(.name, "王芳"), .set(.phone, "+8613800138000"), .set(.birthday, "--02-29")),
            .of(.clear(.email, replacing: [dot])),
            .of(.add("vip", to: .tag), .add("常客", to: .tag), .remove("new", from: .tag, replacing: [dot])),
            .of(.add("card:6001", to: .identity)),
            .of(.add("00000000000000000000000000000008", to: .samePerson)),
            .of(
                .set(.frozen, "yes"), author: String(repeating: "柜", count: 64),
                reason: String(repeating: "r", count: 256)),
        ] as [MemberEdit])
    func soundEdits(edit: MemberEdit) { #expect(throws: Never.self) { try edit.check() } }

    @Test(
        arguments: [
            (.of(), .nothingWritten),
            (.of(.set(.frozen, "yes"), author: String(repeating: "a", count: 65)), .textTooLong),
            (.of(.set(.frozen, "yes"), reason: String(repeating: "a", count: 257)), .textTooLong),
            (.of(Write(slot: Slot(field: 18), value: [], replaces: [])), .unknownField(18)),
            (.of(Write(slot: Slot(field: 0), value: [], replaces: [])), .unknownField(0)),
            (.of(.add("x", to: .name)), .notASet(.name)),
            (.of(.set(.tag, "vip")), .elementMissing(.tag)),
            (.of(.set(.phone, "13800138000")), .badValue(.phone)),
            (.of(.set(.name, "")), .badValue(.name)),
            (.of(Write(slot: Slot(field: MemberField.name.rawValue), value: [0xff], replaces: [])), .badValue(.name)),
            (
                .of(Write(slot: Slot(field: MemberField.tag.rawValue, element: [0xff]), value: [], replaces: [])),
                .badValue(.tag)
            ),
            (
                .of(Write(slot: Slot(field: MemberField.tag.rawValue, element: [0x61]), value: [0x62], replaces: [])),
                .badValue(.tag)
            ),
            (.of(.add(" vip", to: .tag)), .badValue(.tag)),
            (.of(.clear(.email, replacing: [])), .valueMissing(.email)),
            (.of(.remove("vip", from: .tag, replacing: [])), .valueMissing(.tag)),
            (.of(.set(.name, "Ann"), .set(.name, "Bea")), .slotTwice(.name)),
            (.of(.add("vip", to: .tag), .remove("vip", from: .tag, replacing: [dot])), .slotTwice(.tag)),
            (
                .of(.set(.name, "Ann", replacing: (1...257).map { Dot(ActorID(1), $0) })),
                .tooManyReplaced(.name, limit: MemberEdit.replacesMax)
            ),
            // A link stands at the lower of its two members, and nobody is linked to themselves.
            (.of(.add("00000000000000000000000000000006", to: .samePerson)), .badValue(.samePerson)),
            (.of(.add("00000000000000000000000000000007", to: .samePerson)), .badValue(.samePerson)),
        ] as [(MemberEdit, EditFault)])
    func faultyEdits(edit: MemberEdit, fault: EditFault) { #expect(throws: fault) { try edit.check() } }

    /// What a till lets through, the hub must be able to read.
    @Test func anEditThatNoReaderTakesIsRefusedAtTheTill() {
        let tags = (0...MemberEdit.writesMax).map { Write.add("t\($0)", to: .tag) }
        let edit = MemberEdit(member: RecordID(7), authority: .shop, author: "", reason: nil, writes: tags)
        #expect(throws: EditFault.tooManyWrites(limit: MemberEdit.writesMax)) { try edit.check() }
    }
}
