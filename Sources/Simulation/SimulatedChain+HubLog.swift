import Digests
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Every entry of the hub's log is looked at once, as soon as it is committed.
extension SimulatedChain {
    func inspectHubLog() throws {
        guard hub.store.head != ledger.head else { return }
        try check(hub.store.head > ledger.head, .cursorMonotone, "the hub's log went back to \(hub.store.head)")
        var touched: [RecordID] = []
        for entry in try hub.store.entries(after: ledger.head, atMost: .max) {
            try checkPlace(of: entry)
            try checkAuthor(of: entry)
            try checkCauses(of: entry)
            try checkStamp(of: entry)
            ledger.enter(entry)
            if let member = expected.take(entry) { touched.append(member) }
        }
        try check(ledger.head == hub.store.head, .cursorMonotone, "the hub's log has a hole before \(hub.store.head)")
        ledger.digests[ledger.head] = hub.store.digest.sum
        try checkHubLots()
        for member in touched where checks.chance(percent: 30) { try checkRecord(member, in: hub.store, "the hub") }
    }

    private func checkPlace(of entry: LogEntry) throws {
        let dot = entry.operation.dot
        try check(
            entry.stamp.hubSequence == ledger.head + 1, .cursorMonotone,
            "position \(entry.stamp.hubSequence) follows \(ledger.head)")
        try check(
            dot.sequence == (ledger.heads[dot.actor] ?? 0) + 1, .receiptKept,
            "operation \(dot.sequence) of an actor follows \(ledger.heads[dot.actor] ?? 0)")
    }

    private func checkAuthor(of entry: LogEntry) throws {
        let (operation, dot) = (entry.operation, entry.operation.dot)
        if dot.actor == hub.store.identity.actor {
            try checkCommanded(operation)
        } else if let written = ledger.contents[dot] {
            try check(written == operation, .oneContent, "the hub's log has another operation \(dot.sequence)")
        } else {
            let claim = ledger.claims[dot]?.first { $0.operation == operation }
            ledger.deserved[dot] = claim?.deserves
            try check(
                claim != nil, .onlyIssued, "nobody wrote operation \(dot.sequence) of kind \(operation.kind.rawValue)")
            mark(claim?.deserves == .ok ? .outlawBelieved : .outlawFlagged)
        }
    }

    private func checkCommanded(_ operation: Operation) throws {
        guard case .command(let words, let note)? = undertaking?.kind, !words.contains("dry"), !note.isEmpty else {
            return try checkDirected(operation)
        }
        // What headquarters has just credited is on its way to the member's home.
        if case .transfer(let transfer)? = Fact(operation), transfer.cause == .allowance {
            return try checkHubsOwn(operation)
        }
        // What comes home of a coupon that the command takes back.
        if case .booking(let booking)? = Fact(operation), booking.cause == .adjust {
            return try checkHubsOwn(operation)
        }
        let isWanted: Bool =
            switch Fact(operation) {
            case .member(let edit)?:
                edit.author == "administrator" && edit.reason == note && edit.authority == .headquarters
            case .decision(let decision)?: decision.reason == note && words.first == "cases.resolve"
            case .sale(let sale)?: sale.reference == note && words.contains(sale.id.hexadecimal)
            case .booking(let booking)?:
                booking.cause == .decision && booking.reason == note && words.first == "cases.resolve"
            case .tier(let change)?: !change.isProvisional && words.first == "cases.resolve"
            case .couponVoid(let void)?: void.reason == note && words.first == "cases.resolve"
            case .transfer(let transfer)?:
                transfer.cause == .writeoff && transfer.reason == note && words.first == "nodes.declare-lost"
            case .topUp?, .refund?, .release?, .couponIssue?, .couponSpent?, .programme?, .unknown?, nil: false
            }
        try check(isWanted, .onlyIssued, "the hub wrote \(operation.kind.rawValue), asked for \(words)")
        try check(ledger.write(operation), .oneContent, "the hub wrote operation \(operation.dot.sequence) twice")
        undertaking?.dots.append(operation.dot)
    }

    private func checkDirected(_ operation: Operation) throws {
        guard case .headquarters(let fact)? = undertaking?.kind, Fact(operation) == fact,
            undertaking?.dots.isEmpty ?? false
        else { return try checkHubsOwn(operation) }
        try check(ledger.write(operation), .oneContent, "the hub wrote operation \(operation.dot.sequence) twice")
        undertaking?.dots.append(operation.dot)
    }

    private var isOutlaws: (Dot) -> Bool { { [ledger] in ledger.claims[$0] != nil } }

    private func checkCauses(of entry: LogEntry) throws {
        let (operation, position) = (entry.operation, entry.stamp.hubSequence)
        if let epoch = hub.store.identity.epoch, !isOutlaws(operation.dot) {
            let seen = operation.observed.sequence(in: epoch)
            try check(seen < position, .causality, "position \(position) has observed \(seen)")
        }
        guard !entry.stamp.verdict.isVoid, case .member(let edit)? = Fact(operation) else { return }
        for target in edit.writes.flatMap(\.replaces) {
            try check(
                ledger.positions[target] != nil, .causality, "position \(position) replaces what is not in the log")
        }
    }

    private func checkStamp(of entry: LogEntry) throws {
        let now = hub.process.clock.reading(at: now)
        let latest = HybridTime(milliseconds: now + Limits.clockAheadToleranceMilliseconds)
        let (operation, stamp) = (entry.operation, entry.stamp)
        try check(
            stamp.effectiveTime == (isAhead(operation.time, latest) ? latest : operation.time), .verdict,
            "the effective time is \(stamp.effectiveTime.milliseconds)")
        let deserved = try deserved(entry, latest)
        try check(
            stamp.verdict == deserved, .verdict,
            "\(operation.kind.rawValue) at \(stamp.hubSequence) is \(stamp.verdict), deserves \(deserved)")
        markVerdict(stamp.verdict, on: operation)
    }

    private func isAhead(_ time: HybridTime, _ latest: HybridTime) -> Bool { time.milliseconds > latest.milliseconds }

    private func deserved(_ entry: LogEntry, _ latest: HybridTime) throws -> Verdict {
        let operation = entry.operation
        let deserved = ledger.deserved[operation.dot] ?? .ok
        switch deserved {
        case .ok, .flagged(.clockAhead), .flagged(.ruleMismatch), .flagged(.ruleUnknown):
            if let objection = try enterBooks(entry) { return .flagged(objection) }
            let isMild = deserved == .ok || deserved == .flagged(.ruleUnknown)
            return isMild && isAhead(operation.time, latest) ? .flagged(.clockAhead) : deserved
        case .flagged, .void: return deserved
        }
    }

    private func markVerdict(_ verdict: Verdict, on operation: Operation) {
        switch verdict {
        case .ok: if Fact(operation) == .unknown { mark(.unknownKindPassedOn) }
        case .flagged(.clockAhead): mark(.clockAheadFlagged)
        case .flagged(.duplicateSale):
            mark(operation.kind == Refund.kind ? .refundedTwiceSold : .saleDuplicateFlagged)
        case .flagged(.overdrawn): mark(.overdrawnFlagged)
        case .flagged(.foreignLot): mark(.foreignLotFlagged)
        case .flagged(.couponVoid): mark(.couponVoidFlagged)
        case .flagged(.overLimit): mark(.overLimitFlagged)
        case .flagged(.tierDisputed): mark(.tierDisputedFlagged)
        case .flagged(.ruleMismatch): mark(.ruleMismatchFlagged)
        case .flagged(.ruleUnknown): mark(.ruleUnknownFlagged)
        case .flagged: break
        case .void(let reason):
            switch reason {
            case .replacesUnseen: mark(.voidReplacesUnseen)
            case .authority: mark(.voidAuthority)
            case .malformed: mark(.voidMalformed)
            case .unacceptable: mark(.voidUnacceptable)
            case .audience: mark(.voidAudience)
            case _: break
            }
        }
    }
}
