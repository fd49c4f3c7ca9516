import Digests
import Loyalty
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// The node's side of the upload: parts of its own log with the head of the chain before them.
@Suite struct LogTests {
    @Test(arguments: 0..<30 as Range<UInt64>)
    func theHeadBeforeAnyPartIsTheSameHoweverItIsReached(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var node = try Stores.node(1)
        let actor = node.identity.actor
        var heads = [OperationChain.start]
        for _ in 0..<120 {
            switch random.below(10) {
            case 0..<4:
                try node.sell(try Stores.sale(random.identifier()))
                heads.append(try #require(heads.last).appending([try #require(try node.lastOperation)]))
            case 4..<7:
                let from = UInt64(1 + random.below(heads.count))
                let part = try node.outgoing(of: actor, from: from, atMost: UInt64(random.below(8)))
                guard let first = part.operations.first else { continue }
                #expect(first.dot == Dot(actor, from))
                #expect(part.chain == heads[Int(from) - 1])
            case 7..<9:
                let through = random.below(heads.count)
                let isWrong = random.chance(percent: 20) && through > 0
                let head = heads[isWrong ? through - 1 : through].head.bytes
                #expect(try node.acknowledge(actor, through: UInt64(through), chain: head) == !isWrong)
            case _: node = try node.reopenedInMemory()
            }
        }
        #expect(node.actorState(actor)?.chain == heads.last)
    }

    @Test func askingForNothingGivesNothing() throws {
        let node = try Stores.node(1)
        let actor = node.identity.actor
        try node.sell(try Stores.sale(1))
        for (from, limit) in [(0, 5), (1, 0), (2, 5), (.max, .max)] as [(UInt64, UInt64)] {
            #expect(try node.outgoing(of: actor, from: from, atMost: limit).operations == [])
        }
        #expect(try node.outgoing(of: ActorID(77), from: 1, atMost: 5).operations == [])
        #expect(try node.outgoing(of: actor, from: 1, atMost: .max).operations.count == 1)
        #expect(try !node.acknowledge(actor, through: 2, chain: OperationChain.start.head.bytes))
        #expect(try !node.acknowledge(actor, through: 1, chain: [1, 2, 3]))
    }

    @Test func whatWaitsIsCountedFromTheAcknowledgementOn() throws {
        let node = try Stores.node(1)
        #expect(try node.waiting().operations == 0)
        for number in 1...3 {
            try node.sell(try Stores.sale(UInt128(number)), nowMilliseconds: Stores.noon + UInt64(number))
        }
        let head = try node.outgoing(of: node.identity.actor, from: 2, atMost: 1).chain.head.bytes
        #expect(try node.waiting() == (3, Stores.noon + 1))
        #expect(try node.acknowledge(node.identity.actor, through: 1, chain: head))
        #expect(try node.waiting() == (2, Stores.noon + 2))
    }
}
