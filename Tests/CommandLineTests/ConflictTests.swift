import Foundation
import Testing

/// Two branches change the same name while the line is down; headquarters settles it.
@Suite(.timeLimit(.minutes(5)))
struct ConflictTests {
    @Test func twoNamesBecomeACaseThatIsSettledOnce() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 2)
        try shops.writeMembers(1, to: "members.csv")
        try await shops.done(["import", "members", "members.csv", "--data", "n1"])
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        let id = try #require(
            try await shops.rows(["members", "find", "--phone", "13810000000", "--data", "n2"])[0]["member"] ?? nil)
        try await hub.stop()
        try await shops.done(["members", "edit", id, "name=Li Wei", "--by", "Ann", "--data", "n1"])
        try await shops.done(["members", "edit", id, "name=Li Way", "--by", "Bob", "--data", "n2"])
        #expect(try await shops.run(["cases", "--data", "n1"]).output == "No open cases.\n")

        let back = try await shops.startHub()
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        let cases = try await shops.rows(["cases", "list", "--data", "hub"])
        #expect(cases.count == 1)
        let item = try #require(cases[0]["case"] ?? nil)
        #expect(cases[0]["kind"] == "member.field")
        #expect(cases[0]["member"] == id)
        #expect(Set((cases[0]["sides"] ?? "")?.components(separatedBy: " | ") ?? []) == ["Li Wei", "Li Way"])
        let atBranch = try await shops.rows(["cases", "show", item, "--data", "n1"])
        #expect(Set(atBranch.compactMap { $0["written_by"] ?? nil }) == ["01", "another branch"])
        try await explained(String(item.prefix(6)), shops)
        try await settled(String(item.prefix(6)), shops)
        try await shops.eventuallyEqual(["hub", "n1", "n2"])
        for name in ["hub", "n1", "n2"] {
            #expect(try await shops.rows(["query", "select name from members", "--data", name])[0]["name"] == "Li Wei")
            #expect(try await shops.run(["cases", "--data", name]).output == "No open cases.\n")
            let role = name == "hub" ? "hub" : "node"
            #expect(try await shops.rows([role, "verify", "--data", name])[0]["sound"] == "yes")
        }
        for service in [back] + nodes { try await service.stop() }
    }

    private func explained(_ item: String, _ shops: Shops) async throws {
        let rows = try await shops.rows(["cases", "explain", item, "--data", "hub"])
        let sides = rows.filter { $0["written_by"] != nil }
        #expect(Set(sides.map { $0["written_by"] ?? nil }) == ["01", "02"])
        #expect(rows.compactMap { $0["is"] ?? nil } == ["concurrent"])
        let words = try await shops.run(["cases", "explain", item, "--data", "hub"]).output
        #expect(words.contains("“Name” got 2 different values in places that had not heard of each other."))
        #expect(words.contains("Neither was known where the other was written."))
    }

    private func settled(_ item: String, _ shops: Shops) async throws {
        let resolve = [
            "cases", "resolve", item, "--keep", "Li Wei", "--reason", "identity card seen", "--data", "hub",
        ]
        let before = try await shops.status("hub")
        let dry = try await shops.rows(resolve + ["--dry-run"])
        #expect(dry.map { $0["value"] ?? nil } == ["Li Wei"])
        #expect(dry.map { $0["replaces"] ?? nil } == ["2"])
        let after = try await shops.status("hub")
        #expect(after["position"] == before["position"])
        #expect(after["open_cases"] == "1")
        let branch = try await shops.run(resolve.dropLast() + ["n1"])
        #expect(
            branch
                == Program.Outcome(
                    code: 77, output: "", errors: "branchline: only headquarters does this: run it at the hub\n"))
        #expect(try await shops.rows(resolve) == dry)
        let again = try await shops.run(resolve)
        #expect(again.code == 66)
        let words = "no open case's id begins with \(item); it was settled or has changed: branchline cases list"
        #expect(again.errors == "branchline: \(words)\n")
    }
}
