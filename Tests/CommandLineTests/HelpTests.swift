import Testing

/// What the program says of itself.
@Suite struct HelpTests {
    @Test func theRootSaysWhatThereIs() async throws {
        let shops = try Shops()
        let outcome = try await shops.run(["--help"])
        #expect(outcome.code == 0)
        #expect(
            outcome.output == """
                OVERVIEW: Keeps the shops of a chain in agreement, and each of them selling
                while the line is down.

                One hub at headquarters, one node in every branch. To see all of it at work on
                this machine:

                  branchline demo

                Exit codes: 0 done, 1 not true or not equal, 64 wrong use, 65 bad input, 66 not
                found, 69 nobody answers, 73 already there, 74 the disk, 75 in use or busy: try
                again, 77 refused.

                USAGE: branchline <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  hub                     Headquarters' side: found a chain, run the hub, let
                                          branches in.
                  node                    A branch's side: join the chain, run the node, let
                                          tills in.
                  status                  Is the data safe, is it current, what is waiting?
                  members                 Find, show and edit members; say that two are one
                                          person.
                  points                  Members' points: show, correct, move; every change
                                          with a reason.
                  wallets                 Members' stored value: show, correct, move; every
                                          change with a reason.
                  programme               What headquarters declares: wallets, tiers,
                                          promotions, coupons, top-up plans, campaigns.
                  coupons                 Give out coupons; show one, take it back, replace it.
                  cases                   What no rule can settle: list, show, explain, resolve.
                  report                  Headquarters' books: by day, what is owed, who
                                          settles with whom, coupons, what branches bear.
                  query                   Ask the merged view in SQL. Only reading is possible.
                  import                  Take in members or sales from a file. Safe to repeat.
                  incidents               What happened that should not, latest first; for
                                          whoever has to find out why.
                  demo                    A hub and three branches on this machine, and a story
                                          in which every step is checked.
                  replay                  A real chain's sales on real nodes, with lines that
                                          go down; then file and chain are compared.
                  simulate                Run whole simulated chains, with faults, and check
                                          what must never be otherwise.
                  bench                   Measure this build against plain SQLite on this
                                          machine.

                  See 'branchline help <subcommand>' for detailed help.

                """)
    }

    @Test(
        arguments: [
            "bench", "hub init", "hub run", "hub invite", "hub nodes", "hub nodes list", "hub nodes revoke",
            "hub nodes declare-lost", "points show", "points adjust", "points transfer", "wallets show",
            "wallets adjust", "wallets transfer", "hub backup",
            "hub verify", "node join", "node run", "node renew", "node tills list", "node tills add",
            "node tills revoke", "node backup", "node verify", "status", "incidents", "members find", "members show",
            "members edit", "members link", "members unlink", "cases list", "cases show", "cases explain",
            "cases resolve", "programme list", "programme show", "programme set", "programme withdraw",
            "coupons issue", "coupons show", "coupons void", "coupons reissue", "report", "query", "import members",
            "import sales", "demo", "replay",
        ])
    func everyCommandShowsAnExample(command: String) async throws {
        let outcome = try await Shops().run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("Example:\n  branchline \(command == "hub nodes" ? "hub nodes" : command)"))
    }

    @Test func theVersionIsShown() async throws {
        let outcome = try await Shops().run(["--version"])
        #expect(outcome == Program.Outcome(code: 0, output: "0.1.0\n", errors: ""))
    }

    @Test(arguments: [
        ["frobnicate"], ["status", "--jsn"], ["members", "find"], ["hub", "init"], ["cases", "resolve"],
    ])
    func wrongUseIsAnExitCodeOfItsOwn(arguments: [String]) async throws {
        let outcome = try await Shops().run(arguments)
        #expect(outcome.code == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains("--help"))
    }
}
