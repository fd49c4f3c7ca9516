import Loyalty
import Replication
import TestSupport
import Testing

@Suite struct MemberTests {
    @Test func aSettledValueIsShown() {
        let member = Member.of(.cell(.name, "Ann", actor: 1))
        #expect(member.value(.name) == "Ann")
        #expect(member.value(.phone) == nil)
        #expect(member.contestedFields.isEmpty)
    }

    @Test func ofSiblingsTheLatestIsShownWhateverTheirOrder() {
        let cells = [Cell.cell(.name, "Ann", actor: 2, at: 5), .cell(.name, "Anna", actor: 1, at: 9)]
        #expect(Member.of(cells[0], cells[1]).value(.name) == "Anna")
        #expect(Member.of(cells[1], cells[0]).value(.name) == "Anna")
        #expect(Member.of(cells[0], cells[1]).contestedFields == [.name])
    }

    @Test func headquartersWordIsShownBeforeALaterOne() {
        let member = Member.of(
            .cell(.name, "Ann", actor: 1, at: 5, by: .headquarters), .cell(.name, "Bea", actor: 2, at: 9))
        #expect(member.value(.name) == "Ann")
    }

    @Test func atOneTimeTheGreaterDotIsShown() {
        #expect(Member.of(.cell(.name, "Ann", actor: 1), .cell(.name, "Bea", actor: 2)).value(.name) == "Bea")
    }

    @Test func theFirstJoiningAndTheLastVisitAreShownWhateverTheClocksSay() {
        let member = Member.of(
            .cell(.joinedAt, "00000000000002", actor: 1, at: 9), .cell(.joinedAt, "00000000000001", actor: 2, at: 1),
            .cell(.lastVisitAt, "00000000000002", actor: 1, at: 1),
            .cell(.lastVisitAt, "00000000000001", actor: 2, at: 9))
        #expect(member.value(.joinedAt) == "00000000000001")
        #expect(member.value(.lastVisitAt) == "00000000000002")
        #expect(member.contestedFields.isEmpty)
    }

    @Test func anOptOutAFreezeAndADeletionWin() {
        let member = Member.of(
            .cell(.marketingConsent, "no", actor: 1, at: 1), .cell(.marketingConsent, "yes", actor: 2, at: 9),
            .cell(.frozen, "yes", actor: 1, at: 1), .cell(.frozen, "no", actor: 2, at: 9, by: .headquarters),
            .cell(.life, "deleted", actor: 1, at: 1), .cell(.life, "active", actor: 2, at: 9))
        #expect(member.value(.marketingConsent) == "no")
        #expect(member.value(.frozen) == "yes")
        #expect(member.isDeleted)
        #expect(member.contestedFields.isEmpty)
    }

    @Test func whereNobodyOptedOutTheLatestIsShown() {
        let member = Member.of(.cell(.life, "active", actor: 1, at: 1), .cell(.life, "active", actor: 2, at: 9))
        #expect(member.shown(.life)?.dot == Dot(ActorID(2), 1))
        #expect(!member.isDeleted)
    }

    @Test func twoWhoWroteTheSameDoNotDisagree() {
        let member = Member.of(.cell(.phone, "+8613800138000", actor: 1), .cell(.phone, "+8613800138000", actor: 2))
        #expect(member.contestedFields.isEmpty)
        #expect(member.fieldCases.isEmpty)
        #expect(member.liveValues(.phone) == ["+8613800138000"])
    }

    @Test func siblingsOfAFieldThatNobodyIsAskedAboutAreNoCase() {
        let member = Member.of(.cell(.remark, "a", actor: 1, at: 9), .cell(.remark, "b", actor: 2, at: 1))
        #expect(member.value(.remark) == "a")
        #expect(member.contestedFields.isEmpty)
    }

    @Test func everyLiveValueIsFoundBySearch() {
        let member = Member.of(.cell(.phone, "+8613900139000", actor: 1), .cell(.phone, "+8613800138000", actor: 2))
        #expect(member.liveValues(.phone) == ["+8613800138000", "+8613900139000"])
    }

    @Test func elementsAreListedOnceAndInOrder() {
        let member = Member.of(
            .element("vip", of: .tag, actor: 1), .element("vip", of: .tag, actor: 2),
            .element("new", of: .tag, actor: 3),
            .element("card:6001", of: .identity, actor: 3))
        #expect(member.elements(.tag) == ["new", "vip"])
        #expect(member.elements(.identity) == ["card:6001"])
        #expect(member.elements(.samePerson).isEmpty)
    }

    /// Replicas that hold the same operations show the same, whatever the order in which they came.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func equalStatesGiveEqualViews(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let deltas = random.deltas(count: 12)
        let (one, other) = (random.member(applying: deltas), random.member(applying: deltas))
        #expect(one == other)
        for field in MemberField.allCases {
            #expect(one.shown(field) == other.shown(field))
            #expect(one.elements(field) == other.elements(field))
            #expect(one.liveValues(field) == other.liveValues(field))
        }
        #expect(one.contestedFields == other.contestedFields)
        #expect(one.fieldCases == other.fieldCases)
        #expect(one.fieldCases.map(\.id) == other.fieldCases.map(\.id))
    }

    /// The view is a function of the set of cells: their order in memory says nothing.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func whatIsShownDoesNotDependOnTheOrderOfCells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let cells = (1...5).map { _ in
            Cell(
                slot: Slot(field: 1), dot: random.dot(), time: HybridTime(milliseconds: UInt64(random.below(2))),
                authority: random.pick([.shop, .headquarters]), value: Array(random.pick(["1", "2", "yes"]).utf8))
        }
        let distinct = Dictionary(cells.map { ($0.dot, $0) }, uniquingKeysWith: { first, _ in first }).values
        for policy in [FieldPolicy.askPeople, .latest, .smallest, .largest] {
            let shown = (0..<4).map { _ in
                FieldPolicy.shown(among: distinct.shuffled(using: &random), by: policy)
            }
            #expect(Set(shown).count == 1)
        }
        let winners = (0..<4).map { _ in
            FieldPolicy.shown(among: distinct.shuffled(using: &random), by: .wins("yes"))?.value
        }
        #expect(Set(winners).count == 1)
    }
}
