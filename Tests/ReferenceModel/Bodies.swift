/// The bodies of §14, as they stand there: identifiers are numbers, days and codes are text.
struct TermsBody {
    let lot: UInt128
    let member: UInt128?
    let kind: String
    let wallet: String
    let issuer: Int64
    let opened: String
    let available: String?
    let expires: String?
}

struct SpendBody {
    let lot: UInt128
    let amount: Int64
}

struct ItemBody {
    let terms: TermsBody
    let amount: Int64
}

struct TenderBody {
    let kind: String
    let amount: Int64
}

struct SaleBody {
    struct Line {
        let product: String
        let quantity: Int64
        let net: Int64
        let discount: Int64
    }

    struct Accrual {
        let kind: String
        let wallet: String
        let amount: Int64
        let keptHere: Int64
        let available: String?
        let expires: String?
    }

    struct CouponUse {
        let coupon: UInt128
        let mode: String
        let discount: Int64
    }

    struct Settlement {
        let cashier: String
        let shares: [[Int64]]
        let tenders: [TenderBody]
        let accruals: [Accrual]
        let spends: [SpendBody]
        let coupons: [CouponUse]
    }

    let id: UInt128
    let member: UInt128?
    let till: String
    let reference: String
    let occurred: Int64
    let date: String
    let net: Int64
    let points: Int64
    let rule: Int64
    let settlement: Settlement?
    let lines: [Line]
}

struct TransferBody {
    let id: UInt128
    let from: UInt128
    let to: UInt128
    let cause: String
    let reference: UInt128?
    let author: String
    let reason: String
    let items: [ItemBody]
}

struct TopUpBody {
    let id: UInt128
    let member: UInt128
    let wallet: String
    let plan: String
    let till: String
    let cashier: String
    let occurred: Int64
    let date: String
    let principal: Int64
    let bonus: Int64
    let bonusExpires: String?
    let tender: String
}

struct RefundBody {
    struct Line {
        let line: Int64
        let quantity: Int64
        let net: Int64
        let pointsSpent: Int64
        let shares: [Int64]

        var forms: [Int64] { [quantity, net, shares[1], shares[2], shares[3], pointsSpent, shares[4], shares[5]] }
    }

    struct Debt {
        let wallet: String
        let amount: Int64
    }

    let id: UInt128
    let sale: UInt128
    let member: UInt128?
    let till: String
    let cashier: String
    let reason: String
    let occurred: Int64
    let lines: [Line]
    let tenders: [TenderBody]
    let restored: [SpendBody]
    let renewed: [ItemBody]
    let clawedBack: [SpendBody]
    let debts: [Debt]
    let coupons: [UInt128]
}

struct BookingBody {
    enum Line {
        case credit(ItemBody)
        case debit(SpendBody)
        case debt(member: UInt128, wallet: String, amount: Int64)
        case repay(SpendBody, member: UInt128, wallet: String)
        case charge(node: Int64, item: String, code: String, amount: Int64, sale: UInt128?)
    }

    let id: UInt128
    let cause: String
    let author: String
    let reason: String
    let lines: [Line]
}

struct CouponBody {
    struct Coupon {
        let id: UInt128
        let member: UInt128?
        let code: String
    }

    let definition: String
    let revision: Int64
    let from: String
    let to: String
    let uses: Int64
    let author: String
    let reason: String
    let coupons: [Coupon]
}

/// What the model needs of a rule that headquarters declares.
struct ProgrammeBody {
    struct Rate {
        let points: Int64
        let perMinor: Int64
    }

    enum Rule {
        case wallet(kind: String, rate: Rate?)
        /// The uses of one member at most, and what may be lost by doubles where the policy is optimistic.
        case coupon(memberUses: Int64?, loss: Int64?)
        case other
    }

    let category: String
    let code: String
    let revision: Int64
    let effective: String
    /// Nil where it is withdrawn.
    let rule: Rule?
}
