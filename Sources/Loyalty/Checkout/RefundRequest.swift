internal import LineCodec
package import Replication

/// A sale as far as it can still come back.
package struct RefundableSale: Equatable, Sendable {
    package let sale: Sale
    package let node: NodeID
    /// The actor that recorded it.
    package let author: ActorID
    /// The right to refund it lies with the hub.
    package let isReleased: Bool
    /// What came back so far, piece by piece.
    package let refunds: [Refund]

    package init(sale: Sale, node: NodeID, author: ActorID, isReleased: Bool, refunds: [Refund]) {
        self.sale = sale
        self.node = node
        self.author = author
        self.isReleased = isReleased
        self.refunds = refunds
    }
}

/// Goods that a customer brings back.
package struct RefundRequest: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        /// From 1, as on the receipt.
        package let line: Int
        package let piece: RefundPiece

        package init(line: Int, piece: RefundPiece) {
            self.line = line
            self.piece = piece
        }
    }

    package let id: RecordID
    package let sale: RecordID
    package let till: String
    package let cashier: String
    package let reason: String
    package let occurredAtMilliseconds: UInt64
    package let businessDate: CivilDate
    /// All that is left of the sale where none is named.
    package let lines: [Line]
    /// How the money part is paid out; nil for as it was paid.
    package let payout: Tender.Kind?

    package init(
        id: RecordID, sale: RecordID, till: String, cashier: String, reason: String, occurredAtMilliseconds: UInt64,
        businessDate: CivilDate, lines: [Line], payout: Tender.Kind?
    ) {
        self.id = id
        self.sale = sale
        self.till = till
        self.cashier = cashier
        self.reason = reason
        self.occurredAtMilliseconds = occurredAtMilliseconds
        self.businessDate = businessDate
        self.lines = lines
        self.payout = payout
    }

    /// In place of a lot that has expired since: so long may what was paid with it still be spent.
    package static let renewedDays = 30
}

/// As words, for a question to the hub.
extension RefundRequest {
    package var words: [String] {
        [
            id.value.digits, sale.value.digits, till, cashier, reason, String(occurredAtMilliseconds),
            businessDate.text, payout?.rawValue ?? "",
        ]
            + lines.map { line in
                switch line.piece {
                case .quantity(let milli): "\(line.line):quantity:\(milli)"
                case .amount(let minor): "\(line.line):amount:\(minor)"
                }
            }
    }

    /// Nil for anything but what `words` gives.
    package init?(words: [String]) {
        guard (8...8 + Sale.linesMax).contains(words.count), let id = Hexadecimal.identifier(words[0]),
            let sale = Hexadecimal.identifier(words[1]), let occurredAt = UInt64(words[5]),
            let date = CivilDate(words[6]), words[7].isEmpty || Tender.Kind(rawValue: words[7]) != nil
        else { return nil }
        let lines = words.dropFirst(8).map(Self.line)
        guard !lines.contains(nil) else { return nil }
        self.init(
            id: RecordID(id), sale: RecordID(sale), till: words[2], cashier: words[3], reason: words[4],
            occurredAtMilliseconds: occurredAt, businessDate: date, lines: lines.compactMap { $0 },
            payout: Tender.Kind(rawValue: words[7]))
    }

    private static func line(_ word: String) -> Line? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(parts[0]), let amount = Int64(parts[2]) else { return nil }
        switch parts[1] {
        case "quantity": return Line(line: number, piece: .quantity(milli: amount))
        case "amount": return Line(line: number, piece: .amount(minor: amount))
        default: return nil
        }
    }
}

extension UInt128 {
    fileprivate var digits: String { Hexadecimal.text(self) }
}

package enum RefundRefusal: Error, Equatable, Sendable {
    case noSuchLine(Int)
    case lineTwice(Int)
    case line(Int, RefundFault)
    /// Everything has come back already.
    case nothingLeft
    case tooLong
}

extension RefundRequest {
    /// - Parameters:
    ///   - account: the member's, with the lots that the sale has spent; nil for a sale without member.
    ///   - holder: whoever writes the refund: what is restored is theirs to give out, what is taken back is taken from
    ///     what they hold.
    package func refund(
        of sold: RefundableSale, account: MemberAccount?, by holder: RightsHolder, at node: NodeID
    ) throws(RefundRefusal) -> Refund {
        let pieces = try pieces(of: sold)
        let total = pieces.reduce(LineRefund.nothing) { $0 + $1.refund }
        let restoration = restoration(of: total, sold, account)
        let clawback = clawback(of: total, sold, account, holder)
        let refund = Refund(
            id: id, sale: sale, member: sold.sale.member, node: node, till: till, cashier: cashier, reason: reason,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate,
            lines: pieces.map { $0.refund.line($0.line) }, tenders: tenders(total, sold),
            restored: restoration.restored,
            renewed: restoration.renewed, clawedBack: clawback.taken, debts: clawback.debts,
            coupons: couponsBack(after: pieces, sold, account))
        guard refund.isWellFormed else { throw .tooLong }
        return refund
    }

    private typealias Piece = (line: Int, refund: LineRefund)

    private func pieces(of sold: RefundableSale) throws(RefundRefusal) -> [Piece] {
        var pieces: [Piece] = []
        for wanted in try wantedLines(of: sold) {
            guard sold.sale.lines.indices.contains(wanted.line - 1) else { throw .noSuchLine(wanted.line) }
            guard !pieces.contains(where: { $0.line == wanted.line }) else { throw .lineTwice(wanted.line) }
            do throws(RefundFault) {
                let line = sold.line(wanted.line)
                pieces.append((wanted.line, try line.refund(wanted.piece, after: sold.returned(wanted.line))))
            } catch {
                throw .line(wanted.line, error)
            }
        }
        return pieces
    }

    private func wantedLines(of sold: RefundableSale) throws(RefundRefusal) -> [Line] {
        guard lines.isEmpty else { return lines }
        let rest = (1...max(1, sold.sale.lines.count)).compactMap { number -> Line? in
            let left = sold.line(number).whole - sold.returned(number)
            if left.quantityMilli > 0 { return Line(line: number, piece: .quantity(milli: left.quantityMilli)) }
            return left.amountMinor > 0 ? Line(line: number, piece: .amount(minor: left.amountMinor)) : nil
        }
        guard !rest.isEmpty else { throw .nothingLeft }
        return rest
    }

    private func tenders(_ total: LineRefund, _ sold: RefundableSale) -> [Tender] {
        var tenders: [Tender] = []
        if total.pointsMinor > 0 {
            tenders.append(Tender(kind: .points, amountMinor: total.pointsMinor, reference: ""))
        }
        let stored = total.principalMinor + total.bonusMinor
        if stored > 0 { tenders.append(Tender(kind: .storedValue, amountMinor: stored, reference: "")) }
        if total.moneyMinor > 0 {
            let kind = payout ?? sold.moneyTender
            tenders.append(Tender(kind: kind, amountMinor: total.moneyMinor, reference: ""))
        }
        return tenders
    }
}

// MARK: What was spent goes back

extension RefundRequest {
    private func restoration(
        of total: LineRefund, _ sold: RefundableSale, _ account: MemberAccount?
    ) -> (restored: [LotSpend], renewed: [Transfer.Item]) {
        guard let account else { return ([], []) }
        let amounts: [(LotKind, Int64)] = [
            (.points, total.pointsSpent), (.principal, total.principalMinor), (.bonus, total.bonusMinor),
        ]
        var restored: [LotSpend] = []
        var renewed: [Transfer.Item] = []
        for (kind, amount) in amounts where amount > 0 {
            for spend in sold.spent(kind, account, amount) {
                guard let terms = account.lots.first(where: { $0.terms.id == spend.lot })?.terms else { continue }
                if terms.isExpired(on: businessDate) {
                    renewed.append(Transfer.Item(terms: renewal(of: terms), amount: spend.amount))
                } else {
                    restored.append(spend)
                }
            }
        }
        return (restored, renewed)
    }

    private func renewal(of terms: LotTerms) -> LotTerms {
        LotTerms(
            id: .derived("renewed", id.value, terms.id.value, ""), member: terms.member, kind: terms.kind,
            wallet: terms.wallet, issuer: terms.issuer, openedOn: businessDate, availableOn: nil,
            expiresOn: businessDate.adding(days: Self.renewedDays))
    }

    private func couponsBack(
        after pieces: [Piece], _ sold: RefundableSale, _ account: MemberAccount?
    ) -> [RecordID] {
        let isWhole = sold.sale.lines.indices.allSatisfy { index in
            let now = pieces.first { $0.line == index + 1 }?.refund ?? .nothing
            return sold.returned(index + 1) + now == sold.line(index + 1).whole
        }
        guard isWhole else { return [] }
        return (sold.sale.settlement?.coupons ?? []).filter { use in
            let lot = account?.lots.first { $0.terms.id == use.coupon }
            return use.mode == .right && lot.map { !$0.terms.isExpired(on: businessDate) } ?? false
        }.map(\.coupon)
    }
}

// MARK: What was earned is taken back

extension RefundRequest {
    /// First from the sale's own lot, then from others of the wallet; what is not held here becomes debt, which the
    /// hub takes from what it holds.
    private func clawback(
        of total: LineRefund, _ sold: RefundableSale, _ account: MemberAccount?, _ holder: RightsHolder
    ) -> (taken: [LotSpend], debts: [Refund.Debt]) {
        guard let account else { return ([], []) }
        var taken: [LotSpend] = []
        var debts: [Refund.Debt] = []
        let own = Set(sold.sale.lots(madeBy: sold.author, of: sold.node).map(\.terms.id))
        for (kind, amount) in [(LotKind.points, total.pointsEarned), (.growth, total.growthEarned)] where amount > 0 {
            guard let wallet = sold.wallet(kind) else { continue }
            var missing = amount
            let lots = account.lots.filter { $0.terms.wallet == wallet && $0.terms.kind == kind }
            for lot in lots.filter({ own.contains($0.terms.id) }) + lots.filter({ !own.contains($0.terms.id) }) {
                let part = min(missing, lot.right(of: holder))
                if part > 0 { taken.append(LotSpend(lot: lot.terms.id, amount: part)) }
                missing -= part
            }
            if missing > 0 { debts.append(Refund.Debt(wallet: wallet, amount: missing)) }
        }
        return (taken, debts)
    }
}

extension RefundableSale {
    /// Whether a refund gives back no more than is left: line by line, form by form, and lot by lot.
    package func accepts(_ refund: Refund) -> Bool {
        guard refund.sale == sale.id, refund.member == sale.member,
            refund.lines.allSatisfy({ sale.lines.indices.contains(Int($0.line) - 1) })
        else { return false }
        let total = refund.lines.reduce(LineRefund.nothing) { $0 + $1.moved }
        let fits = refund.lines.allSatisfy { line in
            let sum = returned(Int(line.line)) + line.moved
            return zip(sum.amounts, self.line(Int(line.line)).whole.amounts).allSatisfy { $0 <= $1 }
        }
        let back = refund.restored.reduce(0) { $0 + $1.amount } + refund.renewed.reduce(0) { $0 + $1.amount }
        return fits && back <= total.pointsSpent + total.principalMinor + total.bonusMinor
            && refund.restored.allSatisfy { $0.amount <= left(in: $0.lot) }
            && Set(refund.coupons).isSubset(of: couponsLeft) && Set(refund.coupons).count == refund.coupons.count
    }

    /// Used with right, and not given back yet.
    private var couponsLeft: Set<RecordID> {
        let used = (sale.settlement?.coupons ?? []).filter { $0.mode == .right }.map(\.coupon)
        return Set(used).subtracting(refunds.flatMap(\.coupons))
    }

    /// Of what the sale has spent of a lot, what has not come back yet.
    private func left(in lot: RecordID) -> Int64 {
        let spent = (sale.settlement?.spends ?? []).first { $0.lot == lot }?.amount ?? 0
        return spent - refunds.flatMap(\.restored).reduce(0) { $1.lot == lot ? $0 + $1.amount : $0 }
    }

    /// What a line brought in. A basket that was only reported has its points spread over its lines now.
    func line(_ number: Int) -> RefundableLine {
        let line = sale.lines[number - 1]
        let shares = sale.settlement?.lines[number - 1]
        return RefundableLine(
            quantityMilli: line.quantityMilli, netMinor: line.netMinor, pointsMinor: shares?.pointsMinor ?? 0,
            principalMinor: shares?.principalMinor ?? 0, bonusMinor: shares?.bonusMinor ?? 0,
            pointsSpent: pointsSpent[number - 1],
            pointsEarned: shares?.pointsEarned
                ?? Allocation.split(sale.points, by: sale.lines.map { max(0, $0.netMinor) })[number - 1],
            growthEarned: shares?.growthEarned ?? 0)
    }

    private var pointsSpent: [Int64] {
        guard let settlement = sale.settlement else { return sale.lines.map { _ in 0 } }
        let weights = settlement.lines.map(\.pointsMinor)
        return Allocation.split(settlement.pointsSpent, by: weights)
    }

    func returned(_ number: Int) -> LineRefund {
        refunds.flatMap(\.lines).filter { $0.line == number }.reduce(.nothing) { sum, line in
            sum
                + LineRefund(
                    quantityMilli: line.quantityMilli, amountMinor: line.netMinor, pointsMinor: line.shares.pointsMinor,
                    principalMinor: line.shares.principalMinor, bonusMinor: line.shares.bonusMinor,
                    pointsSpent: line.pointsSpent, pointsEarned: line.shares.pointsEarned,
                    growthEarned: line.shares.growthEarned)
        }
    }

    /// The lots of a kind that the sale has spent, last first, less what came back to them: so much of them.
    func spent(_ kind: LotKind, _ account: MemberAccount, _ amount: Int64) -> [LotSpend] {
        let kinds = Dictionary(account.lots.map { ($0.terms.id, $0.terms.kind) }) { first, _ in first }
        var back: [RecordID: Int64] = [:]
        for refund in refunds {
            for spend in refund.restored { back[spend.lot, default: 0] += spend.amount }
            for item in refund.renewed {
                for spend in sale.settlement?.spends ?? []
                where RecordID.derived("renewed", refund.id.value, spend.lot.value, "") == item.terms.id {
                    back[spend.lot, default: 0] += item.amount
                }
            }
        }
        var missing = amount
        return (sale.settlement?.spends ?? []).reversed().filter { kinds[$0.lot] == kind }.compactMap { spend in
            let part = min(missing, spend.amount - (back[spend.lot] ?? 0))
            missing -= max(0, part)
            return part > 0 ? LotSpend(lot: spend.lot, amount: part) : nil
        }
    }

    func wallet(_ kind: LotKind) -> String? {
        guard let settlement = sale.settlement else { return kind == .points ? Sale.standardWallet : nil }
        return settlement.accruals.first { $0.kind == kind }?.wallet
    }

    var moneyTender: Tender.Kind {
        let money = (sale.settlement?.tenders ?? []).filter { $0.kind != .points && $0.kind != .storedValue }
        return money.max { $0.amountMinor < $1.amountMinor }?.kind ?? .cash
    }
}

extension Refund.Line {
    fileprivate var moved: LineRefund {
        LineRefund(
            quantityMilli: quantityMilli, amountMinor: netMinor, pointsMinor: shares.pointsMinor,
            principalMinor: shares.principalMinor, bonusMinor: shares.bonusMinor, pointsSpent: pointsSpent,
            pointsEarned: shares.pointsEarned, growthEarned: shares.growthEarned)
    }
}

extension LineRefund {
    fileprivate func line(_ number: Int) -> Refund.Line {
        Refund.Line(
            line: UInt32(number), quantityMilli: quantityMilli, netMinor: amountMinor, pointsSpent: pointsSpent,
            shares: LineSettlement(
                couponMinor: 0, pointsMinor: pointsMinor, principalMinor: principalMinor, bonusMinor: bonusMinor,
                pointsEarned: pointsEarned, growthEarned: growthEarned))
    }
}
