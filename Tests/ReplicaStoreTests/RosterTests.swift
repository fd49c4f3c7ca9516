import ReplicaStore
import Replication
import Testing

/// Invitations are used once, and by one key; nodes are numbered as they join.
@Suite struct RosterTests {
    let hub: ReplicaStore
    let key: [UInt8] = [1, 2, 3]
    let otherKey: [UInt8] = [4, 5, 6]
    let token = Array(repeating: 9 as UInt8, count: 16)

    init() throws {
        hub = try Stores.hub()
        try hub.invite(token: token, branchCode: "017", branchName: "Harbour", expiresAtMilliseconds: 1_000)
    }

    private func enrol(_ token: [UInt8], _ key: [UInt8], at now: UInt64 = 500) throws -> ReplicaStore.RosterEntry {
        try hub.enrol(token: token, publicKey: key, nowMilliseconds: now)
    }

    @Test func anInvitationMakesANode() throws {
        let entry = try enrol(token, key)
        #expect(entry.node == NodeID(1))
        #expect((entry.branchCode, entry.branchName) == ("017", "Harbour"))
        #expect(entry.publicKey == key)
        #expect(entry.joinedAtMilliseconds == 500)
        #expect(entry.revokedAtMilliseconds == nil)
        #expect(try hub.roster() == [entry])
        #expect(try hub.rosterEntry(NodeID(1)) == entry)
        #expect(try hub.reopenedInMemory().roster() == [entry])
    }

    @Test func theSameKeyMayAskAgainBecauseTheAnswerMayHaveBeenLost() throws {
        let entry = try enrol(token, key)
        #expect(try enrol(token, key, at: 2_000) == entry)
        #expect(try hub.roster().count == 1)
    }

    @Test func anotherKeyMayNotUseItAgain() throws {
        _ = try enrol(token, key)
        #expect(throws: ReplicaStore.InvitationFault.used) { try enrol(token, otherKey) }
        #expect(try hub.roster().map(\.publicKey) == [key])
    }

    @Test func anInvitationEnds() throws {
        #expect(throws: ReplicaStore.InvitationFault.expired) { try enrol(token, key, at: 1_001) }
        #expect(try hub.roster() == [])
        #expect(try enrol(token, key, at: 1_000).node == NodeID(1))
    }

    @Test func anUnknownInvitationIsNone() throws {
        #expect(throws: ReplicaStore.InvitationFault.unknown) { try enrol([], key) }
        #expect(throws: ReplicaStore.InvitationFault.unknown) { try enrol(token + [0], key) }
        #expect(try hub.roster() == [])
    }

    @Test func nodesAreNumberedAsTheyJoinAndNoNumberIsGivenTwice() throws {
        for number in 1...4 as ClosedRange<UInt8> {
            try hub.invite(token: [number], branchCode: "\(number)", branchName: "", expiresAtMilliseconds: 1_000)
            #expect(try enrol([number], [number]).node == NodeID(UInt32(number)))
        }
        #expect(try hub.revoke(NodeID(4), because: "closed", nowMilliseconds: 600))
        #expect(try enrol(token, key).node == NodeID(5))
        #expect(try hub.roster().map(\.node.value) == [1, 2, 3, 4, 5])
    }

    @Test func aNodeIsShutOutOnceAndStaysOut() throws {
        _ = try enrol(token, key)
        #expect(try !hub.revoke(NodeID(2), because: "nobody", nowMilliseconds: 600))
        #expect(try hub.revoke(NodeID(1), because: "stolen", nowMilliseconds: 600))
        #expect(try !hub.revoke(NodeID(1), because: "again", nowMilliseconds: 700))
        let entry = try #require(try hub.rosterEntry(NodeID(1)))
        #expect(entry.revokedAtMilliseconds == 600)
        #expect(entry.revokedBecause == "stolen")
        #expect(try enrol(token, key) == entry, "its invitation does not bring it back")
    }

    @Test func progressIsKeptAndNeverGoesBack() throws {
        _ = try enrol(token, key)
        try hub.noteGreetings([NodeID(1): "1.0", NodeID(99): "1.0"], nowMilliseconds: 600)
        try hub.noteProgress([NodeID(1): 7, NodeID(99): 1], nowMilliseconds: 700)
        try hub.noteProgress([NodeID(1): 5], nowMilliseconds: 800)
        try hub.noteGreetings([NodeID(1): "1.1"], nowMilliseconds: 900)
        let entry = try #require(try hub.rosterEntry(NodeID(1)))
        #expect(entry.appliedPosition == 7)
        #expect(entry.lastSeenAtMilliseconds == 900)
        #expect(entry.software == "1.1")
    }
}
