import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// What the hub writes of itself has to have a reason, and must be the hub's to give.
extension SimulatedChain {
    func checkHubsOwn(_ operation: Operation) throws {
        switch Fact(operation) {
        case .transfer(let transfer)?:
            switch transfer.cause {
            case .grant: try checkGrant(transfer, to: operation.audience)
            case .allowance: try checkAllowance(transfer)
            case .recall, .giveBack, .writeoff, .surrender:
                throw failure(.onlyIssued, "the hub wrote a transfer of cause \(transfer.cause.rawValue)")
            }
        case .booking(let booking)?: try checkBooking(booking)
        case .refund(let refund)?: try checkHubsRefund(refund, as: operation.dot)
        case .couponSpent(let spent)?:
            for coupon in spent.coupons {
                let isUsed = books.redemptions[coupon]?.contains { $0.mode == .optimistic } ?? false
                try check(isUsed, .onlyIssued, "the hub calls a coupon used that nobody has used without right")
            }
        case .tier(let change)?: try checkConfirmed(change)
        case .member?, .sale?, .decision?, .topUp?, .release?, .couponIssue?, .couponVoid?, .programme?, .unknown?,
            nil:
            throw failure(.onlyIssued, "the hub wrote \(operation.kind.rawValue) and nobody asked for it")
        }
        try check(ledger.write(operation), .oneContent, "the hub wrote operation \(operation.dot.sequence) twice")
    }

    /// A grant answers an authorization of that node: once, whole, out of what was asked for, and never after a no.
    private func checkGrant(_ transfer: Transfer, to audience: Audience) throws {
        guard let authorization = transfer.reference, let asked = wire.asked[authorization] else {
            throw failure(.onlyIssued, "the hub grants what no node has asked for")
        }
        let node = nodes[asked.node]
        try check(
            transfer.to == .actor(node.actor) && audience == .nodes([node.node]), .onlyIssued,
            "the hub grants to another than has asked")
        try check(!wire.denied.contains(authorization), .answers, "the hub grants what it has denied")
        try check(wire.answer(authorization), .answers, "the hub grants twice for one authorization")
        let amount = transfer.items.reduce(0) { $0 + $1.amount }
        try check(
            UInt64(clamping: amount) == asked.request.amount, .answers,
            "\(amount) granted where \(asked.request.amount) were asked for")
        for item in transfer.items {
            let isWanted: Bool =
                switch asked.request.subject {
                case .lot(let id): item.terms.id == id
                case .wallet(_, let wallet): item.terms.wallet == wallet && item.terms.kind != .coupon
                }
            try check(isWanted, .onlyIssued, "the hub grants other lots than were asked for")
        }
        mark(.grantGiven)
    }

    /// Never above what headquarters has ever allowed.
    private func checkAllowance(_ transfer: Transfer) throws {
        let amount = transfer.items.reduce(0) { $0 + $1.amount }
        try check(
            amount <= ledger.allowanceMax && transfer.items.allSatisfy { $0.terms.kind != .coupon }, .onlyIssued,
            "the hub puts \(amount) where nobody may have more than \(ledger.allowanceMax)")
        let actors = nodes.map(\.actor) + (outlaw.map { [$0.actor] } ?? [])
        let isNode = actors.contains { transfer.to == .actor($0) }
        try check(isNode, .onlyIssued, "the hub fills an allowance for nobody")
        mark(.allowanceFilled)
        guard let node = nodes.first(where: { transfer.to == .actor($0.actor) }) else { return }
        try checkReason(transfer, at: node)
    }

    /// At a branch where the owner, or who is the same person, has been, or that one of them calls home.
    private func checkReason(_ allowance: Transfer, at node: SimulatedNode) throws {
        let persons = expected.persons()
        let owners = Set(allowance.items.compactMap(\.terms.member).map { persons[$0] ?? $0 })
        let isVisited = books.visitors[node.node, default: []].contains { owners.contains(persons[$0] ?? $0) }
        guard !isVisited else { return }
        let home = Array("shop\(node.index)".utf8)
        let isHome = expected.members.filter { owners.contains(persons[$0] ?? $0) }.contains { member in
            expected.live(of: member).contains { $0.slot.field == MemberField.homeBranch.rawValue && $0.value == home }
        }
        try check(isHome, .onlyIssued, "the hub fills an allowance where nobody has been or is at home")
        mark(.homeFilled)
    }

    private func checkBooking(_ booking: Booking) throws {
        var owed = books.debts
        for line in booking.lines {
            switch (booking.cause, line) {
            case (.repayment, .repay(let spend, let member, let wallet)):
                let account = WalletAccount(member: member, wallet: wallet)
                owed[account, default: 0] -= spend.amount
                try check(owed[account] ?? 0 >= 0, .onlyIssued, "the hub takes more than is owed")
            case (.expire, .debit(let spend)):
                let expiresOn = books.lots[spend.lot]?.terms.expiresOn
                try check(
                    expiresOn.map { $0 < booking.businessDate } ?? false, .onlyIssued,
                    "the hub books out on \(booking.businessDate.text) what has not expired")
            case (.adjust, .debit(let spend)):
                try check(
                    books.voided.contains(spend.lot), .onlyIssued, "the hub books out what nobody has taken back")
            case _: throw failure(.onlyIssued, "the hub wrote a booking of cause \(booking.cause.rawValue)")
            }
        }
        mark(booking.cause == .expire ? .expiredBookedOut : booking.cause == .adjust ? .voidClosed : .debtRepaid)
    }

    /// The hub says of a tier what the purchases in its log bring, or lets one go whose time is over.
    private func checkConfirmed(_ change: TierChange) throws {
        try check(!change.isProvisional, .onlyIssued, "the hub gives a tier for the time being")
        guard let cause = change.cause else {
            let isOver = books.tiers[change.member]?.contains { !$0.isProvisional && $0.until != nil } ?? false
            return try check(isOver, .onlyIssued, "the hub takes a tier that it never gave")
        }
        try check(
            books.reaches(change.tier, by: change.member, since: cause), .onlyIssued,
            "the hub gives a tier that the purchases do not bring")
        mark(.tierConfirmed)
    }

    /// For a branch that has asked, of a sale whose seller has handed the right over.
    private func checkHubsRefund(_ refund: Refund, as dot: Dot) throws {
        guard let number = ledger.refunds[refund.id], case .refund(let request) = questions[number].request,
            request.sale == refund.sale
        else { throw failure(.onlyIssued, "the hub takes back what nobody has brought") }
        let seller = books.sellers[refund.sale]
        try check(
            seller?.isReleased ?? false || seller?.node == .hub, .refundsWithinSale,
            "the hub takes back a sale before its seller has handed the right over")
        if let seller { try checkWithin(refund, seller.sale, soldAt: seller.node) }
        try noteRefund(refund, as: dot)
        mark(.refundedThroughHub)
    }

    // MARK: The books

    /// Returns what the hub should object to in the operation.
    func enterBooks(_ entry: LogEntry) throws -> VerdictReason? {
        guard let fact = Fact(entry.operation) else { return nil }
        let author = entry.operation.dot.actor
        let node = self.node(of: author)
        let before = touchable(by: fact, author, node)
        let isUnaware = books.unanswered[.actor(author)] != nil
        let outcome = books.take(fact, as: entry.operation.dot, of: node, at: entry.stamp.hubSequence) {
            expected.persons()
        }
        booksTouched.formUnion(outcome.touched)
        for terms in Movements(of: fact, by: author, at: node).opened { ledger.terms[terms.id] = terms }
        let isHonest = node == .hub || nodes.contains { $0.node == node }
        let isRefused =
            outcome.objection.map {
                ![.duplicateSale, .overdrawn, .expired, .foreignLot, .couponVoid, .overLimit, .tierDisputed]
                    .contains($0)
            } ?? false
        if !isRefused, node == .hub || !isHonest {
            for move in Movements(of: fact, by: author, at: node).moves where move.effect != .attempted {
                try total(move, isAtRisk: !isHonest || move.effect == .writtenOff)
            }
        }
        // A lost branch may take goods back that the hub has taken back as well: that stands on its disk alone.
        if outcome.objection == .refundExceedsSale, ledger.writtenOff.contains(author) {
            for move in Movements(of: fact, by: author, at: node).moves { ledger.totals[move.lot]?.isAtRisk = true }
        }
        if node == .hub {
            try check(outcome.lacking.isEmpty, .rightsHeld, "the hub moves what it does not hold: \(fact)")
        } else if isUnaware {
            try checkLate(outcome, by: author, before)
        } else if isHonest {
            try check(outcome.lacking.isEmpty, .rightsHeld, "node \(node.value) is found to have overdrawn a lot")
        }
        if case .transfer(let transfer) = fact, node == .hub, !isRefused { post(transfer) }
        return outcome.objection
    }

    func node(of actor: ActorID) -> NodeID {
        if let node = nodes.first(where: { $0.actor == actor }) { return node.node }
        return outlaw?.actor == actor ? outlaw?.node ?? .hub : .hub
    }

    private func touchable(by fact: Fact, _ author: ActorID, _ node: NodeID) -> [RecordID: Int64] {
        guard books.unanswered[.actor(author)] != nil else { return [:] }
        var others: [RecordID: Int64] = [:]
        for move in Movements(of: fact, by: author, at: node).moves where move.effect != .attempted {
            let lot = books.lots[move.lot]
            others[move.lot] = (lot?.remaining ?? 0) - (lot?.right(of: .actor(author)) ?? 0)
        }
        return others
    }

    /// What comes of a branch that was written off is the chain's loss, and nobody else's.
    private func checkLate(_ outcome: Books.Outcome, by author: ActorID, _ before: [RecordID: Int64]) throws {
        for (id, others) in before.sorted(by: { $0.key < $1.key }) {
            let lot = books.lots[id]
            let after = (lot?.remaining ?? 0) - (lot?.right(of: .actor(author)) ?? 0)
            try check(after >= others, .lateIsLoss, "a branch written off took \(others - after) from others")
        }
        if !outcome.lacking.isEmpty { mark(.lateAfterWriteOff) }
    }

    /// On its way to the branch that it concerns.
    private func post(_ transfer: Transfer) {
        for node in nodes where [transfer.from, transfer.to].contains(.actor(node.actor)) {
            node.holding.send(transfer)
            guard transfer.cause == .writeoff else { continue }
            ledger.writtenOff.insert(node.actor)
            books.releaseAll(of: node.node)
        }
    }

    func checkHubLots() throws {
        for id in booksTouched.sorted() { try checkHubLot(id) }
        booksTouched = []
    }

    func checkHubLot(_ id: RecordID) throws {
        let lot = try hub.store.lot(id)
        guard let booked = books.lots[id] else {
            return try check(lot == nil, .conserved, "the hub has a lot that nobody made")
        }
        try check(
            booked.agrees(with: lot), .conserved,
            "the hub's books say \(lot.map { "\($0)" } ?? "nothing"), the log \(booked)")
    }
}
