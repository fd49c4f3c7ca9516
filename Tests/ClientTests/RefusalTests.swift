import Administration
import LineTransport
import Testing

/// Who lies is refused with the right code, and harms nobody.
@Suite(.timeLimit(.minutes(2))) struct RefusalTests {
    static let lies: KeyValuePairs = [
        "impostor": "impostor", "version": "version", "other-history": "forked", "rolled-back": "forked",
        "other-actor": "foreign_actor", "cursor-ahead": "forked", "other-epoch": "unavailable",
        "broken-text": "malformed", "carriage-return": "malformed", "wrong-escape": "malformed",
        "field-too-many": "malformed", "long-greeting": "malformed", "join-as-node": "unexpected",
        "ping-first": "unexpected", "push-first": "unexpected", "zip-first": "malformed",
        "administration": "unexpected", "newcomer-hello": "unexpected", "newcomer-renew": "unexpected",
        "newcomer-join": "invitation", "zip-not-agreed": "malformed", "gap": "gap", "repeat": "gap", "fork": "forked",
        "foreign-actor": "foreign_actor", "op-before-push": "unexpected", "op-without-salt": "malformed",
        "wrong-audience": "malformed", "long-line": "malformed", "unknown-verb": "malformed",
        "leading-zero": "malformed", "empty-line": "malformed", "hello-again": "unexpected",
        "renew-late": "unexpected", "hub-message": "unexpected", "applied-ahead": "credit", "applied-back": "credit",
        "too-much-credit": "credit", "nested-zip": "malformed", "growing-zip": "malformed", "cut-zip": "malformed",
        "huge-zip": "malformed", "garbled-zip": "malformed", "rights-not-agreed": "unexpected",
        "yield-unasked": "unexpected", "denial-by-node": "unexpected", "rights-to-nothing": "malformed",
    ]

    @Test func everyLieIsRefusedWithItsCodeAndTheTruthIsHeardAfterwards() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let (honest, liar) = (try await hub.client("017"), try await hub.client("018"))
        #expect(try await honest.push("--member-name", "Ana").status == 0)
        #expect(try await liar.pull().agrees)
        #expect(try await liar.push("--member-name", "Bea").status == 0)
        for (lie, code) in Self.lies {
            let outcome = try await liar.lie(lie)
            #expect(outcome.status == 2 && outcome.refusal == code, "\(lie): \(outcome.lines)")
        }
        #expect(try await liar.push("--member-name", "Cho").status == 0)
        #expect(try await liar.pull().agrees)
        #expect(try await hub.query("select name from members order by name") == [["Ana"], ["Bea"], ["Cho"]])
    }

    @Test func whoSaysNothingIsSentAwayAfterTenSeconds() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let outcome = try await hub.client("017").lie("no-greeting")
        #expect(outcome.refusal == "silent")
    }

    @Test func whatStoodBeforeAnOperationTooManyCountsAndALostHistoryIsAFork() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        #expect(try await client.lie("window").refusal == "window")
        #expect(try await client.push("--member-name", "Ana").refusal == "forked")
        let fresh = try await client.push("--member-name", "Bea")
        #expect(fresh.status == 0 && fresh.fields(of: "member").map { $0[0] } == ["1"])
        let counted = try await hub.query("select count(*) from operations")
        #expect(counted == [["2002"]])
        #expect(try await client.pull().agrees)
    }

    @Test func aKeyOfAnotherKindComesNotInAndTheHubGoesOn() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        #expect(try await client.lie("other-key").lines.last == "closed")
        #expect(try await client.pull().status == 0)
    }

    @Test func anInvitationIsGoodForOneMachineAndItsOwnChain() async throws {
        let (hub, other) = (try Headquarters(), try Headquarters())
        defer { hub.stop() }
        defer { other.stop() }
        let invitation = try await hub.invite("017")
        let (first, second) = (
            try await Client(folder: hub.folder.path + "/first"), try await Client(folder: hub.folder.path + "/second")
        )
        let joined = try await first.join(invitation)
        #expect(
            joined.fields(of: "joined")
                == [["1", "017", "Branch 017", "Café Sol", "Asia/Shanghai", "CNY", "CN"]])
        #expect(try await second.join(invitation).refusal == "invitation")
        let wrong = Invitation(
            host: invitation.host, port: invitation.port,
            authorityFingerprint: try await other.invite("017").authorityFingerprint,
            token: try await hub.invite("018").token, branchCode: "018", branchName: "", expiresSeconds: 0)
        let third = try await Client(folder: hub.folder.path + "/third")
        #expect(try await third.join(wrong).status == 3)
        #expect(try await hub.ask("nodes.list").count == 1)
    }

    @Test func aRevokedNodeIsSentAwayAtOnceAndStaysOut() async throws {
        let hub = try Headquarters()
        defer { hub.stop() }
        let client = try await hub.client("017")
        let following = try client.begin("follow", "--seconds", "30")
        defer { following.kill() }
        try #require(await following.line { $0.contains("\tMARK\t") } != nil)
        _ = try await hub.ask("nodes.revoke", "1", "stolen")
        let ended = await following.end()
        #expect(ended.status == 2 && ended.refusal == "revoked")
        #expect(try await client.pull().refusal == "revoked")
        #expect(try await client.push("--count", "1").refusal == "revoked")
        #expect(try await client.renew().refusal == "revoked")
        #expect(try await hub.query("select count(*) from operations") == [["0"]])
    }

    @Test func anExpiredCertificateMayOnlyRenew() async throws {
        let hub = try Headquarters(certificatesLagSeconds: 400 * 86_400)
        defer { hub.stop() }
        let client = try await hub.client("017")
        hub.setCertificateClock()
        #expect(try await client.pull().refusal == "unexpected")
        #expect(try await client.renew().status == 0)
        #expect(try await client.pull().agrees)
    }
}
