import Replication
import TestSupport
import Testing

@Suite struct VerdictTests {
    private let b1 = Dot(ActorID(2), 1)

    @Test func aVoidWriteBringsBackWhatItReplaced() {
        var branch = "A1 name=Li".replica()
        branch.receive("B1 name=Wang > A1".delta(), holding: true)
        #expect(branch.state.picture == "name=Wang@B1")
        branch.state.settle(b1, effectiveTime: .zero, isVoid: true)
        #expect(branch.state == "A1 name=Li".replica().state)
    }

    @Test func anAcceptedWriteDropsWhatWasHeldAndTakesTheEffectiveTime() {
        var branch = "A1 name=Li".replica()
        branch.receive("B1 name=Wang > A1".delta(), holding: true)
        branch.state.settle(b1, effectiveTime: HybridTime(7), isVoid: false)
        #expect(branch.state.held.isEmpty)
        #expect(branch.state.picture == "name=Wang@B1")
        #expect(branch.state.live.map(\.time) == [HybridTime(7)])
    }

    @Test func whatSomebodyElseReplacedMeanwhileDoesNotComeBack() {
        var branch = "A1 name=Li".replica()
        branch.receive("B1 name=Wang > A1".delta(), holding: true)
        branch.receive("C1 name=Lin > A1".delta())
        branch.state.settle(b1, effectiveTime: .zero, isVoid: true)
        #expect(branch.state == "A1 name=Li | C1 name=Lin > A1".replica().state)
    }

    @Test func aWriteOnTopOfAVoidOneStands() {
        var branch = "A1 name=Li".replica()
        branch.receive("B1 name=Wang > A1".delta(), holding: true)
        branch.receive("B2 name=Lin > B1".delta(), holding: true)
        branch.state.settle(b1, effectiveTime: .zero, isVoid: true)
        branch.state.settle(Dot(ActorID(2), 2), effectiveTime: HybridTime(20), isVoid: false)
        #expect(branch.state.picture == "name=Li@A1 name=Lin@B2")
        #expect(branch.state.held.isEmpty)
    }

    /// Own and foreign writes go on after the one that will be void; in the other world it never had an effect.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func aVoidWriteLeavesNoTrace(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var branch = Replica.receiving(DeltaWorld(&random, isActorPerWrite: true).deltas)
        var twin = branch
        let own = random.delta(Dot(ActorID(100), 1), at: branch)
        branch.receive(own, holding: true)
        twin.receiveVoid(own.dot)
        for step in 0..<UInt64(random.below(6)) {
            let isOwn = random.chance(percent: 50)
            let dot = Dot(ActorID(isOwn ? 100 : 200), step + 2)
            let delta = random.delta(dot, at: isOwn ? branch : twin)
            branch.receive(delta, holding: isOwn)
            twin.receive(delta, holding: isOwn)
        }
        branch.state.settle(own.dot, effectiveTime: .zero, isVoid: true)
        #expect(branch.state.live == twin.state.live)
        #expect(Set(branch.state.held) == Set(twin.state.held))
        #expect(branch.state.replacedEarly == twin.state.replacedEarly)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func whenAllIsStampedEveryBranchIsEqualToTheHub(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var star = Star(branches: 3)
        for _ in 0..<40 {
            let branch = random.below(3)
            switch random.below(3) {
            case 0: star.write(at: branch, &random)
            case 1: star.upload(from: branch, &random)
            default: star.download(to: branch)
            }
        }
        star.drain(&random)
        for branch in star.branches { #expect(branch.replica.state == star.hub.state) }
        #expect(star.hub.state.held.isEmpty)
    }
}

/// A hub that judges, and branches that write ahead of its verdict.
private struct Star {
    struct Branch {
        let actor: ActorID
        var replica = Replica()
        var outbox: [Delta] = []
        var written: UInt64 = 0
        var cursor = 0
    }

    struct Entry {
        let delta: Delta
        let isVoid: Bool
    }

    private(set) var hub = Replica()
    private(set) var branches: [Branch]
    private var log: [Entry] = []

    init(branches count: Int) {
        branches = (1...count).map { Branch(actor: ActorID(UInt128($0))) }
    }

    mutating func write(at index: Int, _ random: inout SplitMix64) {
        branches[index].written += 1
        let dot = Dot(branches[index].actor, branches[index].written)
        let delta = random.delta(dot, at: branches[index].replica)
        branches[index].replica.receive(delta, holding: true)
        branches[index].outbox.append(delta)
    }

    /// The hub believes no clock that is ahead of 12.
    mutating func upload(from index: Int, _ random: inout SplitMix64) {
        guard !branches[index].outbox.isEmpty else { return }
        let delta = branches[index].outbox.removeFirst()
        let stamped = Delta(
            dot: delta.dot, time: min(delta.time, HybridTime(12)), authority: delta.authority, writes: delta.writes)
        let entry = Entry(delta: stamped, isVoid: random.chance(percent: 25))
        log.append(entry)
        if entry.isVoid { hub.receiveVoid(stamped.dot) } else { hub.receive(stamped) }
    }

    mutating func download(to index: Int) {
        guard branches[index].cursor < log.count else { return }
        let entry = log[branches[index].cursor]
        branches[index].cursor += 1
        let dot = entry.delta.dot
        if dot.actor == branches[index].actor {
            branches[index].replica.state.settle(dot, effectiveTime: entry.delta.time, isVoid: entry.isVoid)
        } else if entry.isVoid {
            branches[index].replica.receiveVoid(dot)
        } else {
            branches[index].replica.receive(entry.delta)
        }
    }

    mutating func drain(_ random: inout SplitMix64) {
        for index in branches.indices {
            while !branches[index].outbox.isEmpty { upload(from: index, &random) }
        }
        for index in branches.indices {
            while branches[index].cursor < log.count { download(to: index) }
        }
    }
}

extension SplitMix64 {
    /// A write to some slots of what the replica shows.
    fileprivate mutating func delta(_ dot: Dot, at replica: Replica) -> Delta {
        let writes = some(of: DeltaWorld.slots).map { slot in
            let live = replica.state.dots(in: slot)
            return Write(
                slot: slot, value: chance(percent: 80) ? [UInt8(below(3))] : nil,
                replaces: chance(percent: 80) ? live : some(of: live))
        }
        return Delta(dot: dot, time: HybridTime(UInt64(10 + below(5))), authority: .shop, writes: writes)
    }
}
