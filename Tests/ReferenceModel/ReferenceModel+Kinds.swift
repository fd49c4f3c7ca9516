import Crypto
internal import Replication

/// What each kind enters, and what the hub says of it: the paragraphs of §14 below the tables.
extension ReferenceModel {
    mutating func sell(
        _ sale: SaleBody, as dot: Dot, by author: UInt128, of node: NodeID, at position: UInt64,
        knowing observed: Observed
    ) -> String {
        guard sale.isAcceptable else { return "flagged:unacceptable" }
        // "A sale whose id is in the books is duplicate_sale: it is not among the sales again, but enters what it
        // enters."
        let isRepeat = sold[sale.id] != nil
        if !isRepeat {
            sold[sale.id] = Sold(body: sale, node: node, position: position)
        } else if sold[sale.id]?.node != node, soldAgain[sale.id]?[node] == nil {
            soldAgain[sale.id, default: [:]][node] = Sold(body: sale, node: node, position: position)
        }
        var lacking: Int64 = 0
        var isInTime = true
        for spend in sale.settlement?.spends ?? [] {
            if !isSpendable(spend.lot, on: sale.date) { isInTime = false }
            lacking += self.spend(spend.amount, in: spend.lot, from: author)
        }
        for use in sale.settlement?.coupons ?? [] {
            if !isSpendable(use.coupon, on: sale.date) { isInTime = false }
            if use.mode == "right" {
                lacking += spend(1, in: use.coupon, from: author)
            } else {
                // "spend 1 from the hub, and nothing of that is overdrawn in the verdict's sense."
                _ = spend(1, in: use.coupon, from: Self.hub)
            }
            redemptions[use.coupon, default: []].append(
                Redemption(
                    sale: sale.id, position: position, dot: dot, mode: use.mode, discount: use.discount))
        }
        for accrual in accruals(of: sale) {
            let lot = lotID(dot.actor.value, sale.id, accrual.wallet, accrual.kind)
            open(
                TermsBody(
                    lot: lot, member: sale.member, kind: accrual.kind, wallet: accrual.wallet,
                    issuer: Int64(node.value), opened: sale.date, available: accrual.available,
                    expires: accrual.expires))
            lacking += earn(accrual.amount, in: lot, to: author)
            // "then move what is not kept here to the hub": the hub's own is there already.
            if author != Self.hub {
                lacking += move(accrual.amount - accrual.keptHere, in: lot, from: author, to: Self.hub)
            }
        }
        if isRepeat { return "flagged:duplicate_sale" }
        if lacking > 0 { return "flagged:overdrawn" }
        if !isInTime { return "flagged:expired" }
        let taken = (sale.settlement?.spends ?? []).map(\.lot) + (sale.settlement?.coupons ?? []).map(\.coupon)
        if areForeign(taken, to: sale.member) { return "flagged:foreign_lot" }
        guard let settlement = sale.settlement else { return sale.basketVerdict }
        if settlement.coupons.contains(where: { voided.contains($0.coupon) }) { return "flagged:coupon_void" }
        if goesBeyondLimit(at: position) { return "flagged:over_limit" }
        return earningVerdict(sale, settlement, knowing: observed)
    }

    /// "Without a settlement, a sale with a member and points is one accrual of kind points in the wallet points,
    /// without days, all of it kept."
    private func accruals(of sale: SaleBody) -> [SaleBody.Accrual] {
        if sale.member == nil { return [] }
        if let settlement = sale.settlement { return settlement.accruals }
        if sale.points == 0 { return [] }
        return [
            SaleBody.Accrual(
                kind: "points", wallet: "points", amount: sale.points, keptHere: sale.points, available: nil,
                expires: nil)
        ]
    }

    mutating func topUp(_ topUp: TopUpBody, by author: UInt128, actor: UInt128) -> String {
        guard topUp.isAcceptable else { return "flagged:unacceptable" }
        let isRepeat = !usedIDs.insert(topUp.id).inserted
        var lacking: Int64 = 0
        for (kind, amount, expires) in [
            ("principal", topUp.principal, nil as String?), ("bonus", topUp.bonus, topUp.bonusExpires),
        ] where amount > 0 {
            let lot = lotID(actor, topUp.id, topUp.wallet, kind)
            open(
                TermsBody(
                    lot: lot, member: topUp.member, kind: kind, wallet: topUp.wallet, issuer: 0, opened: topUp.date,
                    available: nil, expires: expires))
            lacking += earn(amount, in: lot, to: author)
        }
        // "The same top-up of two actors is duplicate_entry the second time, and enters its own lots all the same."
        if isRepeat { return "flagged:duplicate_entry" }
        return lacking > 0 ? "flagged:overdrawn" : "ok"
    }

    mutating func transfer(
        _ transfer: TransferBody, by author: UInt128, of authorNode: NodeID, about node: NodeID?
    ) -> String {
        let isAllowed =
            switch transfer.cause {
            case "grant", "allowance": author == Self.hub && transfer.from == Self.hub
            case "recall", "return", "surrender":
                author != Self.hub && transfer.from == author && transfer.to == Self.hub
            default:
                author == Self.hub && transfer.from != Self.hub && transfer.to == Self.hub && !transfer.reason.isEmpty
            }
        guard isAllowed else { return "flagged:authority" }
        guard transfer.isAcceptable else { return "flagged:unacceptable" }
        if usedIDs.contains(transfer.id) { return "flagged:duplicate_entry" }
        // "Nothing is given to an actor that has a write-off to answer."
        if transfer.from == Self.hub, unanswered[transfer.to] != nil { return "flagged:authority" }
        if transfer.cause == "surrender" { return surrender(transfer, of: authorNode) }
        if transfer.from == Self.hub {
            // "If the hub's own giving lacks something, the operation is overdrawn and moves nothing."
            for item in transfer.items where rights(of: Self.hub, in: item.terms.lot) < item.amount {
                return "flagged:overdrawn"
            }
            // "Only a transfer from the hub makes a lot known to whoever has not met it."
            for item in transfer.items { open(item.terms) }
        }
        usedIDs.insert(transfer.id)
        // "What a lost branch has sold may come back at the hub from then on."
        if transfer.cause == "writeoff" {
            unanswered[transfer.from, default: []].insert(transfer.id)
            for (id, sale) in sold where sale.node == node { sold[id]?.isReleased = true }
        }
        var lacking: Int64 = 0
        for item in transfer.items {
            lacking += move(item.amount, in: item.terms.lot, from: transfer.from, to: transfer.to)
        }
        return lacking > 0 ? "flagged:overdrawn" : "ok"
    }

    /// "It answers a write-off of its author, once; everything that the author has goes to the hub."
    private mutating func surrender(_ transfer: TransferBody, of node: NodeID) -> String {
        guard let writeOff = transfer.reference, unanswered[transfer.from]?.remove(writeOff) != nil else {
            return "flagged:authority"
        }
        if unanswered[transfer.from]?.isEmpty ?? false { unanswered[transfer.from] = nil }
        usedIDs.insert(transfer.id)
        for (id, sale) in sold where sale.node == node { sold[id]?.isReleased = true }
        for lot in lots.keys {
            _ = move(rights(of: transfer.from, in: lot), in: lot, from: transfer.from, to: Self.hub)
        }
        return "ok"
    }

    mutating func refund(_ refund: RefundBody, as dot: Dot, by author: UInt128, of node: NodeID) -> String {
        guard refund.isAcceptable else { return "flagged:unacceptable" }
        if usedIDs.contains(refund.id) { return "flagged:duplicate_entry" }
        // "Where several nodes have recorded it, each takes back what it has recorded itself."
        let isAgain = node != .hub && sold[refund.sale]?.node != node && soldAgain[refund.sale]?[node] != nil
        let recorded = isAgain ? soldAgain[refund.sale]?[node] : sold[refund.sale]
        guard let recorded, mayRefund(refund, of: recorded, at: node) else { return "flagged:refund_exceeds_sale" }
        usedIDs.insert(refund.id)
        if isAgain {
            soldAgain[refund.sale]?[node]?.refunds.append(refund)
        } else {
            sold[refund.sale]?.refunds.append(refund)
        }
        for line in refund.lines {
            let place = SaleLine(sale: refund.sale, line: line.line)
            returned[place, default: Returned()].quantity += line.quantity
            returned[place, default: Returned()].net += line.net
        }
        var lacking: Int64 = 0
        for spend in refund.restored { lacking += restore(spend.amount, in: spend.lot, to: author) }
        for item in refund.renewed {
            open(item.terms)
            lacking += earn(item.amount, in: item.terms.lot, to: author)
        }
        for spend in refund.clawedBack {
            lacking += take(spend.amount, in: spend.lot, from: author, isExpiry: false)
        }
        for debt in refund.debts {
            guard let member = refund.member else { continue }
            let wallet = Wallet(member: member, name: debt.wallet)
            owe(debt.amount, wallet)
            if debtMakers[wallet]?.contains(dot) != true { debtMakers[wallet, default: []].append(dot) }
        }
        for coupon in refund.coupons {
            lacking += restore(1, in: coupon, to: author)
            // "whose redemptions by this sale then do not count any more."
            for (index, redemption) in (redemptions[coupon] ?? []).enumerated()
            where redemption.position == recorded.position {
                redemptions[coupon]?[index].isUndone = true
            }
        }
        if isAgain { return "flagged:duplicate_sale" }
        if lacking > 0 { return "flagged:overdrawn" }
        return areForeign(refund.clawedBack.map(\.lot), to: refund.member) ? "flagged:foreign_lot" : "ok"
    }

    /// "It takes from a lot of another member, who is not the same person." Who is, `member` operations say; this model
    /// knows of nobody who is.
    private func areForeign(_ taken: [UInt128], to member: UInt128?) -> Bool {
        taken.contains { lots[$0]?.member.map { $0 != member } ?? false }
    }

    private func mayRefund(_ refund: RefundBody, of sale: Sold, at node: NodeID) -> Bool {
        // "The node that recorded the sale may write it until it has released the sale, then the hub may."
        guard node == (sale.isReleased ? NodeID.hub : sale.node) else { return false }
        guard refund.member == sale.body.member else { return false }
        // "a line gives back more than it has of its quantity, its net, what was paid of that with points, principal or
        // bonus, the points that were spent, or what it earned."
        let whole = wholeLines(of: sale.body)
        for line in refund.lines {
            guard line.line <= whole.count else { return false }
            var back = [Int64](repeating: 0, count: 8)
            for earlier in (sale.refunds + [refund]).flatMap(\.lines) where earlier.line == line.line {
                for (index, amount) in earlier.forms.enumerated() { back[index] += amount }
            }
            for (index, amount) in back.enumerated() where amount > whole[Int(line.line) - 1][index] { return false }
        }
        // "more is restored and renewed than its lines say: points spent, principal and bonus."
        var said: Int64 = 0
        for line in refund.lines { said += line.pointsSpent + line.shares[2] + line.shares[3] }
        for amount in refund.restored.map(\.amount) + refund.renewed.map(\.amount) { said -= amount }
        guard said >= 0 else { return false }
        // "a lot gets back more than the sale has spent of it; or a coupon comes back that the sale has not used with
        // right, or a second time."
        var spent: [UInt128: Int64] = [:]
        var used: [UInt128: Int] = [:]
        for spend in sale.body.settlement?.spends ?? [] { spent[spend.lot, default: 0] += spend.amount }
        for use in sale.body.settlement?.coupons ?? [] where use.mode == "right" { used[use.coupon, default: 0] += 1 }
        for refund in sale.refunds + [refund] {
            for spend in refund.restored { spent[spend.lot, default: 0] -= spend.amount }
            for coupon in refund.coupons { used[coupon, default: 0] -= 1 }
        }
        for left in spent.values { guard left >= 0 else { return false } }
        for left in used.values { guard left >= 0 else { return false } }
        return true
    }

    /// Quantity, net, of it with points, principal and bonus, points spent, points and growth earned, line by line.
    private func wholeLines(of sale: SaleBody) -> [[Int64]] {
        guard let settlement = sale.settlement else {
            let earned = spread(sale.points, by: sale.lines.map { max(0, $0.net) })
            return sale.lines.enumerated().map { [$1.quantity, $1.net, 0, 0, 0, 0, earned[$0], 0] }
        }
        // "The points that the sale has spent are its spends, less all principal and bonus."
        var points: Int64 = 0
        for spend in settlement.spends { points += spend.amount }
        for shares in settlement.shares { points -= shares[2] + shares[3] }
        let spent = spread(max(0, points), by: settlement.shares.map { $0[1] })
        return sale.lines.enumerated().map { index, line in
            let shares = settlement.shares[index]
            return [line.quantity, line.net, shares[1], shares[2], shares[3], spent[index], shares[4], shares[5]]
        }
    }

    /// "in proportion, rounded down, and one more for the largest remainders, the earlier line first; evenly where
    /// nothing weighs."
    private func spread(_ amount: Int64, by weights: [Int64]) -> [Int64] {
        let weights = weights.contains { $0 > 0 } ? weights : weights.map { _ in 1 }
        var total: Int128 = 0
        for weight in weights { total += Int128(weight) }
        var shares = weights.map { Int64(Int128(amount) * Int128($0) / total) }
        let remainders = weights.map { Int128(amount) * Int128($0) % total }
        var isRaised = weights.map { _ in false }
        while shares.reduce(0, +) < amount {
            var best: Int?
            for index in weights.indices where !isRaised[index] {
                if best == nil || remainders[index] > remainders[best ?? 0] { best = index }
            }
            guard let best else { break }
            shares[best] += 1
            isRaised[best] = true
        }
        return shares
    }

    /// "Only the node that recorded the sale; from anybody else it is authority."
    mutating func release(_ sale: UInt128, of node: NodeID) -> String {
        guard node != .hub, sold[sale]?.node == node else { return "flagged:authority" }
        sold[sale]?.isReleased = true
        return "ok"
    }

    mutating func book(_ booking: BookingBody, isByHub: Bool) -> String {
        guard isByHub else { return "flagged:authority" }
        guard booking.isAcceptable else { return "flagged:unacceptable" }
        guard usedIDs.insert(booking.id).inserted else { return "flagged:duplicate_entry" }
        var lacking: Int64 = 0
        for line in booking.lines {
            switch line {
            case .credit(let item):
                open(item.terms)
                lacking += earn(item.amount, in: item.terms.lot, to: Self.hub)
            case .debit(let spend):
                lacking += take(spend.amount, in: spend.lot, from: Self.hub, isExpiry: booking.cause == "expire")
            case .debt(let member, let wallet, let amount): owe(amount, Wallet(member: member, name: wallet))
            case .repay(let spend, let member, let wallet):
                lacking += take(spend.amount, in: spend.lot, from: Self.hub, isExpiry: false)
                owe(-spend.amount, Wallet(member: member, name: wallet))
            case .charge(let node, let item, let code, let amount, _):
                charged["\(node) \(item) \(code)", default: 0] += amount
            }
        }
        return lacking > 0 ? "flagged:overdrawn" : "ok"
    }

    mutating func issue(_ issue: CouponBody) -> String {
        guard issue.isAcceptable else { return "flagged:unacceptable" }
        // "If one of them is in the books, the operation is duplicate_entry and enters nothing."
        for coupon in issue.coupons where uses[coupon.id] != nil { return "flagged:duplicate_entry" }
        var lacking: Int64 = 0
        for coupon in issue.coupons {
            uses[coupon.id] = issue.uses
            coupons[coupon.id] = Coupon(
                member: coupon.member, definition: issue.definition, revision: issue.revision)
            open(
                TermsBody(
                    lot: coupon.id, member: coupon.member, kind: "coupon", wallet: issue.definition, issuer: 0,
                    opened: issue.from, available: issue.from, expires: issue.to))
            lacking += earn(issue.uses, in: coupon.id, to: Self.hub)
        }
        return lacking > 0 ? "flagged:overdrawn" : "ok"
    }

    /// "as much less owed by this member in this wallet, down to nothing."
    private mutating func owe(_ amount: Int64, _ wallet: Wallet) {
        let sum = (owed[wallet] ?? 0) + amount
        owed[wallet] = sum > 0 ? sum : nil
    }

    /// "the first 128 bits of SHA-256 over its parts, each part preceded by its length in bytes as a decimal number and
    /// a colon."
    private func lotID(_ actor: UInt128, _ business: UInt128, _ wallet: String, _ kind: String) -> UInt128 {
        Self.derived([Array("lot".utf8), Self.bytes(actor), Self.bytes(business), Array("\(wallet):\(kind)".utf8)])
    }

    static func surrenderID(of writeOff: UInt128) -> UInt128 {
        derived([Array("surrender".utf8), bytes(writeOff), bytes(0), []])
    }

    private static func derived(_ parts: [[UInt8]]) -> UInt128 {
        let content = parts.flatMap { Array("\($0.count):".utf8) + $0 }
        return SHA256.hash(data: content).prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }

    private static func bytes(_ value: UInt128) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: value >> UInt128(120 - 8 * $0)) }
    }
}
