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
        + CounterProblem.allCases.map { label("counter \($0.rawValue)", $0.title) }
        + Sample.orders.map { label("order \($0)", $0.word) }
        + Sample.cases.map { label("case \($0.kind)", $0.title) }
        + Sample.choices.compactMap { code in ValueForm.word(forChoice: code).map { label("choice \(code)", $0) } }

    private static let sentences =
        MemberField.allCases.map { sentence("form of \($0.name)", $0.form.expectation) }
        + TillProblem.allCases.map { sentence("advice on \($0.rawValue)", $0.advice) }
        + CounterProblem.allCases.map { sentence("advice on \($0.rawValue)", $0.advice) }
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
        + TillNote.allCases.map { sentence("note \($0)", $0.sentence) } + counter

    private static let counter =
        OfferRefusal.allCases.map { sentence("offer \($0.rawValue)", $0.sentence) }
        + Sample.tenderRefusals.flatMap { refusal in
            WalletType.Kind.allCases.map { sentence("tender \(refusal) of \($0)", refusal.sentence(of: $0)) }
        }
        + Sample.checkoutFaults.map { sentence("checkout \($0)", $0.sentence) }
        + Sample.quoteFaults.map { sentence("cart \($0)", $0.sentence) }
        + Sample.refundRefusals.map { sentence("refund \($0)", $0.sentence) }
        + Sample.codeFaults.map { sentence("code \($0)", $0.sentence) }
        + Sample.tokenFaults.map { sentence("token \($0)", $0.sentence) } + balances
        + CounterProblem.allCases.map { sentence("title of \($0.rawValue)", $0.title.asSentence) }

    private static let balances = WalletType.Kind.allCases.flatMap { kind in
        [(0, 0), (1, 1), (1, 2), (500, 740)].flatMap { here, total in
            [true, false].map { sentence("\(kind) \(here)/\(total)", kind.usable(here, of: total, isConnected: $0)) }
        }
    }

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
        .overdrawn, .expired, .foreignLot, .duplicateEntry, .refundExceedsSale, .ruleUnknown, .couponVoid, .overLimit,
        .tierDisputed,
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
        .negativeTotal, .settlementDoesNotFit, .tendersAreNotTotal(tendersMinor: 1_290), .memberMissing, .namedTwice,
        .insufficientRights(lot: RecordID(1), held: 5), .notSpendable(lot: RecordID(1)),
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
        .outOfRange("lines", least: 1, most: 9), .textTooLong("lines", limit: 64),
        .notOneOf("lines", ["phone", "card"]), .tooMany("lines", limit: 16), .notAmountOrMax("lines"),
        .bodyTooLarge(limitBytes: 262_144), .method(allowed: ["GET", "POST"]), .nowhere, .noAnswer, .notReady,
    ]

    static let tenderRefusals: [TenderRefusal] = [
        .notAMember, .unknownWallet, .notRedeemable, .belowMinimum(100), .notAMultiple(of: 100),
        .insufficient(available: 500), .aboveCap(usable: 1),
    ]

    static let quoteFaults: [QuoteFault] = [
        .noLines, .tooManyLines(limit: 2_000), .tooManyCoupons(limit: 16), .couponTwice(RecordID(1)),
        .textTooLong(field: "product"), .amountOutOfRange, .timeOutOfRange, .negativeTotal,
    ]

    static let checkoutFaults: [CheckoutFault] = [
        .cart(.noLines), .points(.belowMinimum(100)), .storedValue(.notAMember),
        .shortage(wallet: "points", wanted: 740, usableHere: 500),
        .shortage(wallet: "stored", wanted: 740, usableHere: 0), .coupon(RecordID(1), .expired),
        .couponElsewhere(RecordID(1)), .couponUnknown(RecordID(1)), .frozen, .stale(days: 9),
        .tendersAreNotDue(dueMinor: 100, tendersMinor: 90), .sale(.noLines),
    ]

    static let refundRefusals: [RefundRefusal] = [
        .noSuchLine(3), .lineTwice(1), .line(1, .notPositive), .nothingLeft, .tooLong,
        .line(2, .moreThanIsLeft(quantityMilli: 1_500, amountMinor: 990)), .line(2, .inconsistent),
    ]

    static let codeFaults: [CouponCodeFault] = [.wrongLength(13), .notALetter("%"), .mistyped]

    static let tokenFaults: [CouponTokenFault] = [.notAToken, .mistyped, .forged, .tooLong(limit: 299)]

    static let cases: [Case] =
        ["phone", "card", "email", "wechat_openid", "wechat_unionid"].map {
            Case(.sameIdentity(kind: $0, key: 1, members: [RecordID(1), RecordID(2)]))
        }
        + MemberField.allCases.filter { $0.policy == .askPeople }.map {
            Case(.field(member: RecordID(1), $0, siblings: [cell(1), cell(2)]))
        }
        + (verdicts
        + [.overdrawn, .refundExceedsSale, .ruleMismatch, .couponVoid].map { Verdict.flagged($0) }).map {
            Case(.judged(Dot(ActorID(1), 1), $0))
        }
        + [
            Case(.redeemedAgain(coupon: RecordID(1), by: [Dot(ActorID(1), 1), Dot(ActorID(2), 1)])),
            Case(.debt(member: RecordID(1), wallet: "points", made: [Dot(ActorID(1), 1)])),
            Case(.overLimit(member: RecordID(1), definition: "tea", by: [Dot(ActorID(1), 1)])),
            Case(.overLoss(definition: "tea", by: [Dot(ActorID(1), 1)])),
            Case(.tierDisputed(member: RecordID(1), tier: "gold", by: [Dot(ActorID(1), 1)])),
            Case(.sameReference(sales: [RecordID(1), RecordID(2)])),
        ]

    static let statusSentences: [Phrase] =
        [
            StatusSentence.connected(since: "14:03"), StatusSentence.notConnected(since: "14:03"),
            StatusSentence.beginning(percent: 40), StatusSentence.notConnected(since: nil),
            StatusSentence.asOf("14:03"), StatusSentence.exposure(""),
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
