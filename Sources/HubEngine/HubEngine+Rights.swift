import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Rights on request: from what the hub holds, or from other branches that can be heard.
extension HubEngine {
    /// A node whose till waits, while others are asked to hand rights back.
    struct Pending {
        enum Need {
            case authorization(AuthorizationRequest)
            case refund(question: UInt64, RefundRequest)
        }

        let connection: ConnectionID
        let node: NodeID
        let need: Need
        let sinceMilliseconds: UInt64
        /// Recalls that are still out.
        var recalls: Set<UInt128>
    }

    /// A branch that has been asked, and how far its log must have come before it has said all.
    struct OpenRecall {
        let node: NodeID
        let actor: ActorID
        var through: UInt64?
    }

    func authorize(_ request: AuthorizationRequest, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        guard let node = lines[id]?.node else { return }
        let authorization = RecordID(request.id)
        if let entry = try store.entry(under: Transfer.id(granting: authorization)) {
            return grant(request, entry, on: id)
        }
        if let code = try store.denial(of: authorization) {
            return try denyAgain(request, DenialCode(rawValue: code) ?? .deniedBefore, node, on: id, nowMilliseconds)
        }
        let lots = try lots(for: request.subject, nowMilliseconds)
        if let code = try refusal(request.subject, lots) {
            return try denyForGood(request, code, node, on: id, lots, nowMilliseconds)
        }
        guard try !grantNow(request, lots, node, on: id, nowMilliseconds) else { return }
        let recalls = recall(missing(request, lots), of: lots, for: node)
        guard !recalls.isEmpty else {
            return try denyForGood(request, .insufficient, node, on: id, lots, nowMilliseconds)
        }
        wait(
            Pending(
                connection: id, node: node, need: .authorization(request), sinceMilliseconds: steadyMilliseconds,
                recalls: recalls))
    }

    /// The customer stands at the till: it is decided when the time is over, not when somebody happens to look.
    func wait(_ item: Pending) {
        pending.append(item)
        #if DEBUG
            if store.faults.bug == .recallsOutliveTheirTime { return }
        #endif
        actions.append(.wakeAfter(milliseconds: Limits.recallWaitMilliseconds))
    }

    /// What may be spent today of what is asked for, whoever holds it.
    private func lots(
        for subject: AuthorizationRequest.Subject, _ nowMilliseconds: UInt64
    ) throws -> [Lot] {
        let today = today(nowMilliseconds)
        switch subject {
        case .wallet(let member, let wallet):
            return try store.account(of: member).lots.filter {
                $0.terms.wallet == wallet && $0.terms.kind != .coupon && $0.terms.isSpendable(on: today)
            }
        case .lot(let id): return try store.lot(id).map { [$0] } ?? []
        }
    }

    private func refusal(_ subject: AuthorizationRequest.Subject, _ lots: [Lot]) throws -> DenialCode? {
        switch subject {
        case .wallet(let member, _):
            let member = try store.member(member)
            if member.state.live.isEmpty && lots.isEmpty { return .unknown }
            return member.value(.frozen) == "yes" ? .frozen : nil
        case .lot(let id):
            guard let lot = lots.first else { return .unknown }
            guard lot.remaining > 0 else { return .spent }
            return try store.coupon(id)?.isVoid ?? false ? .policy : nil
        }
    }

    private func missing(_ request: AuthorizationRequest, _ lots: [Lot]) -> Int64 {
        Int64(clamping: request.amount) - lots.reduce(0) { $0 + $1.right(of: .hub) }
    }

    // MARK: Granting

    /// False where the hub holds too little.
    private func grantNow(
        _ request: AuthorizationRequest, _ lots: [Lot], _ node: NodeID, on id: ConnectionID,
        _ nowMilliseconds: UInt64
    ) throws -> Bool {
        guard missing(request, lots) <= 0, let actor = lines[id]?.written.first?.actor,
            try !store.isSealed(actor)
        else { return false }
        let authorization = RecordID(request.id)
        let items = Self.items(Int64(clamping: request.amount), from: lots)
        let transfer = Transfer(
            id: Transfer.id(granting: authorization), from: .hub, to: .actor(actor), cause: .grant,
            reference: authorization, items: items)
        guard transfer.isWellFormed, items.count <= Transfer.itemsMax else { return false }
        try write(.transfer(transfer), for: .nodes([node]), nowMilliseconds)
        #if DEBUG
            if store.faults.bug == .grantsTwice { try grantAgain(transfer, to: node, nowMilliseconds) }
        #endif
        guard let entry = try store.entry(under: transfer.id) else { return false }
        grant(request, entry, on: id)
        return true
    }

    /// Soonest expiry first.
    static func items(_ amount: Int64, from lots: [Lot]) -> [Transfer.Item] {
        var missing = amount
        return lots.sorted { LotTerms.isSpentBefore($0.terms, $1.terms) }.compactMap { lot in
            let part = min(missing, lot.right(of: .hub))
            missing -= part
            return part > 0 ? Transfer.Item(terms: lot.terms, amount: part) : nil
        }
    }

    /// A word of headquarters', through the same gate as everybody's.
    func write(_ fact: Fact, for audience: Audience, _ nowMilliseconds: UInt64) throws {
        try writeWords(nowMilliseconds)
        let operation = store.draft(fact, for: audience, at: nowMilliseconds)
        try accept([ReplicaStore.Arrival(operation: operation, node: .hub)], nowMilliseconds)
    }

    private func grant(_ request: AuthorizationRequest, _ entry: LogEntry, on id: ConnectionID) {
        let steps = lines[id]?.session.grant(Grant(authorization: request.id, entry: entry)) ?? []
        perform(steps, on: id)
    }

    // MARK: Denying

    private func denyForGood(
        _ request: AuthorizationRequest, _ code: DenialCode, _ node: NodeID, on id: ConnectionID, _ lots: [Lot],
        _ nowMilliseconds: UInt64
    ) throws {
        try store.noteDenial(
            of: RecordID(request.id), to: node, code: code.rawValue, nowMilliseconds: nowMilliseconds)
        let available = lots.reduce(0) { $0 + $1.right(of: .hub) }
        deny(request, code, on: id, try held(lots, besides: node), available: UInt64(clamping: available))
    }

    /// A no stays a no, with the same reason; who holds the rest is told as it is now.
    private func denyAgain(
        _ request: AuthorizationRequest, _ code: DenialCode, _ node: NodeID, on id: ConnectionID,
        _ nowMilliseconds: UInt64
    ) throws {
        let lots = try lots(for: request.subject, nowMilliseconds)
        let available = lots.reduce(0) { $0 + $1.right(of: .hub) }
        deny(request, code, on: id, try held(lots, besides: node), available: UInt64(clamping: available))
    }

    private func deny(
        _ request: AuthorizationRequest, _ code: DenialCode, on id: ConnectionID, _ held: [HeldElsewhere],
        available: UInt64
    ) {
        let denial = Denial(authorization: request.id, code: code, available: available, held: held)
        let steps = lines[id]?.session.deny(denial) ?? []
        perform(steps, on: id)
    }

    /// Which branches hold how much, those that can be heard first.
    func held(_ lots: [Lot], besides node: NodeID?) throws -> [HeldElsewhere] {
        var amounts: [NodeID: Int64] = [:]
        for lot in lots {
            for (holder, amount) in lot.rights {
                guard case .actor(let actor) = holder, let owner = store.actorState(actor)?.node, owner != node
                else { continue }
                amounts[owner, default: 0] += amount
            }
        }
        let connected = Set(lines.values.filter(\.session.isSyncing).compactMap(\.node))
        return try amounts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { node, amount in
            HeldElsewhere(
                branchCode: try store.rosterEntry(node)?.branchCode ?? String(node.value),
                amount: UInt64(clamping: amount), isConnected: connected.contains(node))
        }
    }

    // MARK: Recalling

    /// Asks every other holder that can be heard for up to so much. A request only: losing it changes nothing.
    private func recall(_ amount: Int64, of lots: [Lot], for node: NodeID) -> Set<UInt128> {
        var recalls: Set<UInt128> = []
        for id in lines.keys.sorted() {
            guard let line = lines[id], line.session.speaksOfRights, let owner = line.node, owner != node,
                let actor = line.written.first?.actor
            else { continue }
            let wanted = lots.compactMap { lot -> Recall.Wanted? in
                let part = min(amount, lot.right(of: .actor(actor)))
                return part > 0 ? Recall.Wanted(lot: lot.terms.id, amount: UInt64(clamping: part)) : nil
            }
            if let number = send(Array(wanted.prefix(Limits.recallLotsMax)), to: owner, actor, on: id) {
                recalls.insert(number)
            }
        }
        return recalls
    }

    func send(_ wanted: [Recall.Wanted], to node: NodeID, _ actor: ActorID, on id: ConnectionID) -> UInt128? {
        guard !wanted.isEmpty else { return nil }
        let number = UInt128(bigEndianBytes: randomBytes(16))
        let steps = lines[id]?.session.recall(Recall(id: number, wanted: wanted)) ?? []
        guard !steps.isEmpty else { return nil }
        perform(steps, on: id)
        recalls[number] = OpenRecall(node: node, actor: actor)
        return number
    }

    func yielded(_ yield: Yield) {
        recalls[yield.recall]?.through = yield.through
    }

    /// Whoever waits is served as soon as rights have come, and told when no more are to be expected.
    func servePending(_ nowMilliseconds: UInt64) throws {
        guard !pending.isEmpty else { return }
        let said = Set(recalls.filter { isSaid($0.value) }.keys)
        for number in said { recalls[number] = nil }
        let waiting = pending
        pending = []
        for var item in waiting {
            item.recalls.subtract(said)
            let isLate =
                steadyMilliseconds - min(steadyMilliseconds, item.sinceMilliseconds) >= Limits.recallWaitMilliseconds
            if try !serve(item, isLast: item.recalls.isEmpty || isLate, nowMilliseconds) { pending.append(item) }
        }
    }

    private func isSaid(_ recall: OpenRecall) -> Bool {
        guard let through = recall.through else { return false }
        return store.actorState(recall.actor)?.lastSequence ?? 0 >= through
    }

    /// True where there is nothing more to wait for.
    private func serve(_ item: Pending, isLast: Bool, _ nowMilliseconds: UInt64) throws -> Bool {
        switch item.need {
        case .authorization(let request):
            let lots = try lots(for: request.subject, nowMilliseconds)
            if try grantNow(request, lots, item.node, on: item.connection, nowMilliseconds) { return true }
            guard isLast else { return false }
            try denyForGood(request, .insufficient, item.node, on: item.connection, lots, nowMilliseconds)
            return true
        case .refund(let question, let request):
            let isRefunded = try refundNow(request, question, item.node, on: item.connection, nowMilliseconds)
            if !isRefunded, isLast { answer(question, "seller_unreachable", [], on: item.connection) }
            return isRefunded || isLast
        }
    }

    /// Nobody waits on a line that is gone, and nothing comes from it.
    func forgetPending(on id: ConnectionID, of node: NodeID?) {
        pending.removeAll { $0.connection == id }
        for (number, recall) in recalls where recall.node == node { recalls[number]?.through = 0 }
    }
}
