import Loyalty
import Replication

/// What the hub's log makes of every lot, debt, refund and coupon, reckoned without the store.
struct Books {
    private(set) var lots: [RecordID: BookedLot] = [:]
    private(set) var debts: [WalletAccount: Int64] = [:]
    /// In the hub's order.
    private(set) var redemptions: [RecordID: [Redeemed]] = [:]
    private(set) var tendersMinor: [String: Int64] = [:]
    private(set) var sellers: [RecordID: Seller] = [:]
    /// The same sales, recorded elsewhere once more.
    private var sellersAgain: [Ledger.SoldBy: Seller] = [:]
    /// What has ever made a debt, but for headquarters' own word.
    private(set) var debtMakers: [WalletAccount: [Dot]] = [:]
    private(set) var coupons: [RecordID: IssuedCoupon] = [:]
    /// Who has bought, loaded or brought back where.
    private(set) var visitors: [NodeID: Set<RecordID>] = [:]
    private(set) var voided: Set<RecordID> = []
    /// Everything said of members' tiers, in the hub's order.
    private(set) var tiers: [RecordID: [TierChange]] = [:]
    /// What headquarters has declared.
    private(set) var programme = Programme.standard
    /// Of each coupon, its definition and that one's revision.
    private(set) var definitions: [RecordID: Definition] = [:]
    private(set) var disputes: [Dispute] = []
    private(set) var refunds: [RecordID: [Refund]] = [:]
    private var uses: [RecordID: Int] = [:]
    private var entered: Set<RecordID> = []
    /// Write-offs that those whom they concern have not answered yet.
    private(set) var unanswered: [RightsHolder: Set<RecordID>] = [:]
    private var returned: [LineOfSale: Int64] = [:]
    private var returnedMinor: [LineOfSale: Int64] = [:]

    struct Definition: Hashable {
        let code: String
        let revision: UInt32
    }

    /// What the hub has found to dispute a tier when it heard of it.
    struct Dispute {
        let fact: Fact
        let dot: Dot
    }

    struct Redeemed: Equatable {
        let sale: RecordID
        let coupon: RecordID
        let discountMinor: Int64
        let mode: CouponUse.Mode
        let position: UInt64
        let dot: Dot
        /// Where it was used.
        let node: NodeID
        var isUndone = false
    }

    struct Seller {
        let node: NodeID
        let sale: Sale
        var isReleased = false
    }

    private struct LineOfSale: Hashable {
        let sale: RecordID
        let seller: NodeID
        let line: UInt32
    }

    /// What came of one entry of the log.
    struct Outcome {
        var objection: VerdictReason?
        var touched: Set<RecordID> = []
        /// What holders had not, by lot.
        var lacking: [RecordID: Int64] = [:]
    }

    /// - Parameter fact: what the entry says, where nothing was wrong with the operation itself.
    /// - Parameter persons: who is whom, at this place of the log.
    mutating func take(
        _ fact: Fact, as dot: Dot, of node: NodeID, at position: UInt64, persons: () -> [RecordID: RecordID]
    ) -> Outcome {
        var outcome = Outcome()
        outcome.objection = objection(to: fact, by: node)
        if let objection = outcome.objection, objection != .duplicateSale { return outcome }
        if case .refund(let refund) = fact, sellers[refund.sale]?.node != node, node != .hub {
            outcome.objection = .duplicateSale
        }
        let movements = Movements(of: fact, by: dot.actor, at: node, surrendering: surrendered(by: fact))
        for terms in movements.opened where lots[terms.id] == nil { lots[terms.id] = BookedLot(terms: terms) }
        var isOutOfTime = false
        for move in movements.moves {
            outcome.touched.insert(move.lot)
            if case .sale(let sale) = fact, move.effect == .spent,
                lots[move.lot].map({ !$0.terms.isSpendable(on: sale.businessDate) }) ?? false
            {
                isOutOfTime = true
            }
            let lacking = lots[move.lot]?.take(move) ?? move.amount
            if lacking > 0, move.effect != .attempted { outcome.lacking[move.lot, default: 0] += lacking }
        }
        for (account, amount) in movements.debts {
            let owed = max(0, (debts[account] ?? 0) + amount)
            debts[account] = owed == 0 ? nil : owed
            if case .refund = fact { debtMakers[account, default: []].append(dot) }
        }
        if !outcome.lacking.isEmpty { outcome.objection = outcome.objection ?? .overdrawn }
        if isOutOfTime { outcome.objection = outcome.objection ?? .expired }
        if outcome.objection == nil, takesOthers(fact, persons) { outcome.objection = .foreignLot }
        let usesVoid = usesVoid(fact)
        let disputes = disputesTier(fact)
        enter(fact, as: dot, of: node, at: position)
        if let visitor = Self.visitor(of: fact) { visitors[node, default: []].insert(visitor) }
        if usesVoid { outcome.objection = outcome.objection ?? .couponVoid }
        if goesBeyondLimit(fact, at: position) { outcome.objection = outcome.objection ?? .overLimit }
        if disputes, outcome.objection == nil {
            outcome.objection = .tierDisputed
            self.disputes.append(Dispute(fact: fact, dot: dot))
        }
        return outcome
    }

    private func takesOthers(_ fact: Fact, _ persons: () -> [RecordID: RecordID]) -> Bool {
        guard let taken = Taken(by: fact) else { return false }
        let owners = taken.lots.compactMap { lots[$0]?.terms.member }.filter { $0 != taken.member }
        guard !owners.isEmpty else { return false }
        guard let member = taken.member else { return true }
        let persons = persons()
        return owners.contains { (persons[$0] ?? $0) != (persons[member] ?? member) }
    }

    private static func visitor(of fact: Fact) -> RecordID? {
        switch fact {
        case .sale(let sale): sale.member
        case .topUp(let topUp): topUp.member
        case .refund(let refund): refund.member
        case .member, .decision, .transfer, .release, .booking, .couponIssue, .couponVoid, .couponSpent, .programme,
            .tier, .unknown:
            nil
        }
    }

    private func objection(to fact: Fact, by node: NodeID) -> VerdictReason? {
        switch fact {
        case .sale(let sale): sellers[sale.id] == nil ? nil : .duplicateSale
        case .refund(let refund): isSound(refund, by: node) ? nil : .refundExceedsSale
        case .release(let release): sellers[release.sale]?.node == node ? nil : .authority
        case .transfer(let transfer): entered.contains(transfer.id) ? .duplicateEntry : objection(to: transfer)
        case .topUp(let topUp): entered.contains(topUp.id) ? .duplicateEntry : nil
        case .booking(let booking): entered.contains(booking.id) ? .duplicateEntry : nil
        case .couponIssue(let issue):
            issue.coupons.allSatisfy { coupons[$0.id] == nil } ? nil : .duplicateEntry
        case .member, .decision, .couponVoid, .couponSpent, .programme, .tier, .unknown: nil
        }
    }

    private func objection(to transfer: Transfer) -> VerdictReason? {
        switch transfer.cause {
        case .grant, .allowance: unanswered[transfer.to] == nil ? nil : .authority
        case .surrender:
            transfer.reference.map { unanswered[transfer.from]?.contains($0) ?? false } ?? false ? nil : .authority
        case .recall, .giveBack, .writeoff: nil
        }
    }

    private func surrendered(by fact: Fact) -> [BookedLot] {
        guard case .transfer(let transfer) = fact, transfer.cause == .surrender else { return [] }
        return lots(heldBy: transfer.from)
    }

    private func isSound(_ refund: Refund, by node: NodeID) -> Bool {
        guard !entered.contains(refund.id), let seller = seller(of: refund, by: node),
            node == (seller.isReleased ? .hub : seller.node)
        else { return false }
        return refund.lines.allSatisfy { line in
            guard seller.sale.lines.indices.contains(Int(line.line) - 1) else { return false }
            let sold = seller.sale.lines[Int(line.line) - 1]
            let key = LineOfSale(sale: refund.sale, seller: seller.node, line: line.line)
            return (returned[key] ?? 0) + line.quantityMilli <= sold.quantityMilli
                && (returnedMinor[key] ?? 0) + line.netMinor <= sold.netMinor
        }
    }

    /// Each branch takes back what it has recorded itself; the hub, what the first has.
    private func seller(of refund: Refund, by node: NodeID) -> Seller? {
        let first = sellers[refund.sale]
        if node == .hub || first?.node == node { return first }
        return sellersAgain[Ledger.SoldBy(sale: refund.sale, node: node)] ?? first
    }

    private mutating func enter(_ fact: Fact, as dot: Dot, of node: NodeID, at position: UInt64) {
        switch fact {
        case .sale(let sale): enter(sale, as: dot, of: node, at: position)
        case .refund(let refund): enter(refund, by: node)
        case .release(let release): sellers[release.sale]?.isReleased = true
        case .topUp(let topUp):
            entered.insert(topUp.id)
            tendersMinor[topUp.tender.rawValue, default: 0] += topUp.principalMinor
        case .transfer(let transfer):
            entered.insert(transfer.id)
            enter(transfer, of: node)
        case .booking(let booking): entered.insert(booking.id)
        case .couponIssue(let issue):
            for coupon in issue.coupons {
                coupons[coupon.id] = coupon
                definitions[coupon.id] = Definition(
                    code: issue.definitionCode, revision: issue.definitionRevision)
                uses[coupon.id] = Int(issue.uses)
            }
        case .couponVoid(let void): voided.formUnion(void.coupons)
        case .programme(let edit): programme.apply(edit.item)
        case .tier(let change): tiers[change.member, default: []].append(change)
        case .member, .decision, .couponSpent, .unknown: break
        }
    }

    private mutating func enter(_ transfer: Transfer, of node: NodeID) {
        switch transfer.cause {
        case .writeoff: unanswered[transfer.from, default: []].insert(transfer.id)
        case .surrender:
            if let writeOff = transfer.reference { unanswered[transfer.from]?.remove(writeOff) }
            if unanswered[transfer.from]?.isEmpty ?? false { unanswered[transfer.from] = nil }
            releaseAll(of: node)
        case .grant, .allowance, .recall, .giveBack: break
        }
    }

    private mutating func enter(_ sale: Sale, as dot: Dot, of node: NodeID, at position: UInt64) {
        for use in sale.settlement?.coupons ?? [] {
            redemptions[use.coupon, default: []].append(
                Redeemed(
                    sale: sale.id, coupon: use.coupon, discountMinor: use.discountMinor, mode: use.mode,
                    position: position, dot: dot, node: node))
        }
        if let first = sellers[sale.id] {
            let key = Ledger.SoldBy(sale: sale.id, node: node)
            if first.node != node, sellersAgain[key] == nil { sellersAgain[key] = Seller(node: node, sale: sale) }
            return
        }
        sellers[sale.id] = Seller(node: node, sale: sale)
        for tender in sale.settlement?.tenders ?? [] {
            tendersMinor[tender.kind.rawValue, default: 0] += tender.amountMinor
        }
    }

    private mutating func enter(_ refund: Refund, by node: NodeID) {
        entered.insert(refund.id)
        let seller = seller(of: refund, by: node)?.node ?? node
        if seller == sellers[refund.sale]?.node { refunds[refund.sale, default: []].append(refund) }
        for line in refund.lines {
            let key = LineOfSale(sale: refund.sale, seller: seller, line: line.line)
            returned[key, default: 0] += line.quantityMilli
            returnedMinor[key, default: 0] += line.netMinor
        }
        for tender in refund.tenders { tendersMinor["back \(tender.kind.rawValue)", default: 0] += tender.amountMinor }
        for coupon in refund.coupons {
            for index in redemptions[coupon]?.indices ?? 0..<0
            where redemptions[coupon]?[index].sale == refund.sale && redemptions[coupon]?[index].node == seller {
                redemptions[coupon]?[index].isUndone = true
            }
        }
    }

    // MARK: Looking up

    func lots(of member: RecordID, _ wallet: String) -> [BookedLot] {
        lots.values.filter { $0.terms.member == member && $0.terms.wallet == wallet }
            .sorted { $0.terms.id < $1.terms.id }
    }

    func lots(heldBy holder: RightsHolder) -> [BookedLot] {
        lots.values.filter { $0.right(of: holder) > 0 }.sorted { $0.terms.id < $1.terms.id }
    }

    /// A lost branch's sales may come back anywhere.
    mutating func releaseAll(of node: NodeID) {
        for id in sellers.keys where sellers[id]?.node == node { sellers[id]?.isReleased = true }
    }

    /// Which cases the ledger makes.
    var cases: [Case] {
        let debts = debts.keys.compactMap { account in
            debtMakers[account].map { Case(.debt(member: account.member, wallet: account.wallet, made: $0)) }
        }
        let redeemed = redemptions.compactMap { coupon, uses -> Case? in
            let standing = uses.filter { !$0.isUndone }
            guard coupons[coupon] != nil, standing.count > self.uses(of: coupon) else { return nil }
            return Case(.redeemedAgain(coupon: coupon, by: standing.map(\.dot)))
        }
        return debts + redeemed + limitCases + tierCases
    }

    func uses(of coupon: RecordID) -> Int { uses[coupon] ?? 0 }

    var couponsByID: [RecordID] { coupons.keys.sorted() }
}

/// A lot as it stands in the hub's books.
struct BookedLot: Equatable {
    let terms: LotTerms
    private(set) var earned: Int64 = 0
    private(set) var refunded: Int64 = 0
    private(set) var spent: Int64 = 0
    private(set) var expired: Int64 = 0
    private(set) var clawedBack: Int64 = 0
    private(set) var overdrawn: Int64 = 0
    private(set) var rights: [RightsHolder: Int64] = [:]

    init(terms: LotTerms) { self.terms = terms }

    func right(of holder: RightsHolder) -> Int64 { rights[holder] ?? 0 }
    var remaining: Int64 { rights.values.reduce(0, +) }

    /// Returns what was lacking.
    mutating func take(_ move: Movement) -> Int64 {
        switch move.effect {
        case .earned:
            guard earned == 0 else { return move.amount }
            earned = move.amount
            add(move.amount, to: move.to)
            return 0
        case .refunded:
            let back = min(move.amount, spent - refunded)
            refunded += back
            add(back, to: move.to)
            return move.amount - back
        case .spent, .attempted:
            let taken = remove(move.amount, from: move.from)
            spent += move.amount
            overdrawn += move.amount - taken
            return move.amount - taken
        case .expired:
            let taken = remove(move.amount, from: move.from)
            expired += taken
            return move.amount - taken
        case .clawedBack:
            let taken = remove(move.amount, from: move.from)
            clawedBack += taken
            return move.amount - taken
        case .moved, .writtenOff:
            let taken = remove(move.amount, from: move.from)
            add(taken, to: move.to)
            return move.amount - taken
        }
    }

    private mutating func remove(_ amount: Int64, from holder: RightsHolder?) -> Int64 {
        guard let holder, let held = rights[holder] else { return 0 }
        let taken = min(held, amount)
        rights[holder] = held > taken ? held - taken : nil
        return taken
    }

    private mutating func add(_ amount: Int64, to holder: RightsHolder?) {
        guard let holder, amount > 0 else { return }
        rights[holder, default: 0] += amount
    }

    /// Whether the hub's store says the same.
    func agrees(with lot: Lot?) -> Bool {
        guard let lot else { return false }
        return lot.terms == terms && lot.isConserved && lot.received == 0 && lot.sent == 0 && lot.earned == earned
            && lot.refunded == refunded && lot.spent == spent && lot.expired == expired
            && lot.clawedBack == clawedBack && lot.overdrawn == overdrawn && lot.rights == rights
    }
}
