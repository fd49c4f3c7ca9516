import Loyalty
import ReferenceModel
import Replication
import Testing

@testable import ReplicaStore

/// Whatever tills, headquarters, the line and a liar do in whatever order: the books are those of the specification,
/// and nobody spends what is not there.
@Suite struct LedgerWorldTests {
    static let seeds: Range<UInt64> = 0..<30

    @Test func theBooksAreThoseOfTheReferenceModel() throws {
        var happened: Set<String> = []
        for seed in Self.seeds {
            let world = try LedgerWorld(seed: seed)
            try world.run(steps: 150)
            #expect(world.faults == [], "seed \(seed)")
            guard world.faults.isEmpty else { return }
            try expectBranchesHoldWhatTheHubSays(world, seed: seed)
            for store in [world.hub] + world.nodes {
                let verification = try store.verify()
                #expect(verification.isSound, "seed \(seed), node \(store.identity.node.value): \(verification)")
            }
            happened.formUnion(world.happened)
        }
        #expect(Self.everything.subtracting(happened) == [], "no seed has shown this")
    }

    /// A branch's own rights are the hub's of that branch, whatever overtook what on the way.
    private func expectBranchesHoldWhatTheHubSays(_ world: LedgerWorld, seed: UInt64) throws {
        for node in world.nodes {
            let actor = node.identity.actor
            let own = Dictionary(uniqueKeysWithValues: try node.lots().map { ($0.terms.id, $0) })
            for lot in own.values { #expect(lot.isConserved, "seed \(seed): \(lot)") }
            let atHub = Dictionary(uniqueKeysWithValues: try world.hub.lots().map { ($0.terms.id, $0) })
            for id in Set(own.keys).union(atHub.keys).sorted() {
                let held = own[id]?.right(of: .actor(actor)) ?? 0
                let said = atHub[id]?.right(of: .actor(actor)) ?? 0
                #expect(held == said, "seed \(seed), node \(node.identity.node.value), lot \(id)")
            }
        }
    }

    private static let everything: Set = [
        "ok", "authority", "audience", "malformed", "unacceptable", "overdrawn", "expired", "duplicate_sale",
        "duplicate_entry", "refund_exceeds_sale", "a grant overtook the log", "rights of one's own were spent",
        "a coupon was used by right", "a coupon was used optimistically", "a top-up was asked for again",
        "an overspend was refused", "a refund was refused", "goods came back",
        "goods came back of what was sold twice", "rights were given back", "an expired lot was renewed",
        "a spend was restored", "somebody owes points",
        "headquarters took goods back", "the hub gave more than it had", "a lot was let expire",
        "a branch was written off", "a branch that was written off got nothing",
        "a branch laid down more than was written off", "a lie: overdrawn", "a lie: refund_exceeds_sale",
        "a lie: authority", "a lie: unacceptable", "a lie: foreign_lot", "a lie: duplicate_sale", "a lie: audience",
        "a lie: rule_unknown", "a lie: rule_mismatch", "coupon_void", "over_limit", "a campaign lost too much",
    ]
}
