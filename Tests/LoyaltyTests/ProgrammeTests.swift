import LineCodec
import Loyalty
import TestSupport
import Testing

@Suite struct ProgrammeTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func itemsMakeTheSameProgrammeInAnyOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let items = (0..<20).map { _ in random.programmeItem() }
        var (once, again) = (Programme(), Programme())
        for item in items { once.apply(item) }
        for item in (items + random.some(of: items)).shuffled(using: &random) { again.apply(item) }
        #expect(once == again)
        #expect(once.items == again.items)
        var copied = Programme()
        for item in once.items { copied.apply(item) }
        #expect(copied == once)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func theLatestRevisionsAreKeptInAnyOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let items = (1...UInt32(ProgrammeLimits.revisionsKept + 10)).map {
            ProgrammeItem(.wallet(.standardPoints), code: "points", revision: $0)
        }
        var programme = Programme()
        for item in items.shuffled(using: &random) { programme.apply(item) }
        #expect(programme.items == Array(items.suffix(ProgrammeLimits.revisionsKept)))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func editsPassTheirChecksAndAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let edit = random.programmeEdit()
        try edit.item.check()
        #expect(try ProgrammeEdit(publicBody: edit.publicBody()) == edit)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func aCutOrDamagedEditIsRefusedOrSaysWhatItSpells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let body = random.programmeEdit().publicBody()
        let bodies = body.indices.map { Array(body[..<$0]) } + (0..<60).map { _ in random.damaged(body) }
        for body in bodies {
            guard let edit = try? ProgrammeEdit(publicBody: body) else { continue }
            try? edit.check()
            #expect(edit.publicBody() == body, "\(String(decoding: body, as: UTF8.self)) is not canonical")
        }
    }

    @Test func aHigherRevisionHoldsFromItsDayOn() throws {
        let (june, july) = (try day("2026-06-30"), try day("2026-07-01"))
        var programme = Programme.standard
        let dearer = WalletType(
            kind: .points, earning: EarningRate(points: 1, perMinor: 200), allowance: .standardPoints)
        programme.apply(ProgrammeItem(.wallet(dearer), code: "points", revision: 2, effectiveFrom: july))
        #expect(programme.wallet("points", on: june)?.revision == 1)
        #expect(
            programme.wallet("points", on: july)
                == InForce(code: "points", revision: 2, rule: dearer))
        #expect(programme.nextRevision(.wallet, "points") == 3)
        #expect(programme.nextRevision(.tier, "gold") == 1)
    }

    @Test func whatIsWithdrawnIsNotInForceButKeepsItsTerms() throws {
        let coupon = CouponDefinition(
            name: "20-3", campaign: "spring", kind: .amountOff(minor: 300, thresholdMinor: 2_000),
            validity: .relative(days: 7, startOffset: 0))
        let july = try day("2026-07-01")
        var programme = Programme()
        programme.apply(ProgrammeItem(.coupon(coupon), code: "c"))
        programme.apply(
            ProgrammeItem(category: .coupon, code: "c", revision: 2, effectiveFrom: july, rule: nil))
        #expect(programme.coupon("c", on: .first)?.rule == coupon)
        #expect(programme.coupon("c", on: july) == nil)
        #expect(programme.coupon("c", revision: 1) == coupon)
        #expect(programme.coupon("c", revision: 2) == nil)
    }

    @Test func theStandardEarnsLikeTheStandardRule() throws {
        let wallet = try #require(Programme.standard.wallet("points", on: .first))
        #expect(wallet.revision == EarningRule.standard.revision)
        #expect(wallet.rule.earning == EarningRate(points: 1, perMinor: 100))
        #expect(wallet.rule.staleDaysMax == 7)
        #expect(wallet.rule.allowance == Allowance(cap: 500, lowWaterPercent: 30, inactivityDays: 60))
        #expect(Programme.standard.wallets(on: .first).map(\.code) == ["growth", "points", "stored"])
        #expect(Programme.standard.tiers(on: .last).isEmpty)
        for item in Programme.standard.items { try item.check() }
    }

    @Test func theHubTakesUpTheNextRevisionOnly() throws {
        let second = ProgrammeItem(.wallet(.standardPoints), code: "points", revision: 2)
        try Programme.standard.check(second)
        for revision in [UInt32(1), 3] {
            #expect(throws: ProgrammeFault.revisionNotNext(expected: 2)) {
                try Programme.standard.check(
                    ProgrammeItem(.wallet(.standardPoints), code: "points", revision: revision))
            }
        }
    }

    @Test func aCategoryHoldsSoManyCodes() throws {
        var programme = Programme.standard
        for number in 1...ProgrammeLimits.codesMax {
            programme.apply(ProgrammeItem(.plan(TopUpPlan(payMinor: 10_000, bonusMinor: 0)), code: "\(number)"))
        }
        let more = ProgrammeItem(.plan(TopUpPlan(payMinor: 10_000, bonusMinor: 0)), code: "more")
        #expect(throws: ProgrammeFault.tooManyCodes(limit: ProgrammeLimits.codesMax)) { try programme.check(more) }
        try programme.check(ProgrammeItem(.plan(TopUpPlan(payMinor: 1, bonusMinor: 0)), code: "1", revision: 2))
    }
}

func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }
