import Foundation
import Testing

/// What people get wrong, and what they are told.
@Suite(.timeLimit(.minutes(3)))
struct RefusalTests {
    private static func refused(_ code: Int32, _ words: String) -> Program.Outcome {
        Program.Outcome(code: code, output: "", errors: "branchline: \(words)\n")
    }

    // MARK: Directories

    @Test func aChainIsFoundedOnce() async throws {
        let shops = try Shops()
        let words = ["hub", "init", "--data", "hub", "--name", "Corner Shops", "--address", "hub.example.com"]
        let first = try await shops.run(words)
        let hub = shops.directory + "/hub"
        #expect(
            first
                == Program.Outcome(
                    code: 0,
                    output: """
                        The chain Corner Shops is founded in \(hub).
                        Keep ca-key.pem secret: whoever has it can let machines in.
                        Next: branchline hub run --data \(hub)

                        """, errors: ""))
        let key = try Data(contentsOf: URL(fileURLWithPath: hub + "/ca-key.pem"))
        #expect(
            try await shops.run(words)
                == Self.refused(
                    73, "there is a chain in \(hub) already; nothing was changed. Run it: branchline hub run --data hub"
                ))
        #expect(try Data(contentsOf: URL(fileURLWithPath: hub + "/ca-key.pem")) == key)
    }

    @Test func aMissingDirectoryIsNamed() async throws {
        let shops = try Shops()
        let path = shops.directory + "/nowhere"
        #expect(
            try await shops.run(["status", "--data", "nowhere"])
                == Self.refused(
                    66,
                    "there is neither a hub nor a node in \(path). Give a directory with --data, or make one: "
                        + "branchline hub init, or branchline node join"))
        #expect(
            try await shops.run(["hub", "run", "--data", "nowhere"])
                == Self.refused(
                    66,
                    "there is no hub in \(path). Give its directory with --data, or found a chain: branchline hub init")
        )
        #expect(
            try await shops.run(["node", "run", "--data", "nowhere"])
                == Self.refused(
                    66,
                    "there is no node in \(path). Give its directory with --data, or join a chain: "
                        + "branchline node join INVITATION"))
    }

    @Test(arguments: ["hub", "node"])
    func aForeignFileIsLeftAsItIs(role: String) async throws {
        let shops = try Shops()
        try await shops.found("place")
        for name in ["hub.sqlite", "hub.sqlite-wal", "hub.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: shops.directory + "/place/" + name)
        }
        let text = "This is somebody's letter, and long enough to be mistaken for a database of some kind.\n"
        try shops.write(text, to: "place/\(role).sqlite")
        let words = Self.refused(
            65, "\(shops.directory)/place/\(role).sqlite is not a Branchline database; it was left as it is")
        #expect(try await shops.run(["status", "--data", "place"]) == words)
        #expect(try await shops.run([role, "run", "--data", "place"]) == words)
        #expect(try String(contentsOfFile: shops.directory + "/place/\(role).sqlite", encoding: .utf8) == text)
    }

    @Test func aHubIsNoNodeAndANodeIsNoHub() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 1)
        #expect(
            try await shops.run(["hub", "run", "--data", "n1"])
                == Self.refused(
                    64,
                    "\(shops.directory)/n1 is a node's directory, not a hub's: branchline node run --data n1"))
        #expect(
            try await shops.run(["node", "run", "--data", "hub"])
                == Self.refused(
                    64, "\(shops.directory)/hub is a hub's directory, not a node's: branchline hub run --data hub"))
        #expect(
            try await shops.run(["hub", "invite", "--data", "n1", "--branch", "9", "--name", "x"])
                == Self.refused(77, "only headquarters does this: run it at the hub"))
        #expect(
            try await shops.run(["node", "tills", "--data", "hub"])
                == Self.refused(77, "this is the hub; a branch's tills are its node's affair"))
        try await stop(hub, nodes)
    }

    // MARK: Processes

    @Test func aSecondProcessOnADatabaseIsRefusedAndTheFirstGoesOn() async throws {
        let (shops, hub, nodes) = try await Shops.open(nodes: 1)
        for (role, name) in [("hub", "hub"), ("node", "n1")] {
            #expect(
                try await shops.run([role, "run", "--data", name])
                    == Self.refused(
                        75,
                        "another process is at work in \(shops.directory)/\(name); stop it first, or give it a moment "
                            + "if it is a command"))
        }
        #expect(try await shops.status("n1")["state"] == "connected")
        try await stop(hub, nodes)
    }

    @Test func aPortInUseIsNamed() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        try await shops.found("other")
        #expect(
            try await shops.run(["hub", "run", "--data", "other", "--host", shops.host])
                == Self.refused(
                    75, "port \(Shops.port) is in use by another program; choose one with --port"))
        try await hub.stop()
    }

    // MARK: Invitations

    @Test func anInvitationServesOneMachineAndCanBeRepeatedThere() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        let invitation = try await shops.invitation(branch: "017")
        try await shops.done(["node", "join", invitation, "--data", "n1"])
        #expect(
            try await shops.run(["node", "join", invitation, "--data", "n1"])
                == Self.refused(
                    73,
                    "this machine has joined already, in \(shops.directory)/n1; nothing was changed. "
                        + "Run it: branchline node run --data n1"))
        #expect(
            try await shops.run(["node", "join", invitation, "--data", "n2"])
                == Self.refused(77, "the hub refuses: the invitation has been used by another machine"))
        // As if the answer had been lost after the hub had used the invitation up.
        try FileManager.default.removeItem(atPath: shops.directory + "/n1/node.sqlite")
        let again = try await shops.done(["node", "join", invitation, "--data", "n1"])
        #expect(again.output.hasPrefix("This machine is node 1 of Corner Shops, branch 017 Shop 017.\n"))
        #expect(try await shops.rows(["hub", "nodes", "--data", "hub"]).count == 1)
        // The machine that was refused may come with an invitation of its own.
        try await shops.join("n2", branch: "018")
        try await hub.stop()
    }

    @Test func aJoinWithoutAHubCanBeRepeated() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        let invitation = try await shops.invitation(branch: "017")
        try await hub.stop()
        #expect(
            try await shops.run(["node", "join", invitation, "--data", "n1"])
                == Self.refused(69, "the hub cannot be reached: Connection refused"))
        let back = try await shops.startHub()
        try await shops.done(["node", "join", invitation, "--data", "n1"])
        try await back.stop()
    }

    @Test func aDamagedInvitationIsNotTried() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        let invitation = try await shops.invitation(branch: "017")
        let damaged = Self.refused(
            65, "a character of the invitation is missing or wrong: copy it again, whole")
        #expect(try await shops.run(["node", "join", String(invitation.dropLast()), "--data", "n1"]) == damaged)
        #expect(
            try await shops.run(["node", "join", "good morning", "--data", "n1"])
                == Self.refused(64, "this is not an invitation; it begins with branchline1."))
        #expect(!shops.exists("n1"))
        try await hub.stop()
    }

    @Test func anExpiredInvitationIsRefusedByTheHub() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        let invitation = try await shops.invitation(branch: "017")
        try await hub.stop()
        try Tools.sqlite("update invitation set expires_at = 1", in: shops.directory + "/hub/hub.sqlite")
        let back = try await shops.startHub()
        #expect(
            try await shops.run(["node", "join", invitation, "--data", "n1"])
                == Self.refused(77, "the hub refuses: the invitation has expired"))
        #expect(back.log.contains("detail=the invitation has expired"))
        try await back.stop()
    }

    @Test func anotherChainsHubIsNotBelieved() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        let invitation = try await shops.invitation(branch: "017")
        try await hub.stop()
        try await shops.found("other")
        let other = try await shops.startHub("other")
        #expect(
            try await shops.run(["node", "join", invitation, "--data", "n1"])
                == Self.refused(69, "the hub cannot be reached: its certificate is another chain's"))
        try await other.stop()
    }

    // MARK: Commands

    @Test(arguments: [
        (["hub", "backup", "hub/hub.sqlite", "--data", "hub"], 73, "is there already; nothing was changed"),
        (["hub", "backup", "/nowhere/at/all", "--data", "hub"], 66, "there is nothing at /nowhere/at"),
        (["query", "select 1; select 2", "--data", "hub"], 64, "one statement at a time"),
        (["query", "delete from member", "--data", "hub"], 64, "only SELECT is allowed here"),
        (["query", "select nonsense", "--data", "hub"], 64, "no such column: nonsense"),
        (["members", "show", "12", "--data", "hub"], 64, "give a member's id, or at least 4 digits of it"),
        (["members", "show", "1234", "--data", "hub"], 66, "no member's id begins with 1234"),
        (["members", "edit", "1234", "nose=long", "--data", "hub"], 66, "no member's id begins with 1234"),
        (["members", "find", "--phone", "12", "--data", "hub"], 64, "12 is not a phone number"),
        (["cases", "show", "abcd", "--data", "hub"], 66, "no open case's id begins with abcd"),
        (["hub", "nodes", "revoke", "9", "--reason", "x", "--data", "hub"], 66, "see branchline hub nodes"),
        (["hub", "nodes", "revoke", "9", "--reason", "", "--data", "hub"], 64, "a reason is needed; it is kept"),
        (["hub", "invite", "--branch", "", "--name", "x", "--data", "hub"], 64, "the code has 1 to 32 characters"),
        (
            ["hub", "invite", "--branch", "1", "--name", "x", "--hours", "0", "--data", "hub"], 64,
            "one hour and one year"
        ),
        (["import", "members", "nowhere.csv", "--data", "hub"], 66, "nowhere.csv: No such file or directory"),
    ])
    func commandsSayWhatIsWrong(arguments: [String], code: Int, words: String) async throws {
        let shops = try Shops()
        try await shops.found()
        let outcome = try await shops.run(arguments)
        #expect(outcome.code == Int32(code))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("branchline: ") && outcome.errors.contains(words), "\(outcome.errors)")
    }

    private func stop(_ hub: RunningService, _ nodes: [RunningService]) async throws {
        for node in nodes { try await node.stop() }
        try await hub.stop()
    }
}
