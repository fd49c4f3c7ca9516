import Hummingbird
import Localization
import Loyalty
import ReplicaStore

/// Why a request was not carried out, as RFC 9457 wants it told.
struct Problem: Error, Equatable {
    enum Code: Equatable {
        case door(TillProblem)
        case counter(CounterProblem)
    }

    let code: Code
    let detail: Phrase
    /// The path of the field that is to be corrected.
    let field: String?
    /// What helps to go on: current values, members who are already there.
    let more: [JSON.Member]

    init(_ code: TillProblem, _ detail: Phrase? = nil, field: String? = nil, more: KeyValuePairs<String, JSON> = [:]) {
        self.code = .door(code)
        self.detail = detail ?? code.advice
        self.field = field
        self.more = more.map { JSON.Member(name: $0.key, value: $0.value) }
    }

    init(
        _ code: CounterProblem, _ detail: Phrase? = nil, field: String? = nil, more: KeyValuePairs<String, JSON> = [:]
    ) {
        self.code = .counter(code)
        self.detail = detail ?? code.advice
        self.field = field
        self.more = more.map { JSON.Member(name: $0.key, value: $0.value) }
    }

    init(_ fault: RequestFault) { self.init(fault.problem, fault.sentence, field: fault.field) }

    init(_ fault: SaleFault) { self.init(.invalidSale, fault.sentence) }

    init(_ fault: EditFault) { self.init(.invalidValue, fault.sentence, field: fault.field?.name) }

    func json(in language: Language) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member(name: "type", value: .text("urn:branchline:problem:\(code.rawValue)")),
            JSON.Member(name: "title", value: .text(code.title.text(in: language))),
            JSON.Member(name: "status", value: .integer(code.status.code)),
            JSON.Member(name: "code", value: .text(code.rawValue)),
            JSON.Member(name: "detail", value: .text(detail.text(in: language))),
        ]
        if let field { members.append(JSON.Member(name: "field", value: .text(field))) }
        return .object(members + more)
    }
}

extension Problem.Code {
    var rawValue: String {
        switch self {
        case .door(let problem): problem.rawValue
        case .counter(let problem): problem.rawValue
        }
    }

    var title: Phrase {
        switch self {
        case .door(let problem): problem.title
        case .counter(let problem): problem.title
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .door(let problem): problem.status
        case .counter(let problem): problem.status
        }
    }
}

extension TillProblem {
    var status: HTTPResponse.Status {
        switch self {
        case .notJSON, .missingField, .unknownField: .badRequest
        case .unauthorized: .unauthorized
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .stale, .duplicateSale, .phoneKnown: .conflict
        case .bodyTooLarge: .contentTooLarge
        case .invalidPhone, .invalidValue, .invalidSale: .unprocessableContent
        case .unavailable: .serviceUnavailable
        case .diskFull: .init(code: 507, reasonPhrase: "Insufficient Storage")
        }
    }
}

extension CounterProblem {
    /// What may be otherwise in a moment or at another place is a conflict; what never will be is unprocessable.
    var status: HTTPResponse.Status {
        switch self {
        case .couponUnknown, .unknownHold, .unknownSale, .unknownRedemption: .notFound
        case .insufficientRights, .insufficientPoints, .insufficientBalance, .frozen, .staleContact, .couponVoid,
            .couponUsed, .couponNotHere, .memberLimit, .held, .refundExceedsSale, .sellerUnreachable, .refundRefused,
            .duplicateID, .oncePerMember, .balanceLimit:
            .conflict
        case .memberMissing, .notRedeemable, .belowMinimum, .notAMultiple, .aboveCap, .couponMistyped, .couponForged,
            .couponOfAnother, .notYetValid, .expired, .scope, .stacking, .nothingToPay, .tendersDoNotMatch,
            .unknownPlan:
            .unprocessableContent
        }
    }
}

extension EditFault {
    var field: MemberField? {
        switch self {
        case .notASet(let field), .elementMissing(let field), .badValue(let field), .valueMissing(let field),
            .tooManyReplaced(let field, _), .slotTwice(let field):
            field
        case .unknownField, .nothingWritten, .tooManyWrites, .textTooLong: nil
        }
    }
}
