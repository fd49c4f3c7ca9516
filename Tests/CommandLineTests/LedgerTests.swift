import Testing

/// Headquarters corrects accounts, declares rules, gives out coupons and reads its books, at the terminal.
@Suite(.timeLimit(.minutes(5)))
struct LedgerTests {
    private static let because = ["--by", "Ann", "--reason", "promised on the telephone", "--data", "hub"]

    private func chain() async throws -> (Shops, [String]) {
        let shops = try Shops()
        try await shops.found()
        try shops.writeMembers(2, to: "members.csv")
        try await shops.done(["import", "members", "members.csv", "--data", "hub"])
        let members = try await shops.rows(["query", "select member from members order by phone", "--data", "hub"])
        return (shops, members.compactMap { $0["member"] ?? nil })
    }

    @Test func pointsAreAddedOnceTakenAndMoved() async throws {
        let (shops, members) = try await chain()
        let request = String(repeating: "7", count: 32)
        let add = ["points", "adjust", members[0], "+200", "--request", request] + Self.because
        #expect(try await shops.rows(add + ["--dry-run"]).map { $0["written"] } == ["nothing yet"])
        #expect(try await shops.rows(add).map { $0["written"] } == ["yes"])
        #expect(try await shops.rows(add).map { $0["written"] } == ["nothing, it was there"])
        let tooMuch = try await shops.run(["points", "adjust", members[0], "-300"] + Self.because)
        #expect(tooMuch.code == 77)
        #expect(tooMuch.errors.contains("headquarters holds 200 that can be taken, 100 too little"))
        try await shops.done(["points", "adjust", members[0], "-50"] + Self.because)
        try await shops.done(["points", "transfer", members[0], members[1], "30"] + Self.because)
        let shown = try await shops.rows(["points", "show", members[0], "--data", "hub"])
        #expect(shown.first { $0["wallet"] == "points" }?["balance"] == "120")
        #expect(shown.compactMap { $0["entry"] ?? nil } == ["adjust", "adjust", "adjust"])
        #expect(Set(shown.compactMap { $0["author"] ?? nil }) == ["Ann"])
        let words = try await shops.run(["members", "show", members[1], "--data", "hub"]).output
        #expect(words.contains("headquarters 30"))
        #expect(try await shops.run(["points", "adjust", members[0], "5", "--data", "hub"]).code == 64)
        #expect(try await shops.rows(["hub", "verify", "--data", "hub"])[0]["books"] == "yes")
    }

    @Test func moneyIsTypedAndShownAsTheCurrencyIsWritten() async throws {
        let (shops, members) = try await chain()
        try await shops.done(["wallets", "adjust", members[0], "+12.50"] + Self.because)
        try await shops.done(["wallets", "adjust", members[0], "-2.5"] + Self.because)
        let words = try await shops.run(["wallets", "show", members[0], "--data", "hub"]).output
        #expect(words.contains("balance CNY") && words.contains("10.00"))
        let report = try await shops.run(["report", "liability", "--csv", "--data", "hub"]).output
        #expect(
            report == "wallet,kind,lots,remaining,pending,past_expiry,unit,unit_value_minor,worth_minor\r\n"
                + "stored,principal,1,1000,0,0,1,1,1000\r\n")
        let branches = try await shops.rows(["report", "branch-liability", "--data", "hub"])
        #expect(branches.map { [$0["issuer"], $0["worth_minor"]] } == [["0", "1000"]])
        let days = try await shops.rows(["report", "wallet-days", "--data", "hub"])
        #expect(days.map { $0["adjusted"] } == ["1000"])
        for name in ["settlement", "coupons", "charges"] {
            #expect(try await shops.run(["report", name, "--data", "hub"]).output == "Nothing yet.\n")
        }
    }

    @Test func couponsGoToAListAndToASegment() async throws {
        let (shops, members) = try await chain()
        let rule = ["name=Summer", "campaign=2025", "off_minor=500", "threshold_minor=3000", "days=30", "policy=deny"]
        try await shops.done(["programme", "set", "coupon", "summer"] + rule + Self.because)
        let wrong = try await shops.run(["programme", "set", "coupon", "summer", "policy=perhaps"] + Self.because)
        #expect(wrong.code == 64)
        #expect(wrong.errors.contains("policy is deny, home_only or optimistic:TIMES:MINOR:MINOR"))
        try shops.write("order 7\n\n\(members[0])\n", to: "list.txt")
        let issue = ["coupons", "issue", "summer", "--list", "list.txt"] + Self.because
        #expect(try await shops.rows(issue).last?["new"] == "2")
        #expect(try await shops.rows(issue).last?["given_before"] == "2")
        let segment = ["coupons", "issue", "summer", "--segment", "select member from members"] + Self.because
        let given = try await shops.rows(segment)
        #expect(given.last?["new"] == "1" && given.last?["given_before"] == "1")
        let code = try #require(given.first?["code"] ?? nil)
        let shown = try await shops.rows(["coupons", "show", code, "--data", "hub"])
        #expect(shown[0]["state"] == "valid" && shown[0]["member"] == members[1])
        #expect(shown[0]["token"]??.hasPrefix("BL1:") == true)
        let again = try await shops.rows(["coupons", "reissue", code] + Self.because)
        #expect(again.count == 2)
        try await shops.done(["coupons", "void", try #require(again[0]["code"] ?? nil)] + Self.because)
        let stats = try await shops.rows(["report", "coupons", "--data", "hub"])
        #expect(stats.map { [$0["issued"], $0["void"]] } == [["4", "2"]])
        #expect(try await shops.run(["coupons", "issue", "summer"] + Self.because).code == 64)
    }
}
