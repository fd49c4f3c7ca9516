import LineCodec
import Loyalty
import ReplicaStore
import Replication

/// A node writes what this version would not: tomorrow's kinds, bodies nobody can read, edits beyond its rights.
extension SimulatedChain {
    func writeStrangely() throws {
        #if DEBUG
            let node = nodes[people.below(nodes.count)]
            guard isChaos, node.process.isUp, !node.store.faults.isDiskFull, let strange = try drawnStrange(at: node)
            else { return }
            undertaking = Undertaking(kind: .strange(deserves: strange.deserves))
            defer { undertaking = nil }
            do {
                _ = try node.store.appendUnchecked(
                    kind: strange.kind, audience: strange.audience, observed: strange.observed,
                    publicBody: strange.publicBody, personal: strange.personal, time: strange.time)
            } catch is Interruption {
                return try crash(.node(node.index))
            }
            try inspect(node)
            scheduleFlush(.node(node.index))
        #endif
    }

    private func drawnStrange(at node: SimulatedNode) throws -> Strange? {
        let time = HybridTime(milliseconds: node.process.clock.reading(at: now))
        guard !ledger.members.isEmpty else { return nil }
        let id = people.pick(Array(ledger.members.prefix(4)))
        let current = try node.store.reader.member(id)?.state ?? RecordState()
        return Strange(
            people.below(7), by: node.actor, member: id, current: current, time: time, using: &people)
    }
}

/// An operation that is not as it should be, and what the hub should say of it.
struct Strange {
    var kind = MemberEdit.kind
    var audience = Audience.chain
    /// Nil for the truth.
    var observed: Observed?
    var publicBody: [UInt8] = []
    var personal: PersonalPart?
    var time: HybridTime
    var deserves = Verdict.ok

    init(
        _ choice: Int, by actor: ActorID, member: RecordID, current: RecordState, time: HybridTime,
        using random: inout SeededRandom
    ) {
        self.time = time
        switch choice {
        case 0:
            kind = OperationKind(rawValue: "gift")
            publicBody = Array("of a kind that comes with a later version".utf8)
        case 1:
            kind = OperationKind(rawValue: "gift")
            audience = .hub
        case 2:
            publicBody = Array("not an edit".utf8)
            deserves = .void(.malformed)
        case 3:
            write(.remark, "by order of headquarters", member, current, .headquarters, &random)
            deserves = .void(.authority)
        case 4:
            write(.phone, "not a phone", member, current, .shop, &random)
            deserves = .void(.unacceptable)
        case 5:
            audience = .hub
            write(.name, "for the hub only", member, current, .shop, &random)
            deserves = .void(.audience)
        case _:
            observed = Observed()
            write(.name, "blindly", member, current, .shop, &random)
            let isOwn = current.dots(in: Slot(field: MemberField.name.rawValue)).allSatisfy { $0.actor == actor }
            deserves = isOwn ? .ok : .void(.replacesUnseen)
        }
    }

    private mutating func write(
        _ field: MemberField, _ value: String, _ member: RecordID, _ current: RecordState, _ authority: Authority,
        _ random: inout SeededRandom
    ) {
        let slot = Slot(field: field.rawValue)
        let bodies = MemberEdit(
            member: member, authority: authority, author: "strange", reason: nil,
            writes: [Write(slot: slot, value: Array(value.utf8), replaces: current.dots(in: slot))]
        ).bodies()
        publicBody = bodies.publicBody
        personal = bodies.personalBody.map { body in
            PersonalPart(salt: (0..<16).map { _ in UInt8(random.below(256)) }, body: body)
        }
    }
}
