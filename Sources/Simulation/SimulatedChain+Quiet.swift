import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// The costly checks: now and then, and when everything has come to rest.
extension SimulatedChain {
    func checkNowAndThen(_ place: Occurrence.Place) throws {
        guard checks.below(400) == 0 else { return }
        try checkVerified(place)
    }

    private func checkVerified(_ place: Occurrence.Place) throws {
        mark(.storeVerified)
        let result = try store(at: place).verify()
        try check(result.isSound, .foldOfLog, "\(place): \(result)")
    }

    func checkRecord(_ member: RecordID, in store: ReplicaStore, _ name: String) throws {
        let live = try store.reader.member(member)?.state.live ?? []
        let wanted = expected.live(of: member)
        try check(
            live == wanted, .expectedRecords, "member \(member.hexadecimal) at \(name): \(live), not \(wanted)")
    }

    // MARK: Agreement

    /// Why not everybody agrees yet; nil where they do.
    func disagreement() throws -> String? {
        guard hub.process.isUp else { return "the hub is down" }
        let waiting = questions.filter { $0.mustBeAnswered && !$0.isAnswered }
        guard waiting.isEmpty else {
            return "tills have no answer to \(waiting.map(\.description).joined(separator: ", "))"
        }
        for node in nodes {
            if let reason = try disagreement(of: node) { return "node \(node.index) \(reason)" }
        }
        return nil
    }

    private func disagreement(of node: SimulatedNode) throws -> String? {
        guard node.process.isUp, node.engine.isConnected else { return "is not connected" }
        let state = node.store.actorState(node.actor)
        guard state?.acknowledgedSequence == state?.lastSequence else {
            return "waits with \(state?.acknowledgedSequence ?? 0) of \(state?.lastSequence ?? 0) acknowledged"
        }
        guard try node.store.isEverythingStamped() else { return "has operations without a stamp" }
        let cursor = node.store.cursor?.sequence ?? 0
        guard cursor == hub.store.head else { return "is at \(cursor) of \(hub.store.head)" }
        return nil
    }

    /// On a good day a change made in one shop is seen in all others at once.
    func checkLivePush() throws {
        guard let node = nodes.first else { return }
        let before = try disagreement()
        try check(before == nil, .liveness, "after some calm minutes: \(before ?? "")")
        let member = RecordID(people.identifier())
        let request = EditRequest(
            member: member, creates: true, author: "till \(questions.count)", changes: [.set(.name, "Last of all")])
        pose(.edit(request), at: node.index, mustBeAnswered: true, after: 0)
        try happen(until: now + 1_000)
        for other in nodes {
            let isSeen = try other.store.reader.member(member) != nil
            try check(isSeen, .liveness, "a second later, node \(other.index) has not heard of a new member")
        }
        try happen(until: now + 60_000)
        let reason = try disagreement()
        try check(reason == nil, .liveness, "a minute later: \(reason ?? "")")
    }

    // MARK: Rest

    func checkWhenQuiet() throws {
        try checkVerified(.hub)
        for member in expected.members { try checkRecord(member, in: hub.store, "the hub") }
        try checkReceipts()
        try checkTotals()
        try checkAccounts()
        try checkCases(in: hub.store, atHub: true, "the hub")
        for node in nodes { try checkQuiet(node) }
        if ledger.deserved.contains(where: { $0.value.isVoid && ledger.contents[$0.key] != nil }) { mark(.voidUndone) }
    }

    private func checkQuiet(_ node: SimulatedNode) throws {
        try checkVerified(.node(node.index))
        try check(
            node.store.digest == hub.store.digest, .equalDigests, "node \(node.index) is not the hub at rest")
        for member in expected.members {
            try checkRecord(member, in: node.store, "node \(node.index)")
            let state = try node.store.reader.member(member)?.state
            let isLeftOver = !(state?.held.isEmpty ?? true) || !(state?.replacedEarly.isEmpty ?? true)
            try check(!isLeftOver, .expectedRecords, "node \(node.index) holds on to what was replaced long ago")
        }
        try checkLog(of: node)
        try checkSettled(node)
        try checkCases(in: node.store, atHub: false, "node \(node.index)")
        pose(.status, at: node.index, mustBeAnswered: true, after: 0)
        try happen(until: now + 100)
        let incidents = try node.store.incidents(limit: 1)
        try check(incidents.isEmpty, .honestPeace, "node \(node.index) noted \(incidents)")
    }

    /// The node's log is the hub's, as far as the node may know it, word for word and stamp for stamp.
    private func checkLog(of node: SimulatedNode) throws {
        let entries = try node.store.entries(after: 0, atMost: .max)
        let image = try node.store.imagePosition()
        var last: UInt64 = image ?? 0
        for entry in entries {
            let dot = entry.operation.dot
            let content =
                ledger.contents[dot] ?? ledger.claims[dot]?.first { $0.operation == entry.operation }?.operation
            try check(content == entry.operation, .oneContent, "node \(node.index) has another \(dot.sequence)")
            try check(
                entry.stamp.hubSequence == ledger.positions[dot], .oneContent,
                "node \(node.index) has another stamp on \(dot.sequence)")
            // A grant answers a waiting till, ahead of the log.
            guard dot.actor != node.actor, !entry.operation.isGrant, entry.stamp.hubSequence > image ?? 0 else {
                continue
            }
            try check(
                entry.stamp.hubSequence > last, .causality, "node \(node.index) took the log in another order")
            last = entry.stamp.hubSequence
        }
        let hubEntries = try hub.store.entries(after: 0, atMost: .max)
        let wanted = hubEntries.filter {
            ($0.operation.dot.actor == node.actor || $0.operation.audience.includes(node.node))
                && !isReplacedByImage($0, at: node, image)
        }
        let own = entries.sorted { $0.stamp.hubSequence < $1.stamp.hubSequence }
        try check(own == wanted, .equalDigests, "node \(node.index) has not the part of the log that is meant for it")
    }

    private func checkReceipts() throws {
        for dot in ledger.receipted.sorted() {
            try check(
                ledger.positions[dot] != nil, .receiptKept,
                "operation \(dot.sequence) was promised and is not in the log")
        }
        for dot in ledger.contents.keys.sorted() {
            try check(ledger.positions[dot] != nil, .receiptKept, "operation \(dot.sequence) never reached the hub")
        }
    }

    private func checkTotals() throws {
        let rows = try hub.store.reader.inspect(
            """
            SELECT (SELECT count(*) FROM sales), (SELECT coalesce(sum(net_minor), 0) FROM sales),
              (SELECT coalesce(sum(earned), 0) FROM points)
            """)
        let wanted = ["\(expected.sales.count)", "\(expected.netMinor)", "\(expected.points)"]
        try check(
            rows.first?.compactMap { $0 } == wanted, .totals, "\(rows) where \(wanted) was sold")
        for question in questions where question.mustBeAnswered && question.isSound {
            guard case .sale(let sale) = question.request else { continue }
            try check(expected.sales[sale.id] == sale, .totals, "the hub lacks a sale that a till was told is recorded")
        }
    }

    private func checkCases(in store: ReplicaStore, atHub: Bool, _ name: String) throws {
        let found = try openCases(in: store, atHub)
        try check(try openCases(in: store, atHub) == found, .cases, "\(name) derives other cases when asked again")
        let wanted = expected.cases(lookupKey: store.identity.lookupKey, atHub: atHub, ledger: books.cases)
        try check(
            found == wanted, .cases,
            "\(name) has the cases \(found.map(\.kind)), and not \(wanted.map(\.kind)), or others of those kinds")
        guard atHub else { return }
        for item in found { markOpened(item.kind) }
    }

    private func openCases(in store: ReplicaStore, _ atHub: Bool) throws -> [ExpectedRecords.ExpectedCase] {
        try store.reader.openCases(limit: 10_000).filter { atHub || $0.kind.hasPrefix("member.") }
            .map { ExpectedRecords.ExpectedCase(id: $0.id, kind: $0.kind) }.sorted()
    }
}

extension Operation {
    fileprivate var isGrant: Bool {
        if case .transfer(let transfer)? = Fact(self) { transfer.cause == .grant } else { false }
    }
}
