import Loyalty
import TestSupport
import Testing

@Suite struct MemberFieldTests {
    /// Number, name, policy and privacy are in the operations that chains have already written: they never change.
    @Test(
        arguments: [
            (1, "name", .askPeople, true), (2, "phone", .askPeople, true), (3, "birthday", .askPeople, true),
            (4, "email", .askPeople, true), (5, "gender", .latest, true), (6, "address", .latest, true),
            (7, "remark", .latest, true), (8, "home_branch", .latest, false), (9, "joined_at", .smallest, false),
            (10, "joined_branch", .smallest, false), (11, "last_visit_at", .largest, false),
            (12, "marketing_consent", .wins("no"), false), (13, "frozen", .wins("yes"), false),
            (14, "life", .wins("deleted"), false), (15, "tag", .set, false), (16, "identity", .set, true),
            (17, "same_person", .set, false),
        ] as [(UInt16, String, FieldPolicy, Bool)])
    func declarations(number: UInt16, name: String, policy: FieldPolicy, isPersonal: Bool) throws {
        let field = try #require(MemberField(rawValue: number))
        #expect(field.name == name)
        #expect(field.policy == policy)
        #expect(field.isPersonal == isPersonal)
        #expect(MemberField(name: name) == field)
    }

    @Test func everyFieldIsDeclaredAbove() { #expect(MemberField.allCases.map(\.rawValue) == Array(1...17)) }

    @Test(arguments: ["", "Name", "naam", "homeBranch"])
    func otherNamesAreNoFields(name: String) { #expect(MemberField(name: name) == nil) }

    @Test func aWinningValueIsOneThatItsFieldAccepts() {
        for field in MemberField.allCases {
            if case .wins(let winner) = field.policy { #expect(field.form.accepts(winner)) }
        }
    }

    @Test(
        arguments: [
            (.name, "王小芳", true), (.name, "Ann O'Neill", true), (.name, "欧阳·娜娜 😀", true), (.name, "", false),
            (.name, " Ann", false), (.name, "Ann ", false), (.name, "\u{3000}王芳", false), (.name, "王芳\u{a0}", false),
            (.name, "Ann\nB", false), (.name, "Ann\u{1b}[2J", false), (.name, "Ann\u{7f}", false),
            (.name, "Ann\u{85}B", false), (.name, "Ann\u{2028}B", false),
            (.name, String(repeating: "王", count: 64), true), (.name, String(repeating: "王", count: 65), false),
            (.name, String(repeating: "e\u{301}", count: 33), false),
            (.address, String(repeating: "路", count: 256), true), (.address, String(repeating: "路", count: 257), false),
            (.remark, String(repeating: "r", count: 1_024), true),
            (.remark, String(repeating: "r", count: 1_025), false),
            (.homeBranch, String(repeating: "0", count: 32), true),
            (.homeBranch, String(repeating: "0", count: 33), false),
            (.joinedBranch, "017", true), (.tag, "铁杆粉丝", true), (.tag, String(repeating: "t", count: 49), false),
            (.gender, "female", true), (.gender, "unspecified", true), (.gender, "Female", false), (.gender, "", false),
            (.marketingConsent, "no", true), (.marketingConsent, "maybe", false), (.frozen, "yes", true),
            (.life, "deleted", true), (.life, "dead", false),
            (.email, "a@b.cn", true), (.email, "王@例子.中国", true), (.email, "a@b", false), (.email, "@b.cn", false),
            (.email, "a@", false), (.email, "a@b.", false), (.email, "a@.b", false), (.email, "a@b..cn", false),
            (.email, "a@b@c.cn", false), (.email, "a b@c.cn", false), (.email, "a\u{3000}b@c.cn", false),
            (.email, String(repeating: "a", count: 249) + "@b.cn", true),
            (.email, String(repeating: "a", count: 250) + "@b.cn", false),
            (.joinedAt, "01700000000000", true), (.lastVisitAt, "00000000000000", true),
            (.joinedAt, "1700000000000", false), (.joinedAt, "001700000000000", false),
            (.joinedAt, "-1700000000000", false),
            (.identity, "card:6001234567890128", true), (.identity, "wechat_unionid:oABC-_9", true),
            (.identity, "card:a:b", true), (.identity, "card:", false), (.identity, ":6001", false),
            (.identity, "6001", false), (.identity, "Card:6001", false), (.identity, "card:60 01", false),
            (.identity, "card:60\u{3000}01", false), (.identity, "card:60\t01", false),
            (.identity, "abcdefghijklmnop:1", true), (.identity, "abcdefghijklmnopq:1", false),
            (.identity, "card:" + String(repeating: "1", count: 64), true),
            (.identity, "card:" + String(repeating: "1", count: 65), false),
            (.samePerson, "0000000000000000000000000000000f", true),
            (.samePerson, "0000000000000000000000000000000F", false), (.samePerson, "f", false),
            (.phone, "+8613800138000", true), (.phone, "13800138000", false), (.phone, "+86 13800138000", false),
            (.phone, "+12345678", true), (.phone, "+1234567", false), (.phone, "+123456789012345", true),
            (.phone, "+1234567890123456", false), (.phone, "+08613800138000", false), (.phone, "+86１3800138000", false),
            (.phone, "+", false), (.phone, "", false),
        ] as [(MemberField, String, Bool)])
    func form(field: MemberField, value: String, isAccepted: Bool) {
        #expect(field.form.accepts(value) == isAccepted)
        #expect(field.form.accepts(Array(value.utf8)) == isAccepted)
    }

    @Test(
        arguments: [
            [0xff], [0xe7, 0x8e], [0xe7, 0x8e, 0x41], [0xe4, 0xb7, 0xff], [0xc0, 0xaf], [0xe0, 0x80, 0xaf],
            [0xed, 0xa0, 0x80], [0x41, 0x80],
        ] as [[UInt8]])
    func whatIsNoTextIsAcceptedNowhere(value: [UInt8]) {
        for field in MemberField.allCases { #expect(!field.form.accepts(value)) }
    }

    /// Whoever is quick about what is usual says the same as whoever looks at every character.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func bytesAreAcceptedWhereTheirTextIs(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("a Z0~王龥一\u{4dff}\u{9fff}\u{a000}é\u{3000}\u{7f}\u{85}\u{2028}😀\t".unicodeScalars)
        var text = ""
        for _ in 0..<random.below(6) { text.unicodeScalars.append(alphabet[random.below(alphabet.count)]) }
        for field in [MemberField.name, .birthday, .email, .phone, .identity] {
            #expect(field.form.accepts(text) == field.form.accepts(Array(text.utf8)), "\(field) \(text)")
        }
        let short = ValueForm.text(charactersMax: 3)
        #expect(short.accepts(text) == short.accepts(Array(text.utf8)))
    }

    @Test(
        arguments: [
            (0, "00000000000000"), (1_700_000_000_000, "01700000000000"), (99_999_999_999_999, "99999999999999"),
            (.max, "99999999999999"),
        ] as [(UInt64, String)])
    func anInstantIsSpelledSoThatTextOrderIsTimeOrder(milliseconds: UInt64, text: String) {
        #expect(ValueForm.instant(milliseconds: milliseconds) == text)
        #expect(ValueForm.instant.accepts(text))
    }
}
