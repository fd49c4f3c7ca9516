import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// What a cashier can do now, where a sale could not be made as it stands.
extension CheckoutDesk {
    func problem(_ fault: CheckoutFault, _ missing: MissingRights?, _ priced: Priced) async -> Problem {
        switch fault {
        case .shortage(let wallet, let wanted, let usableHere):
            shortage(fault, wallet, wanted: wanted, usableHere: usableHere, missing)
        case .couponElsewhere(let coupon), .couponUnknown(let coupon), .coupon(let coupon, .usedUp),
            .coupon(let coupon, .policy):
            await problem(fault, coupon, missing, priced)
        case .coupon(let coupon, let refusal):
            Problem(refusal.problem, refusal.sentence, more: Self.more(coupon, refusal.rawValue, missing))
        case .cart, .points, .storedValue, .frozen, .stale, .tendersAreNotDue, .sale: Problem(fault)
        }
    }

    private func shortage(
        _ fault: CheckoutFault, _ wallet: String, wanted: Int64, usableHere: Int64, _ missing: MissingRights?
    ) -> Problem {
        let kind = CheckoutFault.kind(of: wallet)
        var code = CounterProblem.insufficientRights
        if case .denied(let denial)? = missing, denial.has(lessThan: wanted - usableHere) {
            code = kind == .storedValue ? .insufficientBalance : .insufficientPoints
        }
        return Problem(
            code, fault.sentence,
            more: [
                "wallet": .text(wallet), "wanted": .integer(wanted), "usable_here": .integer(usableHere),
                "elsewhere": missing?.elsewhere ?? .list([]), "reason": .optional(missing, \.reason),
            ])
    }

    /// Why a coupon cannot be used: what is known of it here says more than that the right is missing.
    private func problem(
        _ fault: CheckoutFault, _ coupon: RecordID, _ missing: MissingRights?, _ priced: Priced
    ) async -> Problem {
        let more = Self.more(coupon, nil, missing)
        let known: KnownCoupon?
        do throws(Problem) { known = try await desk.known(coupon, priced.checkout.tokens) } catch { return error }
        if let known {
            if known.isVoid { return Problem(.couponVoid, more: more) }
            if known.member.map({ $0 != priced.checkout.member }) ?? false {
                return Problem(.couponOfAnother, more: more)
            }
            if known.isClosed { return Problem(.couponUsed, more: more) }
        }
        let presented = priced.counter.coupons.first { $0.id == coupon }
        if presented?.usesLeft == 0 { return Problem(.couponUsed, more: more) }
        if let known, known.validTo < priced.checkout.businessDate { return Problem(.expired, more: more) }
        if let known, known.validFrom > priced.checkout.businessDate { return Problem(.notYetValid, more: more) }
        if case .denied(let denial)? = missing, let code = denial.code.problem { return Problem(code, more: more) }
        return Problem(fault.problem ?? .couponNotHere, fault.sentence, more: more)
    }

    private static func more(
        _ coupon: RecordID, _ refusal: String?, _ missing: MissingRights?
    ) -> KeyValuePairs<String, JSON> {
        [
            "coupon": .text(coupon.hexadecimal), "refusal": .optional(refusal, JSON.text),
            "elsewhere": missing?.elsewhere ?? .list([]), "reason": .optional(missing, \.reason),
        ]
    }
}

extension Denial {
    /// Even with all that others hold.
    fileprivate func has(lessThan amount: Int64) -> Bool {
        guard code == .insufficient, held.count < Limits.denialHoldersMax else { return false }
        let others = held.reduce(UInt64(0)) { $0.addingReportingOverflow($1.amount).partialValue }
        let (sum, isOverflowing) = available.addingReportingOverflow(others)
        return !isOverflowing && sum < UInt64(clamping: amount)
    }
}

extension DenialCode {
    /// What it says of a coupon; nil where it only says that the right does not come.
    fileprivate var problem: CounterProblem? {
        switch self {
        case .unknown: .couponUnknown
        case .frozen: .frozen
        case .spent: .couponUsed
        case .expired: .expired
        case .insufficient, .policy, .deniedBefore: nil
        }
    }
}

extension MissingRights {
    /// As a program reads it.
    var reason: JSON {
        switch self {
        case .offline: "offline"
        case .noAnswer: "no_answer"
        case .denied: "denied"
        }
    }

    fileprivate var elsewhere: JSON {
        guard case .denied(let denial) = self else { return .list([]) }
        return .list(denial.held.map(\.json))
    }
}

extension HeldElsewhere {
    var json: JSON {
        ["branch": .text(branchCode), "amount": .integer(amount), "connected": .bool(isConnected)]
    }
}

extension Problem {
    init(_ fault: CheckoutFault) {
        switch fault {
        case .tendersAreNotDue(let due, let tenders):
            self.init(
                .tendersDoNotMatch, fault.sentence,
                more: ["due_minor": .integer(due), "tenders_minor": .integer(tenders)])
        case .points(let refusal): self.init(fault, refusal, wallet: Programme.pointsCode)
        case .storedValue(let refusal): self.init(fault, refusal, wallet: Programme.storedValueCode)
        case .cart, .shortage, .coupon, .couponElsewhere, .couponUnknown, .frozen, .stale, .sale:
            if let code = fault.problem {
                self.init(code, fault.sentence)
            } else {
                self.init(.invalidSale, fault.sentence)
            }
        }
    }

    private init(_ fault: CheckoutFault, _ refusal: TenderRefusal, wallet: String) {
        let usable: JSON =
            switch refusal {
            case .insufficient(let usable), .aboveCap(let usable): .integer(usable)
            case .notAMember, .unknownWallet, .notRedeemable, .belowMinimum, .notAMultiple: .null
            }
        self.init(
            refusal.problem(of: CheckoutFault.kind(of: wallet)), fault.sentence,
            more: ["wallet": .text(wallet), "usable_here": usable])
    }
}
