import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// What the hub says of itself in answer to what it has heard. Words about different people do not touch each other:
/// they share a transaction, so that a branch that brings a thousand sales does not cost the hub a thousand flushes.
extension HubEngine {
    /// Words that are decided, and not written yet.
    struct Words {
        var operations: [Operation] = []
        var members: Set<RecordID> = []
    }

    /// - Parameter members: whose points, money, debts or tiers it changes. Coupons are decided about one by one, by
    ///   nobody else.
    func say(
        _ fact: Fact, for audience: Audience, about members: some Sequence<RecordID>, _ nowMilliseconds: UInt64
    ) throws {
        let operation = store.draft(
            fact, for: audience, at: nowMilliseconds, behind: UInt64(words.operations.count))
        words.operations.append(operation)
        words.members.formUnion(members)
        if words.operations.count >= settings.pace.transactionOperationsMax { try writeWords(nowMilliseconds) }
    }

    /// To be called before anything is decided about a member: what was decided about the same person stands then.
    func writeWords(about member: RecordID, _ nowMilliseconds: UInt64) throws {
        #if DEBUG
            if store.faults.bug == .wordsOverlap { return }
        #endif
        guard !words.members.isEmpty, !words.members.isDisjoint(with: try store.person(of: member)) else { return }
        try writeWords(nowMilliseconds)
    }

    func writeWords(_ nowMilliseconds: UInt64) throws {
        guard !words.operations.isEmpty else { return }
        let operations = words.operations
        words = Words()
        try accept(operations.map { ReplicaStore.Arrival(operation: $0, node: .hub) }, nowMilliseconds)
    }
}
