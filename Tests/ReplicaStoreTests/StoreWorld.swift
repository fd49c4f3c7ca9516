import Digests
import Loyalty
import Replication
import TestSupport

@testable import ReplicaStore

/// A hub and a few branches on stores in memory; everything that happens comes from one seed.
final class StoreWorld {
    struct Options {
        /// Some operations are such that the hub declares them void or flags them.
        var isHonest: Bool
        /// Some branch's clock is hours ahead.
        var hasWildClocks: Bool
    }

    let options: Options
    private(set) var hub: ReplicaStore
    private(set) var nodes: [ReplicaStore]
    /// Every operation that somebody has written, in the order of writing.
    private(set) var written: [Operation] = []
    /// What each node's till was told is recorded.
    private(set) var recorded: [NodeID: [Sale]] = [:]
    private(set) var faults: [String] = []
    private var clocksAhead: [UInt64]
    private var random: SplitMix64
    private var nowMilliseconds = Stores.noon

    static let members = (1...5).map { RecordID(UInt128($0) << 64 | UInt128($0)) }

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        options = Options(isHonest: seed % 3 == 0, hasWildClocks: seed % 2 == 1)
        hub = try Stores.hub()
        let count = UInt32(2 + random.below(3))
        nodes = try (1...count).map { try Stores.node($0) }
        clocksAhead = nodes.map { _ in 0 }
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            nowMilliseconds += UInt64(random.pick([0, 1, 40, 60_000]))
            try step()
        }
        try settle()
    }

    private func step() throws {
        let index = random.below(nodes.count)
        switch random.below(20) {
        case 0..<7: try edit(at: index)
        case 7..<9: try sell(at: index)
        case 9: try misbehave(at: index)
        case 10: try headquartersEdits()
        case 11: try decide()
        case 12..<15: try push(random.some(of: Array(nodes.indices)) + [index])
        case 15..<18: try pull(index)
        case 18: clocksAhead[index] = options.hasWildClocks ? random.pick([0, 60_000, 7_200_000]) : 0
        case _: try crash(index)
        }
    }

    private func crash(_ index: Int) throws {
        if random.chance(percent: 30) {
            hub = try hub.reopenedInMemory()
        } else {
            nodes[index] = try nodes[index].reopenedInMemory()
        }
    }

    private func now(at index: Int) -> UInt64 { nowMilliseconds + clocksAhead[index] }

    private func moment(_ nowMilliseconds: UInt64) -> ReplicaStore.Moment {
        ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: (0..<16).map { _ in UInt8(random.below(256)) })
    }

    // MARK: Writing

    private func edit(at index: Int) throws {
        let outcome = try nodes[index].edit(try request(at: nodes[index]), at: moment(now(at: index)))
        switch outcome {
        case .written: try noteWritten(at: index)
        case .unchanged, .refused(.unknownMember, _): break
        case .refused(let refusal, _): faults.append("an edit was refused: \(refusal)")
        }
    }

    private func request(at store: ReplicaStore) throws -> EditRequest {
        let member = random.pick(Self.members)
        let isNew = try store.reader.member(member) == nil
        var slots: Set<Slot> = []
        let changes = (0...random.below(3)).map { _ in random.change() }.filter { slots.insert($0.slot).inserted }
        return EditRequest(
            member: member, creates: random.chance(percent: 90) ? isNew : !isNew, author: "till", changes: changes)
    }

    private func sell(at index: Int) throws {
        let node = nodes[index]
        let earlier = recorded.values.flatMap { $0 }.sorted { $0.id < $1.id }
        let id = random.chance(percent: 20) && !earlier.isEmpty ? random.pick(earlier).id.value : random.identifier()
        let sale = try Stores.sale(
            id, member: random.chance(percent: 70) ? random.pick(Self.members) : nil,
            netMinor: (0...random.below(4)).map { _ in Int64(random.pick([0, 5, 1_999, 30_000])) })
        let own = recorded[node.identity.node, default: []].first { $0.id == sale.id }
        let expected: ReplicaStore.SaleOutcome = own == nil ? .recorded : own == sale ? .repeated : .different
        let outcome = try node.record(sale, at: moment(now(at: index)))
        if outcome != expected { faults.append("a sale was \(outcome), not \(expected)") }
        guard outcome == .recorded else { return }
        recorded[node.identity.node, default: []].append(sale)
        try noteWritten(at: index)
    }

    private func misbehave(at index: Int) throws {
        guard !options.isHonest else { return }
        let node = nodes[index]
        let member = random.pick(Self.members)
        switch random.below(4) {
        case 0: try node.forge(try node.presumptuous("Forged", for: member, nowMilliseconds: now(at: index)))
        case 1: try node.forge(node.next(random.blind(member), nowMilliseconds: now(at: index)))
        case 2:
            let body = random.bytes(atMost: 20)
            try node.forge(node.next(MemberEdit.kind, audience: .chain, publicBody: body))
        case _:
            let kind = OperationKind(rawValue: "from.the.future")
            try node.forge(
                node.next(kind, audience: random.pick([.chain, .hub, .nodes([NodeID(1)])]), publicBody: [9]))
        }
        try noteWritten(at: index)
    }

    private func noteWritten(at index: Int) throws {
        guard let operation = try nodes[index].lastOperation else {
            return faults.append("what was written is not there")
        }
        written.append(operation)
    }

    private func headquartersEdits() throws {
        let draft = try hub.draft(try request(at: hub), at: moment(nowMilliseconds))
        guard let operation = draft.operation else { return }
        try acceptOwn(operation)
    }

    private func decide() throws {
        guard let open = try hub.reader.openCases(limit: 10).first else { return }
        let decision = CaseDecision(caseID: open.id, outcome: .acknowledged, author: "hq", reason: "seen")
        try acceptOwn(try hub.draft(decision, at: moment(nowMilliseconds)))
        if try hub.reader.openCases(limit: 10).contains(open) { faults.append("a decided case stays open") }
    }

    private func acceptOwn(_ operation: Operation) throws {
        written.append(operation)
        let acceptance = try hub.accept(
            [.init(operation: operation, node: .hub)], nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Stores.tolerance)
        let verdicts = acceptance.entries.map(\.stamp.verdict)
        if verdicts != [.ok] { faults.append("headquarters' own operation was judged \(verdicts)") }
    }

    // MARK: Travelling

    /// Some operations of some nodes in one transaction of the hub: from where it stands, from before or from beyond.
    private func push(_ indices: [Int]) throws {
        var arrivals: [ReplicaStore.Arrival] = []
        for index in indices {
            let node = nodes[index]
            let held = hub.actorState(node.identity.actor)?.lastSequence ?? 0
            let from = random.pick([held + 1, held + 1, held + 1, held + 2, max(1, held - min(held, 2))])
            let operations = try node.outgoing(of: node.identity.actor, from: from, atMost: UInt64(1 + random.below(6)))
            arrivals += operations.operations.map { .init(operation: $0, node: node.identity.node) }
        }
        try accept(arrivals)
    }

    private func accept(_ arrivals: [ReplicaStore.Arrival]) throws {
        let before = hub.head
        let acceptance = try hub.accept(
            arrivals, nowMilliseconds: nowMilliseconds, toleranceMilliseconds: Stores.tolerance)
        let positions = acceptance.entries.map(\.stamp.hubSequence)
        if positions != positions.indices.map({ before + 1 + UInt64($0) }) { faults.append("positions \(positions)") }
        for node in nodes where random.chance(percent: 60) && acceptance.heads.contains(node.identity.actor) {
            try acknowledge(node)
        }
    }

    private func acknowledge(_ node: ReplicaStore) throws {
        guard let state = hub.actorState(node.identity.actor) else { return faults.append("no such head") }
        let isAgreed = try node.acknowledge(
            state.actor, through: state.lastSequence, chain: state.chain.head.bytes)
        if !isAgreed { faults.append("the hub's history is not the node's") }
    }

    private func pull(_ index: Int) throws {
        let node = nodes[index]
        var after = node.cursor?.sequence ?? 0
        if random.chance(percent: 20) { after -= min(after, UInt64(random.below(4))) }
        let limit = 1 + random.below(8)
        let page = try hub.entries(
            for: node.identity.node, own: [node.identity.actor], after: after, atMost: limit)
        let kept = random.chance(percent: 70) ? page.entries : Array(page.entries.prefix(random.below(limit)))
        let through = kept.count == page.entries.count ? page.through : kept.last?.stamp.hubSequence ?? after
        let deliveries =
            random.chance(percent: 50)
            ? Travel.deliveries(of: kept, to: node) : kept.map { Travel.delivery(of: $0, to: node) }
        try node.apply(
            deliveries, cursor: HubPosition(epoch: Stores.epoch, sequence: through), nowMilliseconds: now(at: index),
            toleranceMilliseconds: Stores.tolerance)
    }

    /// Everything goes everywhere, in small steps.
    private func settle() throws {
        for index in nodes.indices {
            while hub.actorState(nodes[index].identity.actor)?.lastSequence ?? 0 < lastSequence(at: index) {
                try push([index])
            }
            if lastSequence(at: index) > 0 { try acknowledge(nodes[index]) }
        }
        for index in nodes.indices {
            while nodes[index].cursor?.sequence ?? 0 < hub.head { try pull(index) }
        }
    }

    private func lastSequence(at index: Int) -> UInt64 {
        nodes[index].actorState(nodes[index].identity.actor)?.lastSequence ?? 0
    }
}

extension SplitMix64 {
    /// Few fields and few values, so that two branches often mean the same one.
    mutating func change() -> EditRequest.Change {
        switch below(8) {
        case 0, 1: .set(.name, pick(["Ann", "Bob", "王芳"]))
        case 2: .set(.phone, pick(["+8613800000001", "+8613800000002"]))
        case 3: .set(.birthday, pick(["1990-01-31", "--02-29"]))
        case 4: .set(.remark, pick(["x", "y"]))
        case 5: .clear(pick([.remark, .name, .phone]))
        case 6: chance(percent: 60) ? .add(tag(), to: .tag) : .remove(tag(), from: .tag)
        default: .set(.marketingConsent, pick(["yes", "no"]))
        }
    }

    private mutating func tag() -> String { pick(["vip", "staff", "new"]) }

    /// An edit that replaces what its author cannot have seen.
    mutating func blind(_ member: RecordID) -> MemberEdit {
        let slot = Slot(field: MemberField.name.rawValue)
        return MemberEdit(
            member: member, authority: .shop, author: "till", reason: nil,
            writes: [Write(slot: slot, value: Array("Blind".utf8), replaces: [Dot(ActorID(0xDEAD), 1)])])
    }
}
