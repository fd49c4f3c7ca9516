import Foundation
import Testing

/// A hub and two nodes as processes: what is written at one is seen at the others, whatever is killed meanwhile.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ChainTests {
    @Test func anEditAtOneBranchIsSeenAtTheOtherAndAtTheHub() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 2)
        try shops.writeMembers(1, to: "members.csv")
        let imported = try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        #expect(imported.output == "members: 1 new, 0 already there.\n")
        let member = try await find("13810000000", at: "n2", in: shops)
        try await shops.done(["members", "edit", String(member.prefix(8)), "name=Li Wei", "--data", "n1"])
        let start = ContinuousClock.now
        for name in ["n2", "hub"] {
            try await shops.eventually("the new name at \(name)") {
                try await shops.rows(["query", "select name from members", "--data", name]).first?["name"] == "Li Wei"
            }
        }
        print("an edit at n1 was seen by queries at n2 and at the hub after \(ContinuousClock.now - start)")
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        try await stop([hub] + nodes)
    }

    @Test func aNodeThatIsKilledLosesNothingThatItAcknowledged() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 2)
        try await hub.stop()
        try shops.writeMembers(50, to: "members.csv")
        try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        try await nodes[0].killAtOnce()
        let without = try await shops.status("n1")
        #expect(without["members"] == "50")
        #expect(without["waiting"] == "50")
        let again = try await shops.startNode("n1")
        let back = try await shops.startHub()
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        #expect(try await shops.count("members", at: "hub") == "50")
        let repeated = try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        #expect(repeated.output == "members: 0 new, 50 already there.\n")
        try await stop([back, again, nodes[1]])
    }

    @Test func aBranchGoesOnWhileTheHubIsKilledAndDrainsAfterwards() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 2)
        try shops.writeMembers(20, to: "first.csv")
        try await shops.done(["import", "members", "first.csv", "--data", "n1"])
        try await hub.killAtOnce()
        try await nodes[0].logged("the line to the hub is down; the shop goes on")
        try shops.writeMembers(20, from: 20, to: "second.csv")
        try await shops.done(["import", "members", "second.csv", "--data", "n1"])
        let status = try await shops.run(["status", "--data", "n1"]).output
        #expect(status.contains("Not connected to headquarters since "))
        #expect(status.contains("entries are waiting to be sent; nothing is lost."))
        #expect(status.contains("40 members and 0 sales."))
        let back = try await shops.startHub()
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        #expect(try await shops.count("members", at: "n2") == "40")
        try await stop([back] + nodes)
    }

    @Test func allMayBeStoppedAndStartedAgain() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 1)
        try shops.writeMembers(3, to: "members.csv")
        try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        try await shops.eventuallyEqual(["hub", "n1"])
        try await stop(nodes + [hub])
        #expect(!shops.exists("hub/control.sock"))
        let status = try await shops.run(["status", "--data", "n1"]).output
        #expect(status.contains("The service is not running here. Start it: branchline node run\n"))
        let back = try await shops.startHub()
        let node = try await shops.startNode("n1")
        try await node.logged("connected to the hub")
        #expect(try await shops.status("n1")["waiting"] == "0")
        for name in ["hub", "n1"] {
            let role = name == "hub" ? "hub" : "node"
            #expect(try await shops.rows([role, "verify", "--data", name]).first?["sound"] == "yes")
        }
        try await stop([back, node])
    }

    /// A count to fifty million takes much longer than everything else here.
    @Test func aLongQuestionHoldsUpNobody() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 2)
        try shops.writeMembers(1, to: "members.csv")
        async let answer = timed(
            [
                "query",
                "with recursive n (i) as (select 1 union all select i + 1 from n where i < 50000000) "
                    + "select count(*) as n from n", "--data", "hub",
            ], in: shops)
        try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        _ = try await find("13810000000", at: "n2", in: shops)
        #expect(try await shops.status("hub")["members"] == "1")
        let seen = ContinuousClock.now
        let (outcome, end) = try await answer
        #expect(outcome.output == "50000000\n")
        #expect(end > seen, "the question was too short to prove anything")
        try await stop([hub] + nodes)
    }

    private func timed(
        _ arguments: [String], in shops: Shops
    ) async throws -> (Program.Outcome, ContinuousClock.Instant) {
        (try await shops.run(arguments), ContinuousClock.now)
    }

    @Test func aNodeThatIsShutOutHearsItAtOnceAndSaysSo() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 1)
        try await nodes[0].logged("connected to the hub")
        let place = nodes[0].place
        try await shops.done(["hub", "nodes", "revoke", "01", "--reason", "machine stolen", "--data", "hub"])
        try await nodes[0].logged("code=revoked detail=machine stolen", after: place)
        try await nodes[0].logged("the line to the hub is down", after: place)
        let status = try await shops.run(["status", "--data", "n1"]).output
        #expect(
            status.contains(
                """
                Headquarters has shut this shop out. Please ask headquarters for a new invitation.
                Headquarters said: machine stolen.

                """))
        let chinese = try await shops.run(["status", "--data", "n1"], language: "zh_CN.UTF-8").output
        #expect(chinese.contains("总部已停用本店。请向总部索取新的邀请码。"))
        let row = try await shops.rows(["hub", "nodes", "--data", "hub"])[0]
        #expect(row["state"] == "revoked")
        #expect(row["revoked_because"] == "machine stolen")
        #expect(
            try await shops.run(["node", "renew", "--data", "n1"])
                == Program.Outcome(
                    code: 77, output: "", errors: "branchline: the hub refuses: shut out by the administrator\n"))
        try await stop([hub] + nodes)
    }

    private func find(_ phone: String, at name: String, in shops: Shops) async throws -> String {
        var found: String?
        try await shops.eventually("the member at \(name)") {
            found = try await shops.rows(["members", "find", "--phone", phone, "--data", name]).first?["member"] ?? nil
            return found != nil
        }
        return try #require(found)
    }

    private func stop(_ services: [RunningService]) async throws {
        for service in services { try await service.stop() }
    }
}
