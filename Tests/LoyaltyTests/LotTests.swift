import Loyalty
import Replication
import TestSupport
import Testing

/// Laws of one lot, whatever is done to it and by whom.
@Suite struct LotTests {
    static let seeds = 0..<200 as Range<UInt64>
    static let holders: [RightsHolder] = [.hub] + (1...3).map { .actor(ActorID($0)) }
    static let terms = LotTerms(
        id: RecordID(7), member: RecordID(1), kind: .points, wallet: "points", issuer: NodeID(1),
        openedOn: day("2026-01-01"), availableOn: nil, expiresOn: day("2026-12-31"))

    static func day(_ text: String) -> CivilDate { CivilDate(text) ?? .first }

    @Test(arguments: seeds)
    func itIsConservedAndNeverBelowZero(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var lot = Lot(terms: Self.terms)
        for _ in 0..<60 {
            let entry = Self.entry(using: &random)
            let before = lot
            let lacking = lot.apply(entry)
            #expect(lot.isConserved, "after \(entry): \(lot)")
            #expect((0...max(entry.amount, 0)).contains(lacking) || entry.amount <= 0)
            #expect(lot.remaining <= before.remaining + max(entry.amount, 0))
        }
    }

    /// The theorem: holders who check their own rights first are never found wanting, however their entries interleave.
    @Test(arguments: seeds)
    func honestHoldersNeverOverspend(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var hub = Lot(terms: Self.terms)
        var own = Self.holders.map { _ in Lot(terms: Self.terms) }
        var logs: [[LedgerEntry]] = Self.holders.map { _ in [] }
        let earn = LedgerEntry(.earn, lot: RecordID(7), from: nil, to: Self.holders[1], amount: 1_000)
        #expect(own[1].apply(earn) == 0)
        logs[1].append(earn)
        for _ in 0..<80 {
            let index = Int(random.next() % UInt64(Self.holders.count))
            let holder = Self.holders[index]
            if random.next() % 3 == 0, let next = logs[index].first {
                logs[index].removeFirst()
                #expect(hub.apply(next) == 0, "the hub finds \(next) beyond what its author held")
                if let to = next.to, let receiver = Self.holders.firstIndex(of: to), receiver != index,
                    let seen = next.seen(by: to)
                {
                    #expect(own[receiver].apply(seen) == 0)
                }
            } else if own[index].right(of: holder) > 0 {
                let amount = Int64(random.next() % UInt64(own[index].right(of: holder))) + 1
                let to = random.next() % 2 == 0 ? nil : Self.holders[Int(random.next() % 4)]
                guard to != holder else { continue }
                let entry = LedgerEntry(
                    to == nil ? .spend : .transfer, lot: RecordID(7), from: holder, to: to, amount: amount)
                guard let seen = entry.seen(by: holder) else { continue }
                #expect(own[index].apply(seen) == 0)
                logs[index].append(entry)
            }
        }
        #expect(hub.overdrawn == 0 && hub.isConserved)
    }

    @Test func nobodyGivesToThemselves() {
        var lot = Lot(terms: Self.terms, earned: 10, rights: [.hub: 10])
        #expect(lot.apply(LedgerEntry(.transfer, lot: RecordID(7), from: .hub, to: .hub, amount: 5)) == 5)
        #expect(lot.right(of: .hub) == 10)
    }

    @Test(arguments: [-1, 0, Lot.amountMax + 1, .min, .max] as [Int64])
    func impossibleAmountsMoveNothing(amount: Int64) {
        for kind in LedgerEntry.Kind.allCases {
            var lot = Lot(terms: Self.terms, earned: 10, rights: [.hub: 10])
            _ = lot.apply(LedgerEntry(kind, lot: RecordID(7), from: .hub, to: nil, amount: amount))
            #expect(lot == Lot(terms: Self.terms, earned: 10, rights: [.hub: 10]))
        }
    }

    @Test func aWrittenOffBranchsLateSpendIsTheChainsLoss() {
        let branch = Self.holders[1]
        var lot = Lot(terms: Self.terms, earned: 100, rights: [branch: 100])
        #expect(lot.apply(LedgerEntry(.writeoff, lot: RecordID(7), from: branch, to: .hub, amount: 100)) == 0)
        #expect(lot.apply(LedgerEntry(.spend, lot: RecordID(7), from: branch, to: nil, amount: 30)) == 30)
        #expect(lot.remaining == 100 && lot.overdrawn == 30 && lot.isConserved)
    }

    @Test func bothEndsOfTheTimeAreInclusive() {
        #expect(Self.terms.isSpendable(on: Self.day("2026-12-31")))
        #expect(!Self.terms.isSpendable(on: Self.day("2027-01-01")))
    }

    private static func entry(using random: inout SplitMix64) -> LedgerEntry {
        func holder() -> RightsHolder? {
            let index = Int(random.next() % 5)
            return index < 4 ? holders[index] : nil
        }
        let kind = LedgerEntry.Kind.allCases[Int(random.next() % UInt64(LedgerEntry.Kind.allCases.count))]
        let amount = Int64(random.next() % 120) - 10
        return LedgerEntry(kind, lot: RecordID(7), from: holder(), to: holder(), amount: amount)
    }
}

@Suite struct SpendPlanTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func aPlanTakesExactlyWhatIsAskedAndNoMoreThanIsHeld(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let here = RightsHolder.actor(ActorID(9))
        let today = LotTests.day("2026-06-15")
        let lots = (0..<6).map { index in Self.lot(index, here, using: &random) }
        let account = MemberAccount(members: [RecordID(1)], lots: lots, debts: [])
        let usable = account.spendable("w", by: here, on: today)
        for amount in [1, usable / 2, usable, usable + 1] where amount > 0 {
            do throws(SpendPlan.Shortage) {
                let plan = try SpendPlan.lots(
                    for: amount, of: "w", [.points, .principal, .bonus], in: account, held: here, on: today)
                #expect(plan.reduce(0) { $0 + $1.amount } == amount && amount <= usable)
                for spend in plan {
                    guard let lot = lots.first(where: { $0.terms.id == spend.lot }) else { continue }
                    #expect(spend.amount > 0 && spend.amount <= lot.right(of: here) && lot.terms.isSpendable(on: today))
                }
            } catch {
                #expect(amount > usable && error.usableHere == usable && error.missing == amount - usable)
            }
        }
    }

    private static func lot(_ index: Int, _ here: RightsHolder, using random: inout SplitMix64) -> Lot {
        let kinds: [LotKind] = [.principal, .bonus, .points]
        let ends = ["2026-06-14", "2026-06-15", "2026-07-01", nil] as [String?]
        let amount = Int64(random.next() % 50) + 1
        let terms = LotTerms(
            id: RecordID(UInt128(index + 1)), member: RecordID(1), kind: kinds[Int(random.next() % 3)], wallet: "w",
            issuer: NodeID(1), openedOn: LotTests.day("2026-01-01"), availableOn: nil,
            expiresOn: ends[Int(random.next() % 4)].map(LotTests.day))
        let held = Int64(random.next() % UInt64(amount + 1))
        return Lot(terms: terms, earned: amount, rights: [here: held, .hub: amount - held].filter { $0.value > 0 })
    }
}
