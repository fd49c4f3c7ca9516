import Loyalty
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// Branches write, operations travel in pieces, twice and late, processes die: then everything is brought together.
@Suite struct StoreWorldTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func afterAllHasTravelledEverybodyHoldsTheSame(seed: UInt64) throws {
        let world = try StoreWorld(seed: seed)
        try world.run(steps: 50)
        #expect(world.faults == [])
        try expectLogIsWhatWasWritten(world)
        try expectReplicasAreEqual(world)
        try expectSalesAreCountedOnce(world)
        try expectSiblingsAreConcurrent(world)
        try expectCasesAreDerivedAlike(world)
        try expectSound(world, seed: seed)
    }

    private func expectLogIsWhatWasWritten(_ world: StoreWorld) throws {
        let log = try world.hub.wholeLog()
        #expect(log.map(\.stamp.hubSequence) == log.indices.map { UInt64($0) + 1 })
        #expect(log.map(\.operation).sorted { $0.dot < $1.dot } == world.written.sorted { $0.dot < $1.dot })
    }

    private func expectReplicasAreEqual(_ world: StoreWorld) throws {
        let expected = LiveOracle(log: try world.hub.wholeLog())
        let digest = world.hub.digest
        for store in [world.hub] + world.nodes {
            #expect(store.digest == digest, "node \(store.identity.node.value)")
            #expect(try store.isEverythingStamped())
            for member in StoreWorld.members {
                let live = try store.reader.member(member)?.state.live ?? []
                #expect(live == expected.live(of: member), "node \(store.identity.node.value)")
            }
            let shown = StoreWorld.members.filter { !expected.live(of: $0).isEmpty }
            #expect(try store.reader.count(.members) == shown.count)
        }
    }

    private func expectSalesAreCountedOnce(_ world: StoreWorld) throws {
        var seen: Set<RecordID> = []
        let inOrder = try world.hub.wholeLog().compactMap { entry -> Sale? in
            guard case .sale(let sale)? = Fact(entry.operation) else { return nil }
            let isFirst = seen.insert(sale.id).inserted
            let isDuplicate = entry.stamp.verdict == .flagged(.duplicateSale)
            #expect(isDuplicate == !isFirst)
            return isFirst ? sale : nil
        }
        let totals = try Totals(world.hub)
        #expect(totals == Totals(inOrder))
        for node in world.nodes {
            #expect(try Totals(node) == Totals(world.recorded[node.identity.node] ?? []))
        }
    }

    /// Two live values of one register stand side by side only if neither author had seen the other's.
    private func expectSiblingsAreConcurrent(_ world: StoreWorld) throws {
        guard world.options.isHonest else { return }
        for member in StoreWorld.members {
            let live = try world.hub.reader.member(member)?.state.live ?? []
            for (a, b) in zip(live, live.dropFirst()) where a.slot == b.slot && a.slot.element.isEmpty {
                let clocks = try [a, b].map { try #require(try world.hub.reader.clock(of: $0.dot)).vector }
                #expect(clocks[0].order(to: clocks[1]) == .concurrent)
            }
        }
    }

    private func expectCasesAreDerivedAlike(_ world: StoreWorld) throws {
        let cases = try world.hub.reader.openCases(limit: 1_000)
        #expect(try world.hub.reader.openCases(limit: 1_000) == cases)
        #expect(try world.hub.reopenedInMemory().reader.openCases(limit: 1_000) == cases)
        let contested = try StoreWorld.members.flatMap { member -> [Case] in
            guard let member = try world.hub.reader.member(member), !member.isDeleted else { return [] }
            return member.fieldCases
        }
        for node in world.nodes {
            let fields = try node.reader.openCases(limit: 1_000).filter { $0.kind == "member.field" }
            #expect(fields == contested)
        }
    }

    private func expectSound(_ world: StoreWorld, seed: UInt64) throws {
        guard seed % 5 == 0 else { return }
        let stores = [world.hub, world.nodes[Int(seed) / 5 % world.nodes.count]]
        for store in stores {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
            guard store === world.hub else { continue }
            #expect(verification.operations == UInt64(world.written.count))
        }
    }
}

/// What lives of each member according to the log, worked out without any of the store's code: what is written and
/// not replaced, void operations left out.
struct LiveOracle {
    private var cells: [RecordID: [Cell]] = [:]

    init(log: [LogEntry]) {
        var replaced: Set<PlacedDot> = []
        var written: [RecordID: [Cell]] = [:]
        for entry in log where !entry.stamp.verdict.isVoid {
            guard case .member(let edit)? = Fact(entry.operation) else { continue }
            for write in edit.writes {
                replaced.formUnion(write.replaces.map { PlacedDot(slot: write.slot, dot: $0) })
                guard let value = write.value else { continue }
                written[edit.member, default: []].append(
                    Cell(
                        slot: write.slot, dot: entry.operation.dot, time: entry.stamp.effectiveTime,
                        authority: edit.authority, value: value))
            }
        }
        cells = written.mapValues { cells in
            cells.filter { !replaced.contains(PlacedDot(slot: $0.slot, dot: $0.dot)) }
                .sorted { PlacedDot(slot: $0.slot, dot: $0.dot) < PlacedDot(slot: $1.slot, dot: $1.dot) }
        }
    }

    func live(of member: RecordID) -> [Cell] { cells[member] ?? [] }
}

/// What a store's books add up to.
struct Totals: Equatable {
    let sales: Int
    let lines: Int
    let netMinor: Int64
    let points: Int64

    init(_ sales: [Sale]) {
        self.sales = sales.count
        lines = sales.reduce(0) { $0 + $1.lines.count }
        netMinor = sales.reduce(0) { $0 + $1.netMinor }
        points = sales.reduce(0) { $0 + $1.points }
    }

    init(_ store: ReplicaStore) throws {
        let sums = try store.reader.query(
            "SELECT count(*), ifnull(sum(lines), 0), ifnull(sum(net_minor), 0), ifnull(sum(points), 0) FROM sales",
            rowsMax: 1)
        let numbers = sums.rows[0].map { $0.flatMap { Int64($0) } ?? -1 }
        (sales, lines, netMinor, points) = (Int(numbers[0]), Int(numbers[1]), numbers[2], numbers[3])
    }
}
