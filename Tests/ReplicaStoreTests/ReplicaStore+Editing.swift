import Loyalty
import ReplicaStore
import Replication
import Testing

extension ReplicaStore {
    /// What a till does: creates the member where it is not known yet.
    @discardableResult
    func edit(
        _ member: RecordID, _ changes: EditRequest.Change..., nowMilliseconds: UInt64 = Stores.noon
    ) throws -> Member {
        let request = EditRequest(
            member: member, creates: try reader.member(member) == nil, author: "till", changes: changes)
        guard case .written(let written) = try edit(request, at: Stores.moment(nowMilliseconds)) else {
            Issue.record("the edit was not made")
            return Member(id: member, state: RecordState())
        }
        return written
    }

    /// What headquarters does, put through the same judgement.
    @discardableResult
    func editAtHeadquarters(
        _ member: RecordID, _ changes: EditRequest.Change..., nowMilliseconds: UInt64 = Stores.noon
    ) throws -> [LogEntry] {
        let request = EditRequest(
            member: member, creates: try reader.member(member) == nil, author: "hq", changes: changes)
        let draft = try draft(request, at: Stores.moment(nowMilliseconds))
        return try accept(
            [draft.operation].compactMap { $0 }.map { .init(operation: $0, node: .hub) },
            nowMilliseconds: nowMilliseconds, toleranceMilliseconds: Stores.tolerance
        ).entries
    }

    /// What a till does: the sale is new.
    func sell(_ sale: Sale, nowMilliseconds: UInt64 = Stores.noon) throws {
        let outcome = try record(sale, at: Stores.moment(nowMilliseconds))
        if outcome != .recorded { Issue.record("the sale was \(outcome)") }
    }

    func value(_ field: MemberField, of member: RecordID) throws -> String? {
        try reader.member(member)?.value(field)
    }

    func values(_ field: MemberField, of member: RecordID) throws -> [String] {
        try reader.member(member)?.liveValues(field) ?? []
    }
}

/// All replicas hold the same records, and each holds what its log says.
func expectAgreement(
    _ nodes: ReplicaStore..., with hub: ReplicaStore, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let digest = hub.digest
    for node in nodes { #expect(node.digest == digest, sourceLocation: sourceLocation) }
    for store in nodes + [hub] {
        let verification = try store.verify()
        #expect(verification.isSound, "\(verification)", sourceLocation: sourceLocation)
    }
}
