import Loyalty
import ReplicaStore
import Replication
import Testing

/// What headquarters does with members' wallets, and with what lies at a branch.
@Suite struct AccountCommandTests {
    let desk: HubDesk
    let ann: String

    init() throws {
        desk = try HubDesk()
        ann = try desk.member(0xA11)
    }

    private func correction(_ mode: String = "do", request: UInt128 = 1, wallet: String = "points") -> [String] {
        [mode, "boss", "promised", RecordID(request).hexadecimal, HubDesk.today, wallet, ""]
    }

    private func adjust(_ amount: Int, request: UInt128, mode: String = "do") throws -> [[String: String]] {
        try desk.ask(["points.adjust"] + correction(mode, request: request) + [ann, String(amount), ""])
    }

    private func balance() throws -> [String: String] {
        let rows = try desk.ask("points.show", ann, HubDesk.today)
        return try #require(rows.first { $0["wallet"] == "points" && $0["balance"] != nil })
    }

    @Test func whatIsAddedIsThereOnceHoweverOftenItIsAskedFor() throws {
        let dry = try adjust(200, request: 1, mode: "dry")
        #expect(dry.map { [$0["entry"], $0["amount"], $0["written"]] } == [["credit", "200", "nothing yet"]])
        #expect(try balance()["balance"] == "0")
        #expect(try adjust(200, request: 1).map { $0["written"] } == ["yes"])
        #expect(try adjust(200, request: 1).map { $0["written"] } == ["nothing, it was there"])
        #expect(try adjust(100, request: 2).map { $0["written"] } == ["yes"])
        let sums = try balance()
        #expect(
            [sums["balance"], sums["spendable_here"], sums["elsewhere"], sums["debt"]] == ["300", "300", "0", "0"])
        #expect(throws: HubDesk.Refusal.self) { try adjust(50, request: 1) }
        #expect(try desk.isSound())
    }

    @Test func whatIsTakenHasToLieAtHeadquarters() throws {
        _ = try adjust(200, request: 1)
        try desk.arrive(.sale(desk.sale(5, 0xA11, points: 80)), from: 1)
        let refusal = desk.refusal(
            "points.adjust", "do", "boss", "mistake", RecordID(2).hexadecimal, HubDesk.today, "points", "", ann, "-250",
            "")
        #expect(refusal?.code == "refused")
        #expect(refusal?.detail.contains("headquarters holds 200") == true)
        #expect(refusal?.detail.contains("001 80") == true)
        #expect(try adjust(-150, request: 3).map { [$0["entry"], $0["amount"]] } == [["debit", "150"]])
        let sums = try balance()
        #expect([sums["balance"], sums["spendable_here"], sums["elsewhere"]] == ["130", "50", "80"])
        #expect(try desk.isSound())
    }

    @Test func anAccountIsToldLotByLotAndEntryByEntry() throws {
        _ = try adjust(200, request: 1)
        try desk.arrive(.sale(desk.sale(5, 0xA11, points: 80)), from: 1)
        _ = try adjust(-50, request: 2)
        let rows = try desk.ask("points.show", ann, HubDesk.today)
        let held = rows.filter { $0["held_by"] != nil }.map { [$0["held_by"], $0["amount"]] }
        #expect(held == [["headquarters", "150"], ["001", "80"]])
        let lots = rows.filter { $0["opened_on"] != nil }
        #expect(Set(lots.map { $0["held"] }) == ["headquarters 150", "001 80"])
        #expect(Set(lots.map { $0["issued_by"] }) == ["headquarters", "001"])
        let entries = rows.filter { $0["entry"] != nil }
        #expect(entries.map { $0["entry"] } == ["adjust", "earn", "adjust"])
        #expect(entries.map { $0["branch"] } == ["headquarters", "001", "headquarters"])
        #expect(entries.map { $0["reason"] } == ["promised", nil, "promised"])
        let member = try desk.ask("members.show", ann, HubDesk.today)
        #expect(member.contains { $0["balance"] == "230" })
    }

    @Test func valueMovesWithItsDaysToAnotherMember() throws {
        let bob = try desk.member(0xB0B)
        _ = try desk.ask(["points.adjust"] + correction(request: 1) + [ann, "200", "2025-12-31"])
        let order = ["points.transfer"] + correction(request: 2) + [ann, bob, "120"]
        #expect(try desk.ask(order).map { $0["entry"] } == ["debit", "credit"])
        #expect(try desk.ask(order).map { $0["written"] } == ["nothing, it was there", "nothing, it was there"])
        #expect(try balance()["balance"] == "80")
        let lot = try #require(
            try desk.ask("points.show", bob, HubDesk.today).first { $0["opened_on"] != nil })
        #expect([lot["remaining"], lot["expires_on"]] == ["120", "2025-12-31"])
        #expect(try desk.isSound())
    }

    @Test func moneyIsCorrectedInItsOwnWallet() throws {
        let words = ["do", "boss", "broken till", RecordID(1).hexadecimal, HubDesk.today, "stored"]
        _ = try desk.ask(["wallets.adjust"] + words + ["", ann, "1250", ""])
        _ = try desk.ask(["wallets.adjust"] + words + ["bonus", ann, "100", ""])
        let sums = try #require(try desk.ask("wallets.show", ann, HubDesk.today).first)
        #expect([sums["balance_minor"], sums["principal_minor"], sums["bonus_minor"]] == ["1350", "1250", "100"])
        #expect(desk.refusal("wallets.adjust", "do", "boss", "", "", "")?.code == "usage")
        let wrong = ["do", "boss", "why", RecordID(4).hexadecimal, HubDesk.today]
        for (wallet, amount) in [("points", "5"), ("stored", "0"), ("stored", "x"), ("nowhere", "5")] {
            #expect(throws: HubDesk.Refusal.self) {
                try desk.ask(["wallets.adjust"] + wrong + [wallet, "", ann, amount, ""])
            }
        }
    }

    @Test func aLostBranchIsWrittenOffLotByLot() throws {
        for sale in 1...300 as ClosedRange<UInt128> {
            try desk.arrive(.sale(desk.sale(sale, 0xA11, points: 2)), from: 1)
        }
        let before = try desk.ask("status")
        #expect(before.map { $0["rights"] } == ["points=600", "points=600", ""])
        let order = ["boss", "fire", "001"]
        let dry = try desk.ask(["nodes.declare-lost", "dry"] + order)
        #expect(dry.count == 301)
        #expect(dry.last?["rights"] == "points=600")
        #expect(dry[0]["account"] == "branch_loss")
        #expect(try desk.ask("status") == before)
        #expect(try desk.ask(["nodes.declare-lost", "do"] + order).last?["state"] == "lost")
        let after = try desk.ask("status")
        #expect(after.map { $0["rights"] } == ["", "", ""])
        #expect(after[1]["state"] == "lost" && after[1]["lost_because"] == "fire")
        #expect(try balance()["spendable_here"] == "600")
        #expect(try desk.ask(["nodes.declare-lost", "do"] + order).count == 1)
        #expect(desk.refusal("nodes.declare-lost", "do", "boss", "fire", "009")?.code == "not_found")
        #expect(try desk.isSound())
    }
}
