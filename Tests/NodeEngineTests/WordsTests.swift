import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import Testing

@testable import HubEngine
@testable import NodeEngine

/// What the hub has to say to a branch that brings much: together, and still one decision after the other.
@Suite struct WordsTests {
    private static let members = (1...20).map { RecordID(UInt128($0)) }
    private let chain: SmallChain

    init() throws {
        chain = try SmallChain(shops: 2)
        try chain.connect(0)
        try chain.connect(1)
        for member in Self.members {
            try chain.command(
                ["members.create", "do", "boss", "", member.hexadecimal, "name=M"])
            try buy(member)
        }
        try chain.disconnect(0)
    }

    @Test func aBacklogsAnswersShareATransaction() throws {
        for member in Self.members { try moveHome(member) }
        let transactions = try transactionsOfHub { try chain.connect(0) }
        #expect(transactions < 6)
        for member in Self.members { #expect(try held(atHomeBy: member) == 500) }
        try expectSound()
    }

    /// A till's question waits for one transaction, whatever is in it.
    @Test func salesWeighMoreThanEdits() throws {
        for member in Self.members { try buy(member, sale: 3) }
        for member in Self.members { try moveHome(member) }
        chain.hub.settings.pace.backlogOperationsMax = 100
        // The greeting; five sales, four times; the edits; what the hub says to them.
        #expect(try transactionsOfHub { try chain.connect(0) } == 7)
        try expectSound()
    }

    /// Their lots are one person's: the second is decided upon when the first stands.
    @Test func thePersonsMembersAreNotDecidedUponTogether() throws {
        let (low, high) = (Self.members[0], Self.members[1])
        let link = Slot(field: MemberField.samePerson.rawValue, element: Array(high.hexadecimal.utf8))
        try chain.declare(
            .member(
                MemberEdit(
                    member: low, authority: .headquarters, author: "boss", reason: nil,
                    writes: [Write(slot: link, value: [], replaces: [])])), for: .chain)
        try #require(try chain.hub.store.person(of: high) == [low, high])
        try moveHome(low)
        try moveHome(high)
        try chain.connect(0)
        #expect(try held(atHomeBy: low) == 500)
        let objections = "SELECT count(*) FROM operations WHERE verdict <> 'ok'"
        #expect(try chain.hub.store.reader.query(objections, rowsMax: 2).rows == [["0"]])
        try expectSound()
    }

    /// What is said while there is no room is not said later instead: the member's next movement asks again.
    @Test func withoutSpaceNothingIsSaid() throws {
        for member in Self.members { try moveHome(member) }
        // The greeting, and what the shop brings.
        chain.hub.store.faults.transactionsUntilFull = 2
        try chain.connect(0)
        #expect(try homes() == Self.members.count)
        #expect(chain.hub.words.operations.isEmpty)
        chain.hub.store.faults = StoreFaults()
        for shop in [0, 1] { try chain.disconnect(shop) }
        for shop in [1, 0] { try chain.connect(shop) }
        for member in Self.members { #expect(try held(atHomeBy: member) == 0) }
        for member in Self.members { try buy(member, sale: 2) }
        for member in Self.members { #expect(try held(atHomeBy: member) == 500) }
        try expectSound()
    }

    /// Members of whom headquarters knows a home.
    private func homes() throws -> Int {
        try Self.members.filter { try chain.hub.store.homeBranch(of: $0) != nil }.count
    }

    private func transactionsOfHub(_ body: () throws -> Void) throws -> Int {
        let many = 10_000
        chain.hub.store.faults.interruption = Interruption(.afterCommit, afterTransactions: many)
        try body()
        return many - (try #require(chain.hub.store.faults.interruption).transactionsLeft)
    }

    private func held(atHomeBy member: RecordID) throws -> Int64 {
        let home = chain.shops[1].store
        return try home.account(of: member).spendable(
            "points", by: .actor(home.identity.actor), on: SmallChain.today)
    }

    /// At a till of the shop that has no line.
    private func moveHome(_ member: RecordID) throws {
        let edit = EditRequest(
            member: member, creates: false, author: "till", changes: [.set(.homeBranch, "shop2")])
        guard case .edit(.written)? = try chain.ask(0, .edit(edit)) else {
            Issue.record("not written")
            return
        }
    }

    private func buy(_ member: RecordID, sale: UInt128 = 1) throws {
        let checkout = Checkout(
            id: RecordID(1_000 * sale + member.value), member: member, till: "till", cashier: "lin",
            reference: "R\(sale)-\(member.value)", occurredAtMilliseconds: 1_700_625_600_000,
            businessDate: SmallChain.today,
            minuteOfDay: 720, lines: [CartLine(product: "tea", quantityMilli: 1_000, grossMinor: 200_000)],
            points: .none)
        let answer = try chain.ask(0, .checkout(checkout))
        guard case .checkout(.sold)? = answer else {
            Issue.record("not sold: \(String(describing: answer))")
            return
        }
    }

    private func expectSound() throws {
        for store in [chain.hub.store] + chain.shops.map(\.store) {
            let verification = try store.verify()
            #expect(verification.isSound, "\(verification)")
        }
    }
}
