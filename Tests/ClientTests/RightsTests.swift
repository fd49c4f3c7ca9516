import Testing

/// A client that asks, against a hub that lets itself be asked.
@Suite(.timeLimit(.minutes(2))) struct RightsTests {
    private static let member = String(repeating: "a1", count: 16)

    @Test func whoAsksForRightsTwiceUnderOneNameHearsTheSame() async throws {
        let hub = try Headquarters(offersRights: true)
        defer { hub.stop() }
        let client = try await hub.client("017")
        let first = try await client.authorize("wallet", Self.member, "points", "500")
        let denial = try #require(first.messages("DENY").first)
        #expect(first.status == 0 && Array(denial.dropFirst()) == ["unknown", "0"])
        let again = try await client.authorize()
        #expect(again.status == 0 && again.messages("DENY") == [denial])
        let other = try await client.authorize("lot", Self.member, "1")
        #expect(other.status == 0 && other.messages("DENY").first?.first != denial.first)
    }

    @Test func aQuestionIsAnsweredWhateverItsWords() async throws {
        let hub = try Headquarters(offersRights: true)
        defer { hub.stop() }
        let client = try await hub.client("017")
        let outcome = try await client.ask("coupon", "SPRING\t7Q4", "", "\\-", "王")
        #expect(outcome.status == 0)
        #expect(outcome.messages("ANSWER") == [["1", "unknown"]])
        #expect(try await client.push("--count", "2").status == 0)
        #expect(try await client.pull().agrees)
    }

    @Test func aHubThatDoesNotSpeakOfRightsIsNotAsked() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        let outcome = try await client.ask("coupon", "SPRING-7Q4")
        #expect(outcome.status == 2 && outcome.lines == ["welcome\t0\t0", "mute"])
    }

    @Test func whoLiesAboutRightsIsRefused() async throws {
        let hub = try Headquarters(offersRights: true)
        defer { hub.stop() }
        let client = try await hub.client("017")
        #expect(try await client.lie("yield-unasked").refusal == "unexpected")
        #expect(try await client.lie("denial-by-node").refusal == "unexpected")
        #expect(try await client.lie("rights-to-nothing").refusal == "malformed")
        #expect(try await client.lie("rights-not-agreed").refusal == "unexpected")
        #expect(try await client.authorize("lot", Self.member, "1").status == 0)
    }
}
