import Digests
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// What a node has on its disk is looked at after every event.
extension SimulatedChain {
    /// True where the node has written an operation of its own.
    @discardableResult
    func inspect(_ node: SimulatedNode) throws -> Bool {
        let state = node.store.actorState(node.actor)
        let last = state?.lastSequence ?? 0
        let before = node.seen.lastSequence
        if !node.holding.inFlight.isEmpty { try receiveTransfers(at: node) }
        try check(
            last >= before, .receiptKept, "node \(node.index) had \(before) operations and has \(last)")
        if last > before {
            for operation in try node.store.operations(of: node.actor, from: before + 1) {
                try checkWritten(operation, at: node)
            }
        }
        try checkTouched(at: node)
        let (acknowledged, held) = (state?.acknowledgedSequence ?? 0, ledger.heads[node.actor] ?? 0)
        try check(
            acknowledged <= held, .acknowledgedHeld,
            "node \(node.index) believes \(acknowledged) held where \(held) are")
        if last > acknowledged + plan.hubPace.uploadWindowOperations, node.engine.isConnected {
            mark(.uploadWindowFull)
        }
        try inspectCursor(of: node)
        return last > before
    }

    private func checkWritten(_ operation: Operation, at node: SimulatedNode) throws {
        try check(
            ledger.write(operation), .oneContent, "node \(node.index) wrote operation \(operation.dot.sequence) twice")
        node.seen.lastSequence += 1
        try check(
            operation.dot == Dot(node.actor, node.seen.lastSequence), .receiptKept,
            "node \(node.index) has a hole at \(node.seen.lastSequence)")
        switch undertaking?.kind {
        case .question(let number)?:
            try checkAsked(operation, by: questions[number], number, at: node)
            try check(
                operation.observed == Observed(node.store.cursor.map { [$0] } ?? []), .causality,
                "node \(node.index) claims to have observed what it has not")
        case .strange(let deserved)?: ledger.deserved[operation.dot] = deserved
        case nil: try checkUnasked(operation, at: node)
        case .command?, .headquarters?:
            throw failure(.onlyIssued, "node \(node.index) wrote what headquarters asked for")
        }
        try settleRights(operation, at: node)
        undertaking?.dots.append(operation.dot)
    }

    private func checkAsked(
        _ operation: Operation, by question: Question, _ number: Int, at node: SimulatedNode
    ) throws {
        try check(question.node == node.index, .onlyIssued, "node \(node.index) wrote for another's till")
        switch (question.request, Fact(operation)) {
        case (.sale(let asked), .sale(let sale)?):
            try check(asked == sale, .onlyIssued, "the sale is not the one that the till sent")
            try check(
                ledger.dot(ofSale: sale.id, at: node.index) == nil, .receiptKept, "one sale was recorded twice")
            ledger.note(sale: sale.id, at: node.index, as: operation.dot)
            ledger.sold.append(Ledger.Sold(sale: sale, node: node.index))
        case (.checkout, .sale(let sale)?): try checkSold(sale, as: operation.dot, for: number, at: node)
        case (.checkout, .tier(let change)?): try checkGiven(change, by: node)
        case (.topUp(let asked), .topUp(let topUp)?): try checkToppedUp(topUp, asked, as: operation.dot)
        case (.refund(let asked), .refund(let refund)?): try checkTakenBack(refund, asked, as: operation.dot)
        case (.edit(let asked), .member(let edit)?): try checkAsked(edit, by: asked)
        case _: throw failure(.onlyIssued, "\(operation.kind.rawValue) was not what till's question \(number) was")
        }
    }

    private func checkAsked(_ edit: MemberEdit, by asked: EditRequest) throws {
        try check(
            edit.member == asked.member && edit.author == asked.author && edit.authority == .shop, .onlyIssued,
            "the edit is not the one that \(asked.author) sent")
        for write in edit.writes {
            let change = asked.changes.first { $0.slot == write.slot && $0.value == write.value }
            try check(change != nil, .onlyIssued, "\(asked.author) did not ask to write field \(write.slot.field)")
            guard let seen = change?.seen else { continue }
            try check(
                seen.sorted() == write.replaces.sorted(), .answers,
                "\(asked.author) replaces what was not on the screen")
        }
    }

    private func inspectCursor(of node: SimulatedNode) throws {
        let cursor = node.store.cursor?.sequence ?? 0
        guard cursor != node.seen.cursor else { return }
        try check(
            cursor > node.seen.cursor, .cursorMonotone,
            "node \(node.index) went back from \(node.seen.cursor) to \(cursor)")
        try check(cursor <= ledger.head, .cursorMonotone, "node \(node.index) is ahead of the hub at \(cursor)")
        node.seen.cursor = cursor
        if node.engine.isConnected, ledger.head - cursor > plan.nodePace.downloadCreditEntries {
            mark(.downloadRoomExhausted)
        }
        guard let digest = ledger.digests[cursor], try node.store.isEverythingStamped() else { return }
        mark(.digestsCompared)
        try check(
            node.store.digest.sum == digest, .equalDigests, "node \(node.index) is not the hub at \(cursor)")
    }
}
