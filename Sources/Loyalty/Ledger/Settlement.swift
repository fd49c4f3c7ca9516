internal import LineCodec
package import Replication

/// How a sale was paid for, and what it moved in its member's accounts. Refunds go by it, line by line.
package struct Settlement: Equatable, Sendable {
    package let cashier: String
    /// The tier whose prices were given, where there was one.
    package let tier: String?
    /// One for each line of the sale.
    package let lines: [LineSettlement]
    package let tenders: [Tender]
    package let accruals: [Accrual]
    package let spends: [LotSpend]
    package let coupons: [CouponUse]
    /// The hub's transfers that gave the rights, where they came for this sale.
    package let grants: [RecordID]

    package init(
        cashier: String, tier: String?, lines: [LineSettlement], tenders: [Tender], accruals: [Accrual],
        spends: [LotSpend], coupons: [CouponUse], grants: [RecordID]
    ) {
        self.cashier = cashier
        self.tier = tier
        self.lines = lines
        self.tenders = tenders
        self.accruals = accruals
        self.spends = spends
        self.coupons = coupons
        self.grants = grants
    }

    /// What all points wallets together gain.
    package var pointsEarned: Int64 { accruals.reduce(0) { $0 + ($1.kind == .points ? $1.amount : 0) } }

    /// What all points wallets together lose: stored value is spent at its face value.
    package var pointsSpent: Int64 {
        let stored = lines.reduce(0) { $0 + $1.principalMinor + $1.bonusMinor }
        return max(0, spends.reduce(0) { $0 + $1.amount } - stored)
    }

    package static let tendersMax = 32
    package static let accrualsMax = 16
    package static let spendsMax = 256
    package static let couponsMax = 16
    package static let grantsMax = 64
}

/// A line's shares in what was taken off, paid in kind, and earned. Each kind of share adds up to the sale's.
package struct LineSettlement: Equatable, Sendable {
    /// Of the discount, what coupons took off.
    package let couponMinor: Int64
    /// Of the net, what was paid with points, with stored value that was paid for, and with the bonus on it.
    package let pointsMinor: Int64
    package let principalMinor: Int64
    package let bonusMinor: Int64
    package let pointsEarned: Int64
    package let growthEarned: Int64

    package init(
        couponMinor: Int64, pointsMinor: Int64, principalMinor: Int64, bonusMinor: Int64, pointsEarned: Int64,
        growthEarned: Int64
    ) {
        self.couponMinor = couponMinor
        self.pointsMinor = pointsMinor
        self.principalMinor = principalMinor
        self.bonusMinor = bonusMinor
        self.pointsEarned = pointsEarned
        self.growthEarned = growthEarned
    }

    var amounts: [Int64] {
        [couponMinor, pointsMinor, principalMinor, bonusMinor, pointsEarned, growthEarned]
    }

    func write(to writer: inout LineWriter) {
        for amount in amounts { writer.integer(amount) }
    }

    init(from reader: inout LineReader) throws(LineError) {
        self.init(
            couponMinor: try reader.integer(), pointsMinor: try reader.integer(),
            principalMinor: try reader.integer(), bonusMinor: try reader.integer(),
            pointsEarned: try reader.integer(), growthEarned: try reader.integer())
    }
}

package struct Tender: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case cash, card, wechat, alipay, points
        case storedValue = "stored_value"
        /// Paid for by somebody else's coupon, such as a manufacturer's.
        case voucher
        case other
    }

    package let kind: Kind
    package let amountMinor: Int64
    package let reference: String

    package init(kind: Kind, amountMinor: Int64, reference: String) {
        self.kind = kind
        self.amountMinor = amountMinor
        self.reference = reference
    }
}

/// What a sale adds to a wallet: one lot, and how much of it may be spent where it was earned. The rest is the hub's
/// to give.
package struct Accrual: Equatable, Sendable {
    package let kind: LotKind
    package let wallet: String
    package let amount: Int64
    /// At most the amount; all of it while the line is down.
    package let keptHere: Int64
    package let availableOn: CivilDate?
    package let expiresOn: CivilDate?

    package init(
        kind: LotKind, wallet: String, amount: Int64, keptHere: Int64, availableOn: CivilDate?, expiresOn: CivilDate?
    ) {
        self.kind = kind
        self.wallet = wallet
        self.amount = amount
        self.keptHere = keptHere
        self.availableOn = availableOn
        self.expiresOn = expiresOn
    }
}

package struct LotSpend: Equatable, Sendable {
    package let lot: RecordID
    package let amount: Int64

    package init(lot: RecordID, amount: Int64) {
        self.lot = lot
        self.amount = amount
    }
}

/// A coupon that the sale used up, or used once.
package struct CouponUse: Equatable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// The branch held the right: nobody else could.
        case right
        /// The campaign allows it without: somebody else may have, too.
        case optimistic
    }

    package let coupon: RecordID
    package let definition: String
    package let definitionRevision: UInt32
    package let mode: Mode
    package let discountMinor: Int64

    package init(
        coupon: RecordID, definition: String, definitionRevision: UInt32, mode: Mode, discountMinor: Int64
    ) {
        self.coupon = coupon
        self.definition = definition
        self.definitionRevision = definitionRevision
        self.mode = mode
        self.discountMinor = discountMinor
    }
}

extension Settlement {
    func write(to writer: inout LineWriter) {
        writer.text(cashier)
        writer.optional(tier) { $0.text($1) }
        writer.list(lines) { $1.write(to: &$0) }
        writer.list(tenders) { $0.tender($1) }
        writer.list(accruals) { writer, accrual in
            writer.text(accrual.kind.rawValue)
            writer.text(accrual.wallet)
            writer.integer(accrual.amount)
            writer.integer(accrual.keptHere)
            writer.optional(accrual.availableOn?.text) { $0.text($1) }
            writer.optional(accrual.expiresOn?.text) { $0.text($1) }
        }
        writer.list(spends) { $0.spend($1) }
        writer.list(coupons) { writer, use in
            writer.identifier(use.coupon.value)
            writer.text(use.definition)
            writer.integer(use.definitionRevision)
            writer.text(use.mode.rawValue)
            writer.integer(use.discountMinor)
        }
        writer.list(grants) { $0.identifier($1.value) }
    }

    init(from reader: inout LineReader) throws(LineError) {
        cashier = try reader.text()
        tier = try reader.optionalText()
        lines = try reader.list(atMost: Sale.linesMax) { reader throws(LineError) in
            try LineSettlement(from: &reader)
        }
        tenders = try reader.list(atMost: Self.tendersMax) { reader throws(LineError) in try reader.tender() }
        accruals = try reader.list(atMost: Self.accrualsMax) { reader throws(LineError) in
            Accrual(
                kind: try reader.code(LotKind.self), wallet: try reader.text(), amount: try reader.integer(),
                keptHere: try reader.integer(), availableOn: try reader.optionalDate(),
                expiresOn: try reader.optionalDate())
        }
        spends = try reader.list(atMost: Self.spendsMax) { reader throws(LineError) in try reader.spend() }
        coupons = try reader.list(atMost: Self.couponsMax) { reader throws(LineError) in
            CouponUse(
                coupon: try reader.record(), definition: try reader.text(),
                definitionRevision: try reader.integer(), mode: try reader.code(CouponUse.Mode.self),
                discountMinor: try reader.integer())
        }
        grants = try reader.list(atMost: Self.grantsMax) { reader throws(LineError) in try reader.record() }
    }
}

extension LineWriter {
    mutating func tender(_ tender: Tender) {
        text(tender.kind.rawValue)
        integer(tender.amountMinor)
        text(tender.reference)
    }

    mutating func spend(_ spend: LotSpend) {
        identifier(spend.lot.value)
        integer(spend.amount)
    }
}

extension LineReader {
    mutating func tender() throws(LineError) -> Tender {
        Tender(kind: try code(Tender.Kind.self), amountMinor: try integer(), reference: try text())
    }

    mutating func spend() throws(LineError) -> LotSpend {
        LotSpend(lot: try record(), amount: try integer())
    }
}

extension Settlement {
    /// - Parameters:
    ///   - sale: its member, its lines' number and its net.
    func check(lines count: Int, netMinor: Int64, hasMember: Bool) throws(SaleFault) {
        guard cashier.unicodeScalars.count <= Sale.textCharactersMax else { throw .textTooLong(field: "cashier") }
        guard lines.count == count else { throw .settlementDoesNotFit }
        guard lines.allSatisfy({ $0.amounts.allSatisfy(Self.isAmount) }) else { throw .amountOutOfRange }
        guard tenders.allSatisfy({ Self.isAmount($0.amountMinor) }) else { throw .amountOutOfRange }
        let paid = tenders.reduce(0) { $0 + $1.amountMinor }
        guard paid == netMinor else { throw .tendersAreNotTotal(tendersMinor: paid) }
        guard hasMember || (accruals.isEmpty && spends.isEmpty) else { throw .memberMissing }
        for accrual in accruals {
            guard (1...LotTerms.walletCharactersMax).contains(accrual.wallet.unicodeScalars.count) else {
                throw .textTooLong(field: "wallet")
            }
            guard accrual.amount > 0, Self.isAmount(accrual.amount), (0...accrual.amount).contains(accrual.keptHere),
                accrual.kind == .points || accrual.kind == .growth
            else { throw .amountOutOfRange }
        }
        guard spends.allSatisfy({ $0.amount > 0 && Self.isAmount($0.amount) }),
            coupons.allSatisfy({ Self.isAmount($0.discountMinor) })
        else { throw .amountOutOfRange }
        let lots = spends.map(\.lot) + coupons.map(\.coupon)
        guard Set(lots).count == lots.count,
            Set(accruals.map { "\($0.kind.rawValue):\($0.wallet)" }).count == accruals.count
        else { throw .namedTwice }
    }

    static func isAmount(_ amount: Int64) -> Bool { (0...Sale.amountMinorMax).contains(amount) }
}
