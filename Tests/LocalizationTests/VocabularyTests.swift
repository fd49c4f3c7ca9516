import Foundation
import Localization
import Loyalty
import Replication
import SyncProtocol
import Testing

@Suite struct VocabularyTests {
    @Test(arguments: Utterance.all)
    func everythingIsSaidInBothLanguages(utterance: Utterance) {
        let phrase = utterance.phrase
        #expect(!phrase.english.unicodeScalars.contains(where: Self.isChinese), "\(phrase.english)")
        #expect(phrase.english.contains { $0.isASCII && $0.isLetter }, "\(phrase.english)")
        #expect(phrase.chinese.unicodeScalars.contains(where: Self.isChinese), "\(phrase.chinese)")
        let foreign = Self.withoutNames(phrase.chinese).filter { $0.isASCII && $0.isLetter }
        #expect(foreign.isEmpty, "\(phrase.chinese)")
    }

    @Test(arguments: Utterance.all)
    func sentencesEndAndLabelsDoNot(utterance: Utterance) {
        #expect(utterance.phrase.english.hasSuffix(".") == utterance.isSentence, "\(utterance.phrase.english)")
        #expect(utterance.phrase.chinese.hasSuffix("。") == utterance.isSentence, "\(utterance.phrase.chinese)")
        #expect(!utterance.phrase.chinese.contains("，，"))
        for text in [utterance.phrase.english, utterance.phrase.chinese] {
            #expect(!text.contains("  ") && !text.hasPrefix(" ") && !text.hasSuffix(" "), "\(text)")
        }
    }

    /// Half-width punctuation between Chinese characters is a slip of the keyboard.
    @Test(arguments: Utterance.all)
    func chineseHasChinesePunctuation(utterance: Utterance) {
        let text = Self.withoutNames(utterance.phrase.chinese)
        #expect(!text.contains { ",;!?()\"".contains($0) }, "\(text)")
    }

    @Test func differentThingsAreSaidDifferently() {
        for phrases in [
            CounterProblem.allCases.map(\.title), CounterProblem.allCases.map(\.advice),
            OfferRefusal.allCases.map(\.sentence), MemberField.allCases.map(\.label), StatusWord.allCases.map(\.word),
            TillProblem.allCases.map(\.title),
            Sample.reasons.map(\.sentence), Sample.saleFaults.map(\.sentence), Sample.editFaults.map(\.sentence),
            Sample.requestFaults.map(\.sentence), TillWarning.allCases.map(\.sentence), Sample.orders.map(\.word),
            Sample.programmeFaults.map(\.sentence), Sample.couponFaults.map(\.sentence),
            Sample.orders.map(\.sentence), CaseDecision.Outcome.allCases.map(\.sentence),
        ] {
            #expect(Set(phrases.map(\.english)).count == phrases.count)
            #expect(Set(phrases.map(\.chinese)).count == phrases.count)
        }
    }

    /// Every reason that any target declares.
    @Test func noReasonIsWithoutASentence() throws {
        let declared = try Self.sources().flatMap { text in
            text.matches(of: /VerdictReason\(rawValue: "([a-z_]+)"\)/).map { String($0.1) }
        }
        #expect(declared.count >= 8)
        for code in declared { #expect(VerdictReason(rawValue: code).isKnown, "\(code)") }
        #expect(Set(declared) == Set(Sample.reasons.map(\.rawValue)))
    }

    @Test func noErrorCodeOfTheProtocolIsWithoutASentence() {
        #expect(SyncProblem.allCases.map(\.rawValue) == ErrorCode.allCases.map(\.rawValue))
    }

    @Test func everyChoiceHasAWord() {
        for code in Sample.choices { #expect(ValueForm.word(forChoice: code) != nil, "\(code)") }
        #expect(ValueForm.word(forChoice: "perhaps") == nil)
    }

    @Test func codesOfANewerVersionAreNamed() {
        let newer = VerdictReason(rawValue: "coupon_used")
        #expect(!newer.isKnown)
        let line = SyncProblem.sentence(forCode: "quota")
        for text in [newer.sentence.english, newer.sentence.chinese] { #expect(text.contains("coupon_used")) }
        for text in [line.english, line.chinese] { #expect(text.contains("quota")) }
        #expect(SyncProblem.sentence(forCode: "gap") == SyncProblem.gap.sentence)
        let strange = Case(.sameIdentity(kind: "badge", key: 1, members: [RecordID(1), RecordID(2)]))
        #expect(strange.title.english.contains("badge") && strange.title.chinese.contains("badge"))
        #expect(SaleFault.textTooLong(field: "colour").sentence.english.contains("colour"))
    }

    /// Programs of others rely on these.
    @Test func theTillsCodesAreFixed() {
        #expect(
            TillProblem.allCases.map(\.rawValue) == [
                "unauthorized", "not_found", "invalid_phone", "invalid_value", "stale", "duplicate_sale",
                "invalid_sale", "body_too_large", "unavailable", "disk_full", "not_json", "missing_field",
                "unknown_field", "phone_known", "method_not_allowed",
            ])
        #expect(
            CounterProblem.allCases.map(\.rawValue) == [
                "insufficient_rights", "insufficient_points", "insufficient_balance", "member_missing",
                "not_redeemable", "below_minimum", "not_a_multiple", "above_cap", "frozen", "stale_contact",
                "coupon_mistyped", "coupon_forged", "coupon_unknown", "coupon_void", "coupon_used",
                "coupon_not_here", "coupon_of_another", "not_yet_valid", "expired", "scope", "stacking",
                "member_limit", "nothing_to_pay", "tenders_do_not_match", "held", "unknown_hold", "unknown_sale",
                "unknown_redemption", "refund_exceeds_sale", "seller_unreachable", "refund_refused", "duplicate_id",
                "unknown_plan", "once_per_member", "balance_limit",
            ])
        let codes = TillProblem.allCases.map(\.rawValue) + CounterProblem.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
    }

    @Test func cashiersAreToldWhatCanBeDoneNow() {
        #expect(
            WalletType.Kind.points.usable(500, of: 740, isConnected: false)
                == Phrase("740 points, 500 of them usable here while offline.", "共 740 积分，断线时本店可用其中 500。"))
        #expect(
            WalletType.Kind.points.usable(740, of: 740, isConnected: true).english == "740 points, all usable here.")
        #expect(WalletType.Kind.growth.usable(0, of: 9, isConnected: false).english.contains("towards a tier"))
        #expect(WalletType.Kind.storedValue.usable(0, of: 0, isConnected: true).english == "There is nothing in it.")
        #expect(
            RefundFault.moreThanIsLeft(quantityMilli: 1_050, amountMinor: 1).sentence.english.contains("1.050 pieces"))
    }

    /// A till has one line for it on its small screen.
    @Test func titlesAreShort() {
        for title in CounterProblem.allCases.map(\.title) + TillProblem.allCases.map(\.title) {
            #expect(title.english.count <= 60 && title.chinese.count <= 24, "\(title.english)")
        }
    }

    @Test func aCaseCountsDifferentValuesNotSiblings() {
        let twice = Case(
            .field(member: RecordID(1), .name, siblings: [Sample.cell(1), Sample.cell(2), Sample.cell(2)]))
        #expect(twice.explanation.english.contains("2 different values"))
    }

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool { (0x4e00...0x9fff).contains(scalar.value) }

    /// Codes and examples are the same in every language.
    private static func withoutNames(_ text: String) -> String {
        let names =
            Sample.choices + ["wang@example.com", "card:6001234567890128", "lunar:--08-15", "JSON"]
            + [
                "max", "UTF-8", "lines", "phone", "card", "GET", "POST", "2026-11-21T09:30:00+08:00", "true", "false",
                "seen",
            ]
        return names.reduce(text) { $0.replacing($1, with: "") }
    }

    private static func sources() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return try names.filter { $0.hasSuffix(".swift") }.map {
            try String(contentsOf: root.appending(path: $0), encoding: .utf8)
        }
    }
}
