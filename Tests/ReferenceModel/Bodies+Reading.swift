extension BodyReader {
    mutating func terms() throws -> TermsBody {
        TermsBody(
            lot: try id(), member: try optional { try $0.id() },
            kind: try code(["points", "growth", "principal", "bonus", "coupon"]), wallet: try text(),
            issuer: try count(), opened: try date(), available: try optional { try $0.date() },
            expires: try optional { try $0.date() })
    }

    mutating func spend() throws -> SpendBody { SpendBody(lot: try id(), amount: try signed()) }

    mutating func item() throws -> ItemBody { ItemBody(terms: try terms(), amount: try signed()) }

    mutating func tender() throws -> TenderBody {
        let tender = TenderBody(kind: try tenderKind(), amount: try signed())
        _ = try text()
        return tender
    }

    mutating func tenderKind() throws -> String {
        try code(["cash", "card", "wechat", "alipay", "points", "stored_value", "voucher", "other"])
    }

    mutating func shares() throws -> [Int64] {
        var shares: [Int64] = []
        for _ in 0..<6 { shares.append(try signed()) }
        return shares
    }
}

extension SaleBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        let isSettled = reader.skip("2")
        id = try reader.id()
        member = try reader.optional { try $0.id() }
        till = try reader.text()
        reference = try reader.text()
        occurred = try reader.number()
        date = try reader.date()
        net = try reader.signed()
        points = try reader.signed()
        rule = try reader.count()
        settlement = isSettled ? try Settlement(&reader) : nil
        lines = try reader.rest(atMost: 2_000) {
            Line(
                product: try $0.text(), quantity: try $0.signed(), net: try $0.signed(), discount: try $0.signed())
        }
    }
}

extension SaleBody.Settlement {
    fileprivate init(_ reader: inout BodyReader) throws {
        cashier = try reader.text()
        _ = try reader.optional { try $0.text() }
        shares = try reader.list(atMost: 2_000) { try $0.shares() }
        tenders = try reader.list(atMost: 32) { try $0.tender() }
        accruals = try reader.list(atMost: 16) {
            SaleBody.Accrual(
                kind: try $0.code(["points", "growth", "principal", "bonus", "coupon"]), wallet: try $0.text(),
                amount: try $0.signed(), keptHere: try $0.signed(), available: try $0.optional { try $0.date() },
                expires: try $0.optional { try $0.date() })
        }
        spends = try reader.list(atMost: 256) { try $0.spend() }
        coupons = try reader.list(atMost: 16) {
            let coupon = try $0.id()
            _ = try $0.text()
            _ = try $0.count()
            return SaleBody.CouponUse(
                coupon: coupon, mode: try $0.code(["right", "optimistic"]), discount: try $0.signed())
        }
        _ = try reader.list(atMost: 64) { try $0.id() }
    }
}

extension TransferBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        id = try reader.id()
        from = try reader.id()
        to = try reader.id()
        cause = try reader.code(["grant", "allowance", "recall", "return", "writeoff", "surrender"])
        reference = try reader.optional { try $0.id() }
        author = try reader.text()
        reason = try reader.text()
        items = try reader.list(atMost: 256) { try $0.item() }
        try reader.end()
    }
}

extension TopUpBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        id = try reader.id()
        member = try reader.id()
        wallet = try reader.text()
        plan = try reader.text()
        _ = try reader.count()
        till = try reader.text()
        cashier = try reader.text()
        occurred = try reader.number()
        date = try reader.date()
        principal = try reader.signed()
        bonus = try reader.signed()
        bonusExpires = try reader.optional { try $0.date() }
        tender = try reader.tenderKind()
        try reader.end()
    }
}

extension RefundBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        id = try reader.id()
        sale = try reader.id()
        member = try reader.optional { try $0.id() }
        _ = try reader.count()
        till = try reader.text()
        cashier = try reader.text()
        reason = try reader.text()
        occurred = try reader.number()
        _ = try reader.date()
        lines = try reader.list(atMost: 2_000) {
            Line(
                line: try $0.count(), quantity: try $0.signed(), net: try $0.signed(), pointsSpent: try $0.signed(),
                shares: try $0.shares())
        }
        tenders = try reader.list(atMost: 32) { try $0.tender() }
        restored = try reader.list(atMost: 256) { try $0.spend() }
        renewed = try reader.list(atMost: 256) { try $0.item() }
        clawedBack = try reader.list(atMost: 256) { try $0.spend() }
        debts = try reader.list(atMost: 16) { Debt(wallet: try $0.text(), amount: try $0.signed()) }
        coupons = try reader.list(atMost: 16) { try $0.id() }
        try reader.end()
    }
}

extension BookingBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        id = try reader.id()
        cause = try reader.code(["adjust", "move", "expire", "repayment", "decision"])
        _ = try reader.optional { try $0.id() }
        author = try reader.text()
        reason = try reader.text()
        _ = try reader.date()
        lines = try reader.list(atMost: 256) {
            switch try $0.code(["credit", "debit", "debt", "repay", "charge"]) {
            case "credit": .credit(try $0.item())
            case "debit": .debit(try $0.spend())
            case "debt": .debt(member: try $0.id(), wallet: try $0.text(), amount: try $0.signed())
            case "repay": .repay(try $0.spend(), member: try $0.id(), wallet: try $0.text())
            default:
                .charge(
                    node: try $0.count(), item: try $0.code(["points", "coupon", "stored_value", "refund"]),
                    code: try $0.text(), amount: try $0.signed(), sale: try $0.optional { try $0.id() })
            }
        }
        try reader.end()
    }
}

extension CouponBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        definition = try reader.text()
        revision = try reader.count()
        from = try reader.date()
        to = try reader.date()
        uses = try reader.count()
        author = try reader.text()
        reason = try reader.text()
        coupons = try reader.rest(atMost: 500) {
            let (id, member) = (try $0.id(), try $0.optional { try $0.id() })
            _ = try $0.count()
            return Coupon(id: id, member: member, code: try $0.text())
        }
    }
}

extension ProgrammeBody {
    init(_ body: [UInt8]) throws {
        var reader = BodyReader(body)
        category = try reader.code(["wallet", "tier", "promotion", "coupon", "plan", "campaign"])
        code = try reader.text()
        revision = try reader.count()
        effective = try reader.date()
        rule = try reader.optional { reader in
            switch try reader.code(["wallet", "tier", "promotion", "coupon", "plan", "campaign"]) {
            case "wallet":
                let kind = try reader.code(["points", "growth", "stored_value"])
                return .wallet(
                    kind: kind, rate: try reader.optional { Rate(points: try $0.signed(), perMinor: try $0.signed()) })
            case "coupon": return try Self.coupon(&reader)
            default: return .other
            }
        }
    }

    /// "name; campaign; kind; validity; scope; uses; uses of one member at most; exclusive group; priority; with other
    /// coupons; policy."
    private static func coupon(_ reader: inout BodyReader) throws -> Rule {
        for _ in 0..<2 { _ = try reader.text() }
        switch try reader.code(["off", "pay", "price", "gift"]) {
        case "off": for _ in 0..<2 { _ = try reader.signed() }
        case "pay":
            _ = try reader.signed()
            _ = try reader.optional { try $0.signed() }
        default:
            _ = try reader.text()
            _ = try reader.signed()
        }
        if try reader.code(["fixed", "days"]) == "fixed" {
            for _ in 0..<2 { _ = try reader.date() }
        } else {
            for _ in 0..<2 { _ = try reader.signed() }
        }
        _ = try reader.list(atMost: 1_000) { try $0.text() }
        _ = try reader.list(atMost: 32) { try $0.text() }
        for _ in 0..<2 { _ = try reader.number() }
        _ = try reader.optional { [try $0.signed(), try $0.signed()] }
        if try reader.code(["all", "list", "prefixes"]) != "all" {
            _ = try reader.list(atMost: 1_000) { try $0.text() }
        }
        _ = try reader.number()
        _ = try reader.signed()
        let memberUses = try reader.optional { try $0.signed() }
        _ = try reader.optional { try $0.text() }
        _ = try reader.signed()
        _ = try reader.number()
        guard try reader.code(["deny", "home_only", "optimistic"]) == "optimistic" else {
            return .coupon(memberUses: memberUses, loss: nil)
        }
        for _ in 0..<2 { _ = try reader.signed() }
        return .coupon(memberUses: memberUses, loss: try reader.signed())
    }
}
