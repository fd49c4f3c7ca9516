import Loyalty
import ReplicaStore
import Replication
import Testing

/// What is owed, in points and in money: by the redemption rate as a fraction, to the smallest coin.
@Suite struct LiabilityTests {
    let desk: HubDesk
    let ann: String

    init() throws {
        desk = try HubDesk()
        ann = try desk.member(0xA11)
    }

    private func add(_ amount: Int, to wallet: String, _ command: String = "points.adjust") throws {
        let request = RecordID(UInt128(amount)).hexadecimal
        _ = try desk.ask([command, "do", "boss", "why", request, HubDesk.today, wallet, "", ann, String(amount), ""])
    }

    private func report(_ scope: String, on date: String = HubDesk.today) throws -> [[String: String]] {
        try desk.ask("report.liability", date, scope)
    }

    /// 3 points pay 2 fen. 164 points are 109.33 fen: 109, of which the branches' shares are 1.33, 53.17 and 54.50.
    @Test func branchesShareTheRoundedSum() throws {
        _ = try desk.ask(
            "programme.set", "do", "boss", "rate", "wallet", "points", HubDesk.today, "redeem_unit=3",
            "redeem_unit_minor=2", "redeem_minimum=3")
        try desk.arrive(.sale(desk.sale(1, 0xA11, points: 80)), from: 1)
        try desk.arrive(.sale(desk.sale(2, 0xA11, points: 82)), from: 2)
        try add(2, to: "points")
        #expect(
            try report("wallets").map { [$0["remaining"], $0["unit"], $0["unit_value_minor"], $0["worth_minor"]] }
                == [["164", "3", "2", "109"]])
        #expect(
            try report("branches").map { [$0["issuing_branch"], $0["remaining"], $0["worth_minor"]] }
                == [[nil, "2", "1"], ["001", "80", "53"], ["002", "82", "55"]])
        #expect(try report("wallets", on: "2025-06-14").map { $0["worth_minor"] } == ["164"])
    }

    @Test func moneyIsWorthItselfAndGrowthNothing() throws {
        try add(1_250, to: "stored", "wallets.adjust")
        try add(500, to: "growth")
        #expect(
            try report("wallets").map { [$0["wallet"], $0["kind"], $0["remaining"], $0["worth_minor"]] }
                == [["growth", "growth", "500", nil], ["stored", "principal", "1250", "1250"]])
    }

    @Test func halfACoinIsRoundedUp() {
        let rule = RedemptionRule(minimum: 1, unit: 2, unitValueMinor: 1, capBasisPoints: 10_000)
        #expect([0, 1, 2, 3].map(rule.worthMinor) == [0, 1, 1, 2])
    }

    @Test func aWrongQuestionIsRefused() {
        #expect(desk.refusal("report.liability", "today", "wallets")?.code == "usage")
        #expect(desk.refusal("report.liability", HubDesk.today, "people")?.code == "usage")
    }
}
