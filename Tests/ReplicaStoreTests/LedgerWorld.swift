import GRDB
import Loyalty
import ReferenceModel
import Replication
import TestSupport

import struct Foundation.Data

@testable import ReplicaStore

/// Money, points and coupons of few members at three branches, with their lines up and down, and one node that lies;
/// everything that happens comes from one seed.
final class LedgerWorld {
    static let members = (1...3).map { RecordID(UInt128($0) << 64 | UInt128($0)) }
    static let days = (1...30).compactMap { CivilDate(year: 2025, month: 6, day: $0) }

    var hub: ReplicaStore
    var nodes: [ReplicaStore]
    var liar = Liar()
    var random: SplitMix64
    var nowMilliseconds = Stores.noon
    private var day = 3
    private(set) var model = ReferenceModel()
    private var modelled: UInt64 = 0
    private(set) var faults: [String] = []
    /// What has come about, so that a set of seeds can show that it covers everything.
    private(set) var happened: Set<String> = []
    /// Each sale with a branch that has recorded it.
    var sales: [(index: Int, sale: Sale)] = []
    /// Recorded at two branches: each takes back its own, and neither hands it to the hub.
    var soldTwice: Set<RecordID> = []
    var released: Set<RecordID> = []
    var topUps: [TopUp] = []
    var coupons: [RecordID] = []
    /// Grants on their way to a till, ahead of the log.
    var early: [(index: Int, entry: LogEntry)] = []
    /// Rights that a person has taken from a branch unasked.
    var writtenOff: Set<LotHeld> = []
    /// Branches that a person has given up, with the last word on it; they go on, not knowing.
    var lost: [Int: RecordID] = [:]
    /// Of lots that were spent.
    var kinds: [RecordID: LotKind] = [:]
    /// Spent by somebody who had no right, as a write-off, a campaign or a lie makes possible.
    var excused: Set<RecordID> = []

    struct LotHeld: Hashable {
        let lot: RecordID
        let actor: ActorID
    }

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        hub = try Stores.hub()
        nodes = try (1...3).map { try Stores.node($0) }
        try declareCoupon()
    }

    var today: CivilDate { Self.days[day] }
    func holder(_ index: Int) -> RightsHolder { .actor(nodes[index].identity.actor) }
    func note(_ event: String) { happened.insert(event) }
    func blame(_ fault: String) { faults.append(fault) }
    func id() -> RecordID { RecordID(random.identifier()) }
    var moment: ReplicaStore.Moment { Stores.moment(nowMilliseconds) }

    func amount(atMost limit: Int64) -> Int64 { Int64(random.below(Int(limit))) + 1 }

    func run(steps: Int) throws {
        for _ in 0..<steps where faults.isEmpty {
            nowMilliseconds += UInt64(random.pick([0, 1, 40, 60_000]))
            if random.chance(percent: 4), day < Self.days.count - 1 { day += 1 }
            try step()
        }
        try expectNothingSpentTwice()
        guard faults.isEmpty else { return }
        try settle()
    }

    private func step() throws {
        let index = random.below(nodes.count)
        switch random.below(32) {
        case 0..<6: try sell(at: index)
        case 6: try sellAgain()
        case 7: try overspend(at: index)
        case 8..<10: try topUp(at: index)
        case 10..<12: try refund(at: index)
        case 12: try release(at: index)
        case 13..<15: try giveBack(at: index)
        case 15..<18: try grant(to: index)
        case 18: try book()
        case 19: random.chance(percent: 30) ? try declareRate() : try issueCoupons()
        case 20: random.chance(percent: 10) ? try writeOff(index) : try refundAtHeadquarters()
        case 21: random.chance(percent: 50) ? try tellOfCoupons() : try deliverEarly()
        case 22, 23: try lie()
        case 24..<27: try push(index)
        case 27..<31: try pull(index)
        case _: try crash(index)
        }
        // What was overdrawn stays so: it is not found later for being looked for seldom.
        if random.chance(percent: 10) { try expectNothingSpentTwice() }
    }

    private func crash(_ index: Int) throws {
        if random.chance(percent: 30) {
            hub = try hub.reopenedInMemory()
        } else {
            nodes[index] = try nodes[index].reopenedInMemory()
        }
    }

    // MARK: Travelling

    private func push(_ index: Int) throws {
        let node = nodes[index]
        let held = hub.actorState(node.identity.actor)?.lastSequence ?? 0
        let from = random.pick([held + 1, held + 1, max(1, held)])
        let page = try node.outgoing(of: node.identity.actor, from: from, atMost: UInt64(1 + random.below(6)))
        try accept(page.operations, of: node.identity.node)
    }

    @discardableResult
    func accept(_ operations: [Operation], of node: NodeID) throws -> [LogEntry] {
        let entries = try hub.accept(
            operations.map { .init(operation: $0, node: node) }, nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Stores.tolerance
        ).entries
        for entry in entries { expectHonesty(entry, of: node) }
        try followHub()
        return entries
    }

    private func pull(_ index: Int) throws {
        let node = nodes[index]
        let after = node.cursor?.sequence ?? 0
        let wasUnaware = try isUnaware(index)
        let held = try node.lots().contains { $0.right(of: holder(index)) > 0 }
        let page = try hub.entries(
            for: node.identity.node, own: [node.identity.actor], after: after, atMost: 1 + random.below(8))
        try node.apply(
            Travel.deliveries(of: page.entries, to: node),
            cursor: HubPosition(epoch: Stores.epoch, sequence: page.through), nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: Stores.tolerance)
        guard wasUnaware, try !isUnaware(index) else { return }
        if held { note("a branch laid down more than was written off") }
        if try node.lots().contains(where: { $0.right(of: holder(index)) > 0 }) { blame("a branch kept something") }
    }

    func deliverEarly() throws {
        guard !early.isEmpty else { return }
        let (index, entry) = early.remove(at: random.below(early.count))
        if nodes[index].cursor?.sequence ?? 0 < entry.stamp.hubSequence { note("a grant overtook the log") }
        try nodes[index].applyEarly(
            entry, nowMilliseconds: nowMilliseconds, toleranceMilliseconds: Stores.tolerance)
    }

    private func settle() throws {
        while !early.isEmpty { try deliverEarly() }
        // Who hears only now of having been written off has an answer to that.
        for _ in 0..<2 {
            for index in nodes.indices {
                let actor = nodes[index].identity.actor
                while (hub.actorState(actor)?.lastSequence ?? 0) < (nodes[index].actorState(actor)?.lastSequence ?? 0) {
                    try push(index)
                }
            }
            for index in nodes.indices {
                while nodes[index].cursor?.sequence ?? 0 < hub.head { try pull(index) }
            }
        }
        try followHub(isLast: true)
    }

    // MARK: Watching

    /// An honest branch is flagged for what a write-off, a second till or a campaign brings about, and nothing else;
    /// what headquarters must hear is expected where it speaks.
    private func expectHonesty(_ entry: LogEntry, of node: NodeID) {
        note(entry.stamp.verdict.reason ?? "ok")
        guard node != Liar.node, node != .hub, let reason = entry.stamp.verdict.reason else { return }
        let isExcused =
            switch reason {
            case "duplicate_sale", "duplicate_entry", "expired", "over_limit", "coupon_void": true
            case "overdrawn", "refund_exceeds_sale": writtenOff.contains { $0.actor == entry.operation.dot.actor }
            case _: false
            }
        if !isExcused { blame("\(entry.operation.kind.rawValue) of node \(node.value) was flagged: \(reason)") }
    }

    /// The model reads on in the hub's log, and has the same books.
    private func followHub(isLast: Bool = false) throws {
        for entry in try hub.entries(after: modelled, atMost: 1_000) {
            model.take(entry, by: hub.actorState(entry.operation.dot.actor)?.node ?? .hub)
            modelled = entry.stamp.hubSequence
        }
        for misjudged in model.misjudged { blame("\(misjudged)") }
        guard faults.isEmpty else { return }
        if try !hub.areLotsConserved() { blame("a lot is not conserved") }
        guard isLast || random.chance(percent: 5) else { return }
        if model.cases.contains(where: { $0.hasPrefix("coupon.over_limit SPRING") }) {
            note("a campaign lost too much")
        }
        for difference in try BookComparison(hub: hub, model: model).differences { blame(difference) }
    }

    /// With everything that branches have not yet sent, nobody has spent what was not there.
    private func expectNothingSpentTwice() throws {
        var omniscient = model
        for node in nodes {
            let held = hub.actorState(node.identity.actor)?.lastSequence ?? 0
            for operation in try node.operations(of: node.identity.actor, from: held + 1) {
                let stamp = Stamp(hubSequence: .max, effectiveTime: operation.time, verdict: .ok)
                omniscient.take(LogEntry(operation: operation, stamp: stamp), by: node.identity.node)
            }
        }
        for lot in omniscient.overdrafts where !excused.contains(RecordID(lot)) {
            blame("more was spent of lot \(lot) than was there")
        }
        for (id, lot) in omniscient.lots where !excused.contains(RecordID(id)) {
            let isBounded = lot.spent + lot.expired + lot.clawedBack <= lot.earned + lot.refunded
            if !isBounded { blame("lot \(id): \(lot)") }
        }
    }
}

extension Verdict {
    var reason: String? {
        switch self {
        case .ok: nil
        case .flagged(let reason), .void(let reason): reason.rawValue
        }
    }
}

extension ReplicaStore {
    /// At the hub, where nothing is received or sent; rights are above zero by the schema.
    func areLotsConserved() throws -> Bool {
        try read {
            try Int.fetchOne(
                $0,
                sql: """
                    SELECT count(*) FROM lot WHERE received <> 0 OR sent <> 0
                      OR earned + refunded + overdrawn <> spent + expired + clawed_back
                        + coalesce((SELECT sum(amount) FROM lot_right WHERE lot_right.lot = lot.id), 0)
                    """)
        } == 0
    }

    func lots() throws -> [Lot] {
        try read { try Data.fetchAll($0, sql: "SELECT id FROM lot ORDER BY id") }.compactMap {
            try lot(RecordID(UInt128(bigEndianBytes: $0)))
        }
    }
}
