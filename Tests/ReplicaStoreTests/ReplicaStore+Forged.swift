import Loyalty
import Replication

@testable import ReplicaStore

/// What no honest program writes, put into a node's log as if it had.
extension ReplicaStore {
    /// The node believes its own operation until the hub has judged it.
    @discardableResult
    func forge(_ operation: Operation) throws -> Operation {
        try write { transaction in
            let draft = try transaction.draft(
                Fact(operation), by: identity.actor, of: identity.node, view: holder)
            let position = try transaction.insert(operation, by: identity.node, position: nil, stamp: nil)
            try transaction.write(
                draft, of: operation, at: position, by: identity.node, time: operation.time, holding: true,
                view: holder)
            return operation
        }
    }

    /// The node's next operation, with whatever content.
    func next(
        _ kind: OperationKind, audience: Audience, publicBody: [UInt8], personal: PersonalPart? = nil,
        nowMilliseconds: UInt64 = Stores.noon
    ) -> Operation {
        Operation(
            dot: Dot(identity.actor, (actorState(identity.actor)?.lastSequence ?? 0) + 1), observed: observed,
            time: tick(nowMilliseconds: nowMilliseconds), audience: audience, kind: kind, publicBody: publicBody,
            personal: personal)
    }

    func next(_ edit: MemberEdit, nowMilliseconds: UInt64 = Stores.noon) -> Operation {
        let bodies = edit.bodies()
        return next(
            MemberEdit.kind, audience: .chain, publicBody: bodies.publicBody,
            personal: bodies.personalBody.map { PersonalPart(salt: Stores.moment().salt, body: $0) },
            nowMilliseconds: nowMilliseconds)
    }

    /// A name given with headquarters' authority, which a branch does not have.
    func presumptuous(_ name: String, for member: RecordID, nowMilliseconds: UInt64 = Stores.noon) throws -> Operation {
        let slot = Slot(field: MemberField.name.rawValue)
        let seen = try reader.member(member)?.state.dots(in: slot) ?? []
        return next(
            MemberEdit(
                member: member, authority: .headquarters, author: "till", reason: nil,
                writes: [Write(slot: slot, value: Array(name.utf8), replaces: seen)]),
            nowMilliseconds: nowMilliseconds)
    }

    var lastOperation: Operation? {
        get throws {
            let last = actorState(identity.actor)?.lastSequence ?? 0
            return try outgoing(of: identity.actor, from: max(last, 1), atMost: 1).operations.first
        }
    }
}
