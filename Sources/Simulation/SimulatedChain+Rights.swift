import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// Every operation of a node is held against what the node had the right to, whatever its store says.
extension SimulatedChain {
    // MARK: What nobody has asked for at this moment

    func checkUnasked(_ operation: Operation, at node: SimulatedNode) throws {
        switch Fact(operation) {
        case .sale(let sale)?:
            guard let number = ledger.checkouts[sale.id], questions[number].node == node.index else {
                throw failure(.onlyIssued, "node \(node.index) sold what nobody wanted to buy")
            }
            try checkSold(sale, as: operation.dot, for: number, at: node)
        case .transfer(let transfer)?: try checkGiven(transfer, by: node)
        case .release(let release)?: try checkReleased(release, by: node)
        case .tier(let change)?: try checkGiven(change, by: node)
        case .member?, .decision?, .topUp?, .refund?, .booking?, .couponIssue?, .couponVoid?, .couponSpent?,
            .programme?, .unknown?, nil:
            throw failure(.onlyIssued, "node \(node.index) wrote \(operation.kind.rawValue) and nobody asked for it")
        }
    }

    /// A branch gives a tier with the sale that it has just recorded, and never for good.
    func checkGiven(_ change: TierChange, by node: SimulatedNode) throws {
        let sold = ledger.sold.last { $0.node == node.index }?.sale
        try check(
            change.isProvisional && change.cause == sold?.id && change.member == sold?.member, .onlyIssued,
            "node \(node.index) gives a tier that none of its sales has brought")
        mark(.tierGiven)
    }

    /// A checkout may be completed as long as its till waits, and never after the till was told that it was not.
    func checkSold(_ sale: Sale, as dot: Dot, for number: Int, at node: SimulatedNode) throws {
        guard case .checkout(let checkout) = questions[number].request else {
            throw failure(.onlyIssued, "a sale is not what till's question \(number) was")
        }
        try check(checkout.isRepeated(by: sale), .onlyIssued, "the sale is not the one that the till wanted")
        try check(
            questions[number].waitsInside > 0, .answers,
            "node \(node.index) sold after it had told the till that it did not")
        try check(ledger.dot(ofSale: sale.id, at: node.index) == nil, .receiptKept, "one checkout was sold twice")
        let paid = (sale.settlement?.tenders ?? []).reduce(0) { $0 + $1.amountMinor }
        try check(paid == sale.netMinor, .control, "tenders of \(paid) for a sale of \(sale.netMinor)")
        ledger.note(sale: sale.id, at: node.index, as: dot)
        ledger.sold.append(Ledger.Sold(sale: sale, node: node.index))
        for use in sale.settlement?.coupons ?? [] {
            mark(use.mode == .right ? .couponRedeemed : .couponRedeemedOptimistically)
        }
        if !(sale.settlement?.spends.isEmpty ?? true) { mark(node.engine.isConnected ? .spent : .spentOffline) }
    }

    /// A return answers a recall of this node, or gives up a grant that nobody used, or what lies idle.
    private func checkGiven(_ transfer: Transfer, by node: SimulatedNode) throws {
        try check(
            transfer.from == .actor(node.actor) && transfer.to == .hub, .onlyIssued,
            "node \(node.index) hands on what is not its own")
        switch (transfer.cause, transfer.reference) {
        case (.recall, let reference?):
            let asked = wire.recalled[reference]
            try check(asked?.node == node.index, .onlyIssued, "node \(node.index) answers a recall that was not its")
            for item in transfer.items {
                let wanted = asked?.recall.wanted.first { $0.lot == item.terms.id }?.amount ?? 0
                try check(
                    UInt64(clamping: item.amount) <= wanted, .onlyIssued,
                    "\(item.amount) given where \(wanted) were recalled")
            }
            mark(.recallAnswered)
        case (.giveBack, let reference?):
            guard let asked = wire.asked[reference], asked.node == node.index, wire.granted[reference] != nil else {
                throw failure(.onlyIssued, "node \(node.index) gives back what was not granted to it")
            }
            wire.granted[reference]?.isReturned = true
            mark(.grantReturned)
            if asked.incarnation != node.process.incarnation { mark(.intentSwept) }
        case (.giveBack, nil):
            mark(transfer.items.contains { books.voided.contains($0.terms.id) } ? .voidReturned : .idleReturned)
        case (.surrender, let writeOff?):
            try check(
                books.unanswered[.actor(node.actor)]?.contains(writeOff) ?? false, .onlyIssued,
                "node \(node.index) surrenders and nobody has written it off")
            mark(.surrendered)
        case (.surrender, nil), (.recall, nil), (.grant, _), (.allowance, _), (.writeoff, _):
            throw failure(.onlyIssued, "node \(node.index) wrote a transfer of cause \(transfer.cause.rawValue)")
        }
    }

    private func checkReleased(_ release: Release, by node: SimulatedNode) throws {
        let isAsked = wire.recalled.values.contains { asked in
            asked.node == node.index && asked.recall.wanted.contains { $0.lot == release.sale }
        }
        try check(isAsked, .onlyIssued, "node \(node.index) releases a sale and nobody asked for it")
        try check(
            ledger.dot(ofSale: release.sale, at: node.index) != nil, .onlyIssued,
            "node \(node.index) releases another's sale")
        node.holding.release(release.sale)
    }

    // MARK: Whose it was to spend

    /// What a node has written moves its own rights; nothing may be lacking.
    func settleRights(_ operation: Operation, at node: SimulatedNode) throws {
        guard let fact = Fact(operation) else { return }
        let movements = Movements(of: fact, by: node.actor, at: node.node)
        for terms in movements.opened { ledger.terms[terms.id] = terms }
        for move in movements.moves where move.effect != .attempted {
            let lacking = node.holding.take(move, as: node.actor)
            try check(
                move.amount > 0 && lacking == 0, .rightsHeld,
                "node \(node.index) \(move.effect) \(move.amount) of a lot and lacks \(lacking)")
            if case .sale(let sale) = fact, move.effect == .spent {
                let isInDate = ledger.terms[move.lot]?.isSpendable(on: sale.businessDate) ?? false
                try check(isInDate, .inDate, "a lot was spent on \(sale.businessDate.text)")
            }
            try total(move)
            if let taken = Taken(by: fact), taken.lots.contains(move.lot) { try checkOwner(of: move.lot, taken, node) }
            if move.from == .actor(node.actor) { wire.use(move.amount, of: move.lot, at: node.index) }
            node.touched.insert(move.lot)
        }
        if case .refund(let refund) = fact { try checkRefund(refund, by: node) }
        if case .transfer(let transfer) = fact, transfer.cause == .surrender { surrender(at: node) }
    }

    /// Nobody pays with what is another's, as far as anybody ever took the two for different people.
    private func checkOwner(of lot: RecordID, _ taken: Taken, _ node: SimulatedNode) throws {
        guard let owner = ledger.terms[lot]?.member, owner != taken.member else { return }
        let persons = ExpectedRecords.persons(by: Array(expected.everLinked))
        let isSame = taken.member.map { (persons[$0] ?? $0) == persons[owner] ?? owner } ?? false
        try check(isSame, .rightsHeld, "node \(node.index) takes from a lot of another member")
    }

    private func surrender(at node: SimulatedNode) {
        let held = node.holding.surrender(sales: ledger.sales(at: node.index))
        if !held.isEmpty { mark(.surrenderedMore) }
        for (lot, amount) in held {
            wire.use(amount, of: lot, at: node.index)
            node.touched.insert(lot)
        }
    }

    func total(_ move: Movement, isAtRisk: Bool = false) throws {
        ledger.totals[move.lot, default: LotTotals()].take(move)
        if isAtRisk { ledger.totals[move.lot]?.isAtRisk = true }
        try check(
            !(ledger.totals[move.lot]?.isOverspent ?? false), .neverOverspent,
            "more was spent of a lot on all disks than was ever in it")
    }

    private func checkRefund(_ refund: Refund, by node: SimulatedNode) throws {
        guard let dot = ledger.dot(ofSale: refund.sale, at: node.index), let operation = ledger.contents[dot],
            case .sale(let sale)? = Fact(operation)
        else { throw failure(.refundsWithinSale, "node \(node.index) takes back what it has not sold") }
        try check(
            !node.holding.released.contains(refund.sale), .refundsWithinSale,
            "node \(node.index) takes back a sale after it has handed the right to the hub")
        try checkWithin(refund, sale, soldAt: node.node)
        mark(.refundedHere)
    }

    func checkWithin(_ refund: Refund, _ sale: Sale, soldAt node: NodeID) throws {
        let key = Ledger.SoldBy(sale: sale.id, node: node)
        let isWithin = ledger.returned[key, default: Returned()].take(refund, of: sale)
        // What a lost branch still took back, the hub could not know when it took the same back for others.
        let isLost = nodes.contains { $0.node == node && ledger.writtenOff.contains($0.actor) }
        try check(isWithin || isLost, .refundsWithinSale, "more came back of a sale than was sold")
        let paid = refund.tenders.reduce(0) { $0 + $1.amountMinor }
        try check(paid == refund.netMinor, .control, "tenders of \(paid) for a refund of \(refund.netMinor)")
    }

    // MARK: What has reached a node

    /// The hub's transfers that the node has taken in since, ahead of the log or with it.
    func receiveTransfers(at node: SimulatedNode) throws {
        for transfer in node.holding.inFlight where try isKnown(transfer, at: node) {
            node.holding.arrive(transfer, at: node.actor)
            node.touched.formUnion(transfer.items.map(\.terms.id))
            if transfer.from == .actor(node.actor) {
                // A grant may have come shortly before the branch was written off.
                for item in transfer.items { wire.use(item.amount, of: item.terms.id, at: node.index) }
            }
            guard transfer.cause == .grant, let authorization = transfer.reference else { continue }
            var unused: [RecordID: Int64] = [:]
            for item in transfer.items { unused[item.terms.id] = item.amount }
            wire.granted[authorization] = Wire.Granted(node: node.index, transfer: transfer, unused: unused)
        }
    }

    private func isKnown(_ transfer: Transfer, at node: SimulatedNode) throws -> Bool {
        let sql = "SELECT 1 FROM business WHERE id = x'\(transfer.id.hexadecimal)'"
        return try !node.store.reader.inspect(sql).isEmpty
    }

    /// The node's own fold of the lots that have moved, held against the reckoning.
    func checkTouched(at node: SimulatedNode) throws {
        for id in node.touched.sorted() { try checkLot(id, at: node) }
        node.touched = []
    }

    func checkLot(_ id: RecordID, at node: SimulatedNode) throws {
        let lot = try node.store.lot(id)
        try check(lot?.isConserved ?? true, .conserved, "node \(node.index) has a lot that does not add up")
        let (held, wanted) = (lot?.right(of: .actor(node.actor)) ?? 0, node.holding.right(to: id))
        try check(
            held == wanted, .rightsHeld, "node \(node.index) believes to hold \(held) of a lot, and has \(wanted)")
        let others = lot?.rights.keys.filter { $0 != .actor(node.actor) } ?? []
        try check(others.isEmpty, .rightsHeld, "node \(node.index) keeps books on others' rights")
    }
}
