import Foundation
import LineTransport
import Loyalty
import NodeEngine
import NodeService
import Replication
import Testing

/// A client that somebody else could have written, from the specification alone, against the real hub.
@Suite(.timeLimit(.minutes(2))) struct ClientTests {
    @Test func whatAClientWritesHeadquartersShowsToTheCent() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        let first = try await client.push("--count", "20", "--member-name", "王 小明\\")
        let second = try await client.push("--member-name", "José")
        #expect(first.status == 0 && second.status == 0)
        let members = (first.fields(of: "member") + second.fields(of: "member")).map { [$0[1], $0[2]] }
        let sales = (first.fields(of: "sale") + second.fields(of: "sale")).map { Array($0.dropFirst()) }
        #expect(members.count == 22 && sales.count == 22)
        let shownMembers = try await hub.query("select member, name from members order by member")
        let shownSales = try await hub.query("select sale, member, net_minor, points from sales order by sale")
        #expect(shownMembers == members.sorted { $0[0] < $1[0] })
        #expect(shownSales == sales.sorted { $0[0] < $1[0] })
        #expect(try await client.pull().agrees)
    }

    @Test func anotherBranchReadsWhatItIsMeantToRead() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let (writer, reader) = (try await hub.client("017"), try await hub.client("018"))
        let written = try await writer.push("--count", "700")
        let pulled = try await reader.pull()
        let entries = pulled.messages("ENTRY")
        #expect(entries.count == 700 && entries.allSatisfy { $0[8] == "member" && $0[2] == "ok" })
        #expect(entries.map { $0[9].prefix(32) } == written.fields(of: "member").map { $0[1].prefix(32) })
        #expect(pulled.status == 0 && pulled.agrees)
        let again = try await reader.pull()
        #expect(again.messages("ENTRY").isEmpty && again.agrees)
    }

    @Test func aChangeAtHeadquartersOrAtAnotherBranchArrivesWithinASecond() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let branch = try await hub.branch("018")
        defer { branch.stop() }
        let following = try await hub.client("017").begin("follow", "--seconds", "30")
        defer { following.kill() }
        try #require(await following.line { $0.contains("\tMARK\t") } != nil)
        let atHeadquarters = Headquarters.nowMilliseconds()
        _ = try await hub.ask("members.create", "do", "Ana", "", String(repeating: "a1", count: 16), "name=Ana Lima")
        let first = try #require(await following.line { $0.contains("\tAna Lima") || $0.contains("\\tAna Lima") })
        #expect(try #require(Self.arrival(first)) < atHeadquarters + 1_000)
        let atBranch = Headquarters.nowMilliseconds()
        let request = EditRequest(
            member: RecordID(0xB2), creates: true, author: "till", reason: nil, changes: [.set(.name, "李 雷")])
        _ = await branch.perform(.edit(request))
        let second = try #require(await following.line { $0.contains("李 雷") })
        #expect(try #require(Self.arrival(second)) < atBranch + 1_000)
        let mark = await following.line { $0.contains("\tMARK\t2\t") }
        #expect(mark?.hasSuffix("\tequal") == true)
    }

    @Test func twoNamesWrittenWithoutKnowledgeOfEachOtherAreBothKept() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let (one, other) = (try await hub.client("017"), try await hub.client("018"))
        let written = try await one.push("--member-name", "Ana")
        let member = try #require(written.fields(of: "member").first?[1])
        #expect(try await other.pull().agrees)
        #expect(try await other.push("--rename", member, "Anna").status == 0)
        #expect(try await one.push("--rename", member, "Anne").status == 0)
        #expect(try await hub.query("select is_contested from members") == [["1"]])
        #expect(try await other.pull().agrees)
        #expect(try await other.push("--rename", member, "Annika").status == 0)
        #expect(try await hub.query("select name, is_contested from members") == [["Annika", "0"]])
        #expect(try await one.pull().agrees)
    }

    @Test func badOperationsAreJudgedAndHoldNothingUp() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let (client, reader) = (try await hub.client("017"), try await hub.client("018"))
        let verdicts: KeyValuePairs = [
            "unreadable-member": "void:malformed", "unreadable-sale": "flagged:malformed",
            "unacceptable-member": "void:unacceptable", "unacceptable-sale": "flagged:unacceptable",
            "authority": "void:authority", "unseen": "void:replaces_unseen", "audience": "flagged:audience",
            "member-audience": "void:audience", "rule": "flagged:rule_mismatch", "duplicate": "flagged:duplicate_sale",
            "clock": "flagged:clock_ahead",
        ]
        for (mistake, verdict) in verdicts {
            let outcome = try await client.push("--err", mistake)
            #expect(outcome.status == 0 && outcome.messages("STAMP").map { $0[2] } == [verdict], "\(mistake)")
        }
        let unknown = try await client.push("--err", "unknown-kind")
        #expect(unknown.messages("STAMP").map { $0[2] } == ["flagged:clock_ahead"], "its clock is ahead from now on")
        let pulled = try await reader.pull()
        #expect(pulled.messages("ENTRY").last.map { Array($0[8...9]) } == ["weather", #"rain\\t\\\\ and wind"#])
        #expect(pulled.agrees)
        #expect(try await client.pull().agrees)
    }

    @Test func aClientThatIsKilledGoesOnWhereItWas() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        let pushing = try client.begin("push", "--count", "3000")
        _ = await pushing.line { $0.hasPrefix("acknowledged") }
        pushing.kill()
        #expect(await pushing.end().status != 0)
        let written = try client.operationCount()
        #expect(written == 6_000)
        #expect(try await client.push().status == 0)
        #expect(try await hub.query("select count(*) from sales") == [["3000"]])
        #expect(try await hub.query("select count(*), sum(is_contested) from members") == [["3000", "0"]])
        #expect(try await client.pull().agrees)
    }

    @Test func aClientComesBackByItselfWhenTheHubDoes() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        let following = try client.begin("follow", "--seconds", "30")
        defer { following.kill() }
        try #require(await following.line { $0.contains("\tMARK\t0\t") } != nil)
        try await hub.restart { _ = await following.line { $0.hasPrefix("refused\tstopping") } }
        _ = try await hub.ask("members.create", "do", "Ana", "", String(repeating: "a1", count: 16), "name=Ana")
        let mark = await following.line { $0.contains("\tMARK\t1\t") }
        #expect(mark?.hasSuffix("\tequal") == true)
    }

    private static func arrival(_ line: String) -> UInt64? { line.split(separator: "\t").first.flatMap { UInt64($0) } }
}
