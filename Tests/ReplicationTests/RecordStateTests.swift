import Replication
import TestSupport
import Testing

@Suite struct RecordStateTests {
    @Test(arguments: 0..<400 as Range<UInt64>)
    func anyOrderOfArrivalGivesTheSameState(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random)
        let definition = DeltaWorld.definition(of: world.deltas)
        for _ in 0..<4 { #expect(Replica.receiving(world.disorder(&random)).state == definition) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyStepOnTheWayIsWhatTheDefinitionSays(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random)
        let order = world.deltas.shuffled(using: &random)
        var replica = Replica()
        for (index, delta) in order.enumerated() {
            replica.receive(delta)
            #expect(replica.state == DeltaWorld.definition(of: Array(order[...index])))
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func inCausalOrderNothingIsReplacedEarly(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random)
        var replica = Replica()
        for delta in world.causalOrder(&random) {
            replica.receive(delta)
            #expect(replica.state.replacedEarly.isEmpty)
        }
        #expect(replica.state == DeltaWorld.definition(of: world.deltas))
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func joiningUnitesWhatBothKnow(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random)
        let (v, w) = (world.someVector(&random), world.someVector(&random))
        let (a, b) = (world.replica(knowing: v, &random), world.replica(knowing: w, &random))
        let joined = RecordState.join(a, knowing: v, b, knowing: w)
        #expect(joined == world.replica(knowing: v.merging(w), &random))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func joiningCommutesAssociatesAndRepeats(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random)
        let (u, v, w) = (world.someVector(&random), world.someVector(&random), world.someVector(&random))
        let a = world.replica(knowing: u, &random)
        let b = world.replica(knowing: v, &random)
        let c = world.replica(knowing: w, &random)
        let ab = RecordState.join(a, knowing: u, b, knowing: v)
        let bc = RecordState.join(b, knowing: v, c, knowing: w)
        #expect(ab == RecordState.join(b, knowing: v, a, knowing: u))
        #expect(RecordState.join(a, knowing: u, a, knowing: u) == a)
        #expect(
            RecordState.join(ab, knowing: u.merging(v), c, knowing: w)
                == RecordState.join(a, knowing: u, bc, knowing: v.merging(w)))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func applyingIsAJoinWithTheDelta(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let world = DeltaWorld(&random, isActorPerWrite: true)
        var replica = Replica()
        for delta in world.deltas.shuffled(using: &random) {
            let joined = RecordState.join(
                replica.state, knowing: VersionVector(replica.known), delta.asState,
                knowing: VersionVector([delta.dot]))
            replica.receive(delta)
            #expect(joined == replica.state)
        }
    }

    /// What is held back for a verdict is one replica's own business.
    @Test func joiningLeavesOutWhatIsHeld() {
        var (branch, known) = ("A1 name=Li".replica(), VersionVector([Dot(ActorID(1), 1)]))
        branch.receive("B1 name=Wang > A1".delta(), holding: true)
        known.include(Dot(ActorID(2), 1))
        #expect(branch.state.held.count == 1)
        let joined = RecordState.join(branch.state, knowing: known, RecordState(), knowing: VersionVector())
        #expect(joined.held.isEmpty)
        #expect(joined.picture == "name=Wang@B1")
    }

    /// One side has the hub's stamp already. The stamped time is never later than the author's own.
    @Test func joiningAStampedAndAnUnstampedCellKeepsItWithTheStampedTime() {
        let known = VersionVector([Dot(ActorID(1), 1)])
        let unstamped = "A1 name=Li".replica().state
        var stamped = unstamped
        stamped.settle(Dot(ActorID(1), 1), effectiveTime: HybridTime(3), isVoid: false)
        for (a, b) in [(stamped, unstamped), (unstamped, stamped)] {
            #expect(RecordState.join(a, knowing: known, b, knowing: known) == stamped)
        }
    }

    @Test func twoWritesToOneSlotInOneDeltaEndAlikeInAnyOrder() {
        let dot = Dot(ActorID(1), 1)
        let slot = Slot(field: 1)
        let twice = Delta(
            dot: dot, time: .zero, authority: .shop,
            writes: [Write(slot: slot, value: [1], replaces: []), Write(slot: slot, value: [2], replaces: [])])
        let later = Delta(
            dot: Dot(ActorID(2), 1), time: .zero, authority: .shop,
            writes: [Write(slot: slot, value: [3], replaces: [dot])])
        #expect(Replica.receiving([twice, later]).state == Replica.receiving([later, twice]).state)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func theShownValueIsTheGreatestOfATotalOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let cells = (0..<3).map { _ in random.cell() }
        for a in cells {
            #expect(!Cell.isShownAfter(a, a))
            for b in cells {
                let decided = [Cell.isShownAfter(a, b), a.dot == b.dot && a == b, Cell.isShownAfter(b, a)]
                #expect(decided.count { $0 } == 1)
                for c in cells where Cell.isShownAfter(a, b) && Cell.isShownAfter(b, c) {
                    #expect(Cell.isShownAfter(a, c))
                }
            }
        }
    }
}

extension SplitMix64 {
    /// A dot has one time and one authority.
    fileprivate mutating func cell() -> Cell {
        let dot = dot()
        let isHeadquarters = dot.actor.value == 1
        return Cell(
            slot: Slot(field: 1), dot: dot, time: HybridTime(dot.sequence % 2),
            authority: isHeadquarters ? .headquarters : .shop, value: [])
    }
}
