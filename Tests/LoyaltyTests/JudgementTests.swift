import Replication
import TestSupport
import Testing

@testable import Loyalty

/// The hub at 1,000,000 ms believes clocks that are up to 500 ms ahead. Its log holds `1.1 2.1 2.2` at 1, 2, 3.
@Suite struct JudgementTests {
    private let epoch = EpochID(5)
    private let log: [Dot: UInt64] = [Dot(ActorID(1), 1): 1, Dot(ActorID(2), 1): 2, Dot(ActorID(2), 2): 3]

    private func judge(_ operation: Operation, isByHub: Bool = false) -> Judgement {
        Judgement.of(
            operation, isByHub: isByHub, epoch: epoch, nowMilliseconds: 1_000_000, toleranceMilliseconds: 500,
            isHeld: { dot, through in log[dot].map { $0 <= through } ?? false })
    }

    /// The second operation of actor 1, which had applied the hub's log up to its second entry.
    private func operation(
        _ kind: OperationKind, _ audience: Audience, _ publicBody: [UInt8], personal: [UInt8]? = nil,
        time: HybridTime = HybridTime(milliseconds: 999_000)
    ) -> Operation {
        Operation(
            dot: Dot(ActorID(1), 2), observed: Observed([HubPosition(epoch: epoch, sequence: 2)]), time: time,
            audience: audience, kind: kind, publicBody: publicBody,
            personal: personal.map { PersonalPart(salt: Array(repeating: 0, count: 16), body: $0) })
    }

    private func operation(_ edit: MemberEdit, time: HybridTime = HybridTime(milliseconds: 999_000)) -> Operation {
        let (publicBody, personalBody) = edit.bodies()
        return operation(MemberEdit.kind, .chain, publicBody, personal: personalBody, time: time)
    }

    private func operation(_ sale: Sale, time: HybridTime = HybridTime(milliseconds: 999_000)) -> Operation {
        operation(Sale.kind, .hub, sale.publicBody(), time: time)
    }

    @Test func aSoundEditIsFolded() {
        let edit = MemberEdit.of(.set(.name, "王芳"))
        #expect(judge(operation(edit)) == Judgement.of(.ok, .member(edit)))
    }

    @Test func aSoundSaleIsFolded() {
        let sale = Sale.of(lines: [.of(1_299)])
        #expect(judge(operation(sale)) == Judgement.of(.ok, .sale(sale)))
    }

    @Test func headquartersWriteAndDecide() {
        let edit = MemberEdit.of(.set(.name, "王芳"), by: .headquarters)
        #expect(judge(operation(edit), isByHub: true) == Judgement.of(.ok, .member(edit)))
        let decision = CaseDecision(caseID: RecordID(3), outcome: .distinct, author: "Li", reason: "mother and child")
        let operation = operation(CaseDecision.kind, .hub, decision.publicBody())
        #expect(judge(operation, isByHub: true) == Judgement.of(.ok, .decision(decision)))
    }

    @Test func nobodySpeaksWithAnothersAuthority() {
        let word = operation(.of(.set(.name, "王芳"), by: .headquarters))
        #expect(judge(word) == Judgement.of(.void(.authority), nil))
        #expect(judge(operation(.of(.set(.name, "王芳"))), isByHub: true) == Judgement.of(.void(.authority), nil))
        let decision = CaseDecision(caseID: RecordID(3), outcome: .acknowledged, author: "", reason: "")
        #expect(
            judge(operation(CaseDecision.kind, .hub, decision.publicBody()))
                == Judgement.of(.flagged(.authority), nil))
    }

    @Test func onlyWritesToFieldsAreVoidWhenTheyCannotBeRead() {
        let broken = Array("?".utf8)
        #expect(judge(operation(MemberEdit.kind, .chain, broken)) == Judgement.of(.void(.malformed), nil))
        #expect(judge(operation(Sale.kind, .hub, broken)) == Judgement.of(.flagged(.malformed), nil))
        #expect(
            judge(operation(CaseDecision.kind, .hub, broken), isByHub: true)
                == Judgement.of(.flagged(.malformed), nil))
    }

    @Test func anotherAudienceIsRefused() {
        let (publicBody, _) = MemberEdit.of(.set(.frozen, "yes")).bodies()
        for audience in [Audience.hub, .nodes([NodeID(3)])] {
            #expect(
                judge(operation(MemberEdit.kind, audience, publicBody)) == Judgement.of(.void(.audience), nil))
        }
        #expect(
            judge(operation(Sale.kind, .chain, Sale.of(lines: [.of(1)]).publicBody()))
                == Judgement.of(.flagged(.audience), nil))
    }

    @Test(arguments: [Audience.chain, .hub, .nodes([NodeID(3)])])
    func aKindFromANewerVersionIsPassedOn(audience: Audience) {
        let operation = operation(OperationKind(rawValue: "coupon.issue"), audience, Array("?".utf8))
        #expect(judge(operation) == Judgement.of(.ok, nil))
    }

    @Test func valuesThatBreakTheirFieldsRuleHaveNoEffect() {
        #expect(judge(operation(.of(.set(.phone, "12345")))) == Judgement.of(.void(.unacceptable), nil))
        #expect(judge(operation(.of(lines: []))) == Judgement.of(.flagged(.unacceptable), nil))
    }

    @Test(arguments: [
        (Dot(ActorID(1), 1), true),  // its own
        (Dot(ActorID(2), 1), true),  // in what it had applied
        (Dot(ActorID(2), 2), false),  // in the hub's log, but later
        (Dot(ActorID(3), 1), false),  // unknown to the hub
        (Dot(ActorID(1), 2), false),  // itself
        (Dot(ActorID(1), 3), false),  // its own future
    ])
    func anEditReplacesOnlyWhatItsAuthorHadSeen(target: Dot, isCovered: Bool) {
        let edit = MemberEdit.of(.set(.gender, "female"), .set(.frozen, "yes", replacing: [target]))
        #expect(
            judge(operation(edit))
                == (isCovered ? Judgement.of(.ok, .member(edit)) : Judgement.of(.void(.replacesUnseen), nil)))
    }

    @Test func whatWasObservedInAnotherEpochCoversNothing() {
        let (publicBody, _) = MemberEdit.of(.set(.frozen, "yes", replacing: [Dot(ActorID(2), 1)])).bodies()
        let operation = Operation(
            dot: Dot(ActorID(1), 2), observed: Observed([HubPosition(epoch: EpochID(4), sequence: 9)]),
            time: HybridTime(milliseconds: 999_000), audience: .chain, kind: MemberEdit.kind, publicBody: publicBody,
            personal: nil)
        #expect(judge(operation) == Judgement.of(.void(.replacesUnseen), nil))
    }

    @Test func pointsThatAreNotByTheRuleAreFlaggedAndStand() {
        for sale in [
            Sale.of(lines: [.of(1_299)], points: 13), .of(lines: [.of(1_299)], member: nil, points: 12),
        ] {
            #expect(judge(operation(sale)) == Judgement.of(.flagged(.ruleMismatch), .sale(sale)))
        }
        let newer = Sale.of(lines: [.of(1_299)], ruleRevision: 2)
        #expect(judge(operation(newer)) == Judgement.of(.flagged(.ruleUnknown), .sale(newer)))
        let anonymous = Sale.of(lines: [.of(1_299)], member: nil, ruleRevision: 2)
        #expect(judge(operation(anonymous)) == Judgement.of(.ok, .sale(anonymous)))
    }

    @Test(arguments: [
        HybridTime(milliseconds: 1_000_500), HybridTime(milliseconds: 1_000_500, counter: .max), HybridTime.zero,
    ])
    func aTimeWithinTheToleranceIsBelieved(time: HybridTime) {
        let sale = Sale.of(lines: [.of(100)])
        #expect(judge(operation(sale, time: time)) == Judgement.of(.ok, .sale(sale), at: time))
    }

    @Test(arguments: [HybridTime(milliseconds: 1_000_501), HybridTime(.max)])
    func aTimeFarAheadIsClampedAndFlaggedAndTheFactStands(time: HybridTime) {
        let latest = HybridTime(milliseconds: 1_000_500)
        let sale = Sale.of(lines: [.of(100)])
        #expect(
            judge(operation(sale, time: time)) == Judgement.of(.flagged(.clockAhead), .sale(sale), at: latest))
        let edit = MemberEdit.of(.set(.name, "王芳"))
        #expect(
            judge(operation(edit, time: time)) == Judgement.of(.flagged(.clockAhead), .member(edit), at: latest))
    }

    @Test func aGraverReasonIsKeptWhenTheTimeIsClamped() {
        let latest = HybridTime(milliseconds: 1_000_500)
        let edit = MemberEdit.of(.set(.phone, "12345"))
        #expect(
            judge(operation(edit, time: HybridTime(.max))) == Judgement.of(.void(.unacceptable), nil, at: latest))
        let sale = Sale.of(lines: [.of(100)], points: 2)
        #expect(
            judge(operation(sale, time: HybridTime(.max)))
                == Judgement.of(.flagged(.ruleMismatch), .sale(sale), at: latest))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func judgingIsAFunctionAndOnlyEditsCanBeVoid(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (edit, sale, decision) = (random.memberEdit(), random.sale(), random.decision())
        for operation in [
            operation(edit), operation(sale), operation(CaseDecision.kind, .hub, decision.publicBody()),
        ] {
            let judgement = judge(operation)
            #expect(judgement == judge(operation))
            #expect(!judgement.verdict.isVoid || operation.kind == MemberEdit.kind)
            #expect(!judgement.verdict.isVoid || judgement.fact == nil)
        }
    }
}

extension Judgement {
    fileprivate static func of(
        _ verdict: Verdict, _ fact: Fact?, at time: HybridTime = HybridTime(milliseconds: 999_000)
    ) -> Judgement {
        Judgement(effectiveTime: time, verdict: verdict, fact: fact)
    }
}
