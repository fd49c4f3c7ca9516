import Localization
import Loyalty
import Replication
import Testing

/// Everything that can be said, each with a name for the report of a failure.
struct Utterance: CustomTestStringConvertible {
    let name: String
    let phrase: Phrase
    /// Sentences end with a full stop, labels do not.
    let isSentence: Bool

    var testDescription: String { name }

    static let all: [Utterance] = labels + sentences

    private static let labels =
        MemberField.allCases.map { label("field \($0.name)", $0.label) }
        + StatusWord.allCases.map { label("status \($0)", $0.word) }
        + TillProblem.allCases.map { label("till \($0.rawValue)", $0.title) }
        + Sample.orders.map { label("order \($0)", $0.word) }
        + Sample.cases.map { label("case \($0.kind)", $0.title) }
        + Sample.choices.compactMap { code in ValueForm.word(forChoice: code).map { label("choice \(code)", $0) } }

    private static let sentences =
        MemberField.allCases.map { sentence("form of \($0.name)", $0.form.expectation) }
        + TillProblem.allCases.map { sentence("advice on \($0.rawValue)", $0.advice) }
        + SyncProblem.allCases.map { sentence("line \($0.rawValue)", $0.sentence) }
        + CaseDecision.Outcome.allCases.map { sentence("outcome \($0.rawValue)", $0.sentence) }
        + Sample.orders.map { sentence("order \($0)", $0.sentence) }
        + Sample.cases.map { sentence("case \($0.kind)", $0.explanation) }
        + Sample.editFaults.map { sentence("edit \($0)", $0.sentence) }
        + Sample.editRefusals.map { sentence("refusal \($0)", $0.sentence) }
        + Sample.saleFaults.map { sentence("sale \($0)", $0.sentence) }
        + Sample.programmeFaults.map { sentence("programme \($0)", $0.sentence) }
        + Sample.couponFaults.map { sentence("coupon \($0)", $0.sentence) }
        + Sample.reasons.map { sentence("verdict \($0.rawValue)", $0.sentence) }
        + Sample.verdicts.map { sentence("verdict \($0)", $0.sentence) }
        + Sample.statusSentences.map { sentence("status “\($0.english)”", $0) }
        + Sample.requestFaults.map { sentence("request \($0)", $0.sentence) }
        + TillWarning.allCases.map { sentence("warning \($0.rawValue)", $0.sentence) }
        + TillNote.allCases.map { sentence("note \($0)", $0.sentence) }

    private static func label(_ name: String, _ phrase: Phrase) -> Utterance {
        Utterance(name: name, phrase: phrase, isSentence: false)
    }

    private static func sentence(_ name: String, _ phrase: Phrase) -> Utterance {
        Utterance(name: name, phrase: phrase, isSentence: true)
    }
}

/// At least one of each case that carries a value, where the compiler cannot list them.
enum Sample {
    static let orders: [CausalOrder] = [.same, .before, .after, .concurrent]

    static let choices: [String] = MemberField.allCases.flatMap { field -> [String] in
        if case .choice(let codes) = field.form { codes } else { [] }
    }

    static let reasons: [VerdictReason] = [
        .malformed, .unacceptable, .clockAhead, .audience, .authority, .replacesUnseen, .ruleMismatch, .duplicateSale,
        .overdrawn, .expired, .duplicateEntry, .refundExceedsSale,
    ]

    static let verdicts: [Verdict] = [.ok, .flagged(.clockAhead), .void(.replacesUnseen)]

    static let editFaults: [EditFault] =
        MemberField.allCases.map(EditFault.badValue) + [
            .unknownField(18), .notASet(.name), .elementMissing(.tag), .valueMissing(.email), .nothingWritten,
            .tooManyWrites(limit: 128), .tooManyReplaced(.name, limit: 256), .slotTwice(.phone), .textTooLong,
        ]

    static let editRefusals: [EditRefusal] = [
        .unknownMember, .stale([]), .stale([.name]), .stale([.name, .phone]), .fault(.badValue(.phone)),
    ]

    static let saleFaults: [SaleFault] = [
        .noLines, .tooManyLines(limit: 2_000), .textTooLong(field: "till"), .textTooLong(field: "reference"),
        .textTooLong(field: "product"), .amountOutOfRange, .timeOutOfRange, .totalIsNotSum(ofLines: 1_290),
        .negativeTotal,
    ]

    static let programmeFaults: [ProgrammeFault] = [
        .badCode, .badRevision, .revisionNotNext(expected: 3), .tooManyCodes(limit: 4_096), .wrongCategory,
        .badText(field: "lines"), .outOfRange(field: "lines"), .tooMany(field: "lines", limit: 9),
        .empty(field: "lines"), .endsBeforeItStarts,
    ]

    static let couponFaults: [CouponFault] =
        [
            .noCoupons, .tooManyCoupons(limit: 500), .badDefinitionCode, .textTooLong(field: "lines"), .reasonMissing,
            .datesReversed, .usesOutOfRange(limit: 1_000), .couponTwice(RecordID(1)),
        ] + [CouponCode.derived(campaign: 1, intent: 1, secret: [1])].compactMap { $0 }.map(CouponFault.codeTwice)

    static let requestFaults: [RequestFault] = [
        .notUTF8, .notJSON(atByte: 17), .tooDeep(limit: 8), .nameTwice("lines"), .missing("lines"), .unknown("lines"),
        .notText("lines"), .notWholeNumber("lines", written: "1.5"), .notYesOrNo("lines"), .notAList("lines"),
        .notAnObject("lines"), .notAnID("lines"), .notATime("lines"), .timeAhead("lines"), .notAQuantity("lines"),
        .oneOf(["phone", "card"]), .notForTills("lines"), .notDots("lines"), .notACard("lines"),
        .bodyTooLarge(limitBytes: 262_144), .method(allowed: ["GET", "POST"]), .nowhere, .noAnswer, .notReady,
    ]

    static let cases: [Case] =
        ["phone", "card", "email", "wechat_openid", "wechat_unionid"].map {
            Case(.sameIdentity(kind: $0, key: 1, members: [RecordID(1), RecordID(2)]))
        }
        + MemberField.allCases.filter { $0.policy == .askPeople }.map {
            Case(.field(member: RecordID(1), $0, siblings: [cell(1), cell(2)]))
        }
        + (verdicts + [.flagged(.overdrawn), .flagged(.refundExceedsSale), .flagged(.ruleMismatch)]).map {
            Case(.judged(Dot(ActorID(1), 1), $0))
        }
        + [
            Case(.redeemedAgain(coupon: RecordID(1), by: [Dot(ActorID(1), 1), Dot(ActorID(2), 1)])),
            Case(.debt(member: RecordID(1), wallet: "points", made: [Dot(ActorID(1), 1)])),
            Case(.sameReference(sales: [RecordID(1), RecordID(2)])),
        ]

    static let statusSentences: [Phrase] =
        [
            StatusSentence.connected(since: "14:03"), StatusSentence.notConnected(since: "14:03"),
            StatusSentence.notConnected(since: nil), StatusSentence.asOf("14:03"), StatusSentence.exposure(""),
            StatusSentence.exposure("120"),
        ]
        + [0, 1, 2].flatMap { count in
            [
                StatusSentence.waiting(UInt64(count)), StatusSentence.behind(UInt64(count)),
                StatusSentence.missing(branches: count), StatusSentence.openCases(count),
                StatusSentence.incidents(Int64(count)),
            ]
        }

    static func cell(_ value: UInt8) -> Cell {
        Cell(
            slot: Slot(field: 1), dot: Dot(ActorID(UInt128(value)), 1), time: .zero, authority: .shop, value: [value])
    }
}
