import Replication
import TestSupport
import Testing

@Suite struct CausalHistoryTests {
    /// 200 seeds of 20 histories each.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theShortFormGivesTheOrderOfFullVectors(seed: UInt64) {
        for history in 0..<20 {
            let star = StarHistory(seed: seed &* 1_000 &+ UInt64(history))
            if let difference = star.difference() {
                Issue.record("history \(history) of seed \(seed): \(difference)")
                return
            }
        }
    }

    /// So that the test above cannot pass on histories in which nothing meets.
    @Test func historiesHoldEveryOrder() {
        var orders: [CausalOrder] = []
        for seed in 0..<50 as Range<UInt64> {
            let written = StarHistory(seed: seed).written
            for a in written {
                for b in written { orders.append(a.truth.order(to: b.truth)) }
            }
        }
        #expect(orders.count { $0 == .before } > 100)
        #expect(orders.count { $0 == .concurrent } > 100)
    }

    @Test func whatWasObservedInAnotherEpochIsNotKnownHere() {
        let (here, elsewhere) = (EpochID(1), EpochID(2))
        var history = CausalHistory(epoch: here)
        let (a, b) = (Dot(ActorID(1), 1), Dot(ActorID(2), 1))
        history.stamped(a)
        let observed = Observed([HubPosition(epoch: elsewhere, sequence: 1)])
        #expect(!history.happened(a, before: b, observing: observed))
        #expect(history.vector(of: b, observed: observed) == VersionVector([b]))
    }
}

/// A hub's log and a few actors that write, upload a part of what they wrote, and download a part of the log.
private struct StarHistory {
    struct Written {
        let dot: Dot
        let observed: Observed
        /// Kept by merging whole vectors, the way that the short form saves.
        let truth: VersionVector
    }

    private struct Writer {
        let actor: ActorID
        var written: [Dot] = []
        var uploaded = 0
        var cursor = 0
        var knows = VersionVector()
    }

    private(set) var written: [Written] = []
    private var history = CausalHistory(epoch: StarHistory.epoch)
    private var log: [Dot] = []
    private var writers: [Writer]
    private static let epoch = EpochID(9)

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        writers = (0..<(2 + random.below(3))).map { Writer(actor: ActorID(UInt128($0))) }
        for _ in 0..<25 {
            let index = random.below(writers.count)
            switch random.below(3) {
            case 0: write(index)
            case 1: upload(index, atMost: 1 + random.below(3))
            default: download(index, atMost: 1 + random.below(4))
            }
        }
    }

    private mutating func write(_ index: Int) {
        let writer = writers[index]
        let dot = Dot(writer.actor, UInt64(writer.written.count + 1))
        let position = HubPosition(epoch: Self.epoch, sequence: UInt64(writer.cursor))
        writers[index].written.append(dot)
        writers[index].knows.include(dot)
        written.append(
            Written(dot: dot, observed: Observed([position]), truth: writers[index].knows))
    }

    private mutating func upload(_ index: Int, atMost limit: Int) {
        for dot in writers[index].written.dropFirst(writers[index].uploaded).prefix(limit) {
            log.append(dot)
            history.stamped(dot)
            writers[index].uploaded += 1
        }
    }

    private mutating func download(_ index: Int, atMost limit: Int) {
        for dot in log.dropFirst(writers[index].cursor).prefix(limit) {
            for item in written where item.dot == dot { writers[index].knows.merge(item.truth) }
            writers[index].cursor += 1
        }
    }

    func difference() -> String? {
        let vectors = written.map { history.vector(of: $0.dot, observed: $0.observed) }
        for (later, laterVector) in zip(written, vectors) {
            guard laterVector == later.truth else { return "\(later.dot): \(laterVector) is not \(later.truth)" }
            for (earlier, earlierVector) in zip(written, vectors) {
                let short = history.happened(earlier.dot, before: later.dot, observing: later.observed)
                guard short == (earlierVector.order(to: laterVector) == .before) else {
                    return "\(earlier.dot) before \(later.dot): \(short)"
                }
            }
        }
        return nil
    }
}
