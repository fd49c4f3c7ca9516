import Loyalty
import Replication
import Testing

@testable import ReplicaStore

@Suite struct SaleTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
    }

    @Test func aSaleIsRecordedOnceUnderItsID() throws {
        let sale = try Stores.sale(1, member: ann)
        #expect(try first.record(sale, at: Stores.moment()) == .recorded)
        #expect(try first.record(sale, at: Stores.moment(Stores.noon + 5)) == .repeated)
        #expect(
            try first.record(try Stores.sale(1, member: ann, reference: "other"), at: Stores.moment()) == .different)
        #expect(try Totals(first) == Totals([sale]))
        #expect(try first.reader.earned(by: ann) == (12, 1))
        #expect(first.actorState(first.identity.actor)?.lastSequence == 1)
    }

    @Test func aSaleThatDoesNotAddUpIsRefusedAndLeavesNothing() throws {
        let sale = try Stores.sale(1, netMinor: [-5])
        #expect(try first.record(sale, at: Stores.moment()) == .refused(.negativeTotal))
        #expect(try Totals(first) == Totals([]))
        #expect(first.actorState(first.identity.actor)?.lastSequence == 0)
    }

    @Test func oneSaleFromTwoBranchesCountsOnceAtHeadquarters() throws {
        let sale = try Stores.sale(1, member: ann)
        let other = try Stores.sale(2, netMinor: [300])
        for node in [first, second] { #expect(try node.record(sale, at: Stores.moment()) == .recorded) }
        try second.sell(other)
        try Travel.exchange(first, second, with: hub)

        #expect(try hub.wholeLog().map(\.stamp.verdict) == [.ok, .flagged(.duplicateSale), .ok])
        #expect(try Totals(hub) == Totals([sale, other]))
        #expect(try Totals(second) == Totals([sale, other]))
        #expect(
            try hub.reader.query("SELECT node, branch FROM sales ORDER BY node", rowsMax: 9).rows.map(\.[0]) == [
                "1", "2",
            ])
        try expectAgreement(first, second, with: hub)
    }

    @Test func pointsThatAreNotTheRulesAreFlaggedAndStand() throws {
        let sale = try Stores.sale(1, member: ann, points: 99)
        try first.sell(sale)
        try Travel.exchange(first, with: hub)
        #expect(try hub.wholeLog().map(\.stamp.verdict) == [.flagged(.ruleMismatch)])
        #expect(try hub.reader.earned(by: ann) == (99, 1))
        try expectAgreement(first, with: hub)
    }

    @Test func salesGoToTheHubAndNowhereElse() throws {
        try first.sell(try Stores.sale(1, member: ann))
        try Travel.exchange(first, second, with: hub)
        #expect(try second.reader.count(.operations) == 0)
        #expect(
            try second.cursor
                == hub.wholeLog().last.map { HubPosition(epoch: Stores.epoch, sequence: $0.stamp.hubSequence) })
    }
}
