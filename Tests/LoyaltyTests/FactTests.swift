import Loyalty
import Replication
import TestSupport
import Testing

@Suite struct FactTests {
    @Test func everyKindDeclaresItsAudience() {
        #expect(
            Fact.kinds.map(\.rawValue) == [
                "member", "sale", "decision", "transfer", "topup", "refund", "release", "booking", "coupon",
                "coupon_void", "coupon_spent", "programme", "tier",
            ])
        #expect(Fact.kinds.allSatisfy { Fact.reach(of: $0) != nil })
        #expect(Fact.reach(of: OperationKind(rawValue: "tomorrow")) == nil)
    }

    @Test func onlyTheHubNamesBranches() {
        let named = Audience.nodes([NodeID(3)])
        #expect(Fact.Reach.hubOrBranch.allows(named, isByHub: true))
        #expect(!Fact.Reach.hubOrBranch.allows(named, isByHub: false))
        #expect(!Fact.Reach.hubOrBranch.allows(.nodes([NodeID(3), NodeID(4)]), isByHub: true))
        #expect(Fact.Reach.hubOrBranch.allows(.hub, isByHub: false))
        #expect(!Fact.Reach.hub.allows(.chain, isByHub: true))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func bodiesAreReadByTheirKind(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (edit, sale, decision) = (random.memberEdit(), random.sale(), random.decision())
        let bodies = edit.bodies()
        #expect(Self.fact(MemberEdit.kind, bodies.publicBody, bodies.personalBody) == .member(edit))
        #expect(Self.fact(Sale.kind, sale.publicBody()) == .sale(sale))
        #expect(Self.fact(CaseDecision.kind, decision.publicBody()) == .decision(decision))
        #expect(Self.fact(OperationKind(rawValue: "newer"), random.bytes()) == .unknown)
        #expect(Self.fact(Sale.kind, Array("?".utf8)) == nil)
    }

    private static func fact(_ kind: OperationKind, _ publicBody: [UInt8], _ personal: [UInt8]? = nil) -> Fact? {
        Fact(
            Operation(
                dot: Dot(ActorID(1), 1), observed: Observed(), time: .zero, audience: .hub, kind: kind,
                publicBody: publicBody,
                personal: personal.map { PersonalPart(salt: Array(repeating: 0, count: 16), body: $0) }))
    }
}
