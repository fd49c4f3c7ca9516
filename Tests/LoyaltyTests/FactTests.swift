import Loyalty
import Replication
import TestSupport
import Testing

@Suite struct FactTests {
    @Test func everyKindDeclaresItsAudience() {
        #expect(Fact.kinds.map(\.rawValue) == ["member", "sale", "decision"])
        #expect(Fact.kinds.map(Fact.audience(of:)) == [.chain, .hub, .hub])
        #expect(Fact.audience(of: OperationKind(rawValue: "coupon.issue")) == nil)
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
