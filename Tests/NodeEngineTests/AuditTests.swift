import NodeEngine
import SyncProtocol
import Testing

/// A node compares its records with the hub's when the hub says what they should be.
@Suite struct AuditTests {
    @Test func equalRecordsAreFoundEqual() throws {
        let pair = try Self.connected()
        try pair.createMember(1)
        try pair.tickHub()
        try pair.handOverToNode()
        try pair.flushNode()
        #expect(pair.notices == [.connected])
    }

    /// An entry that comes in one read with an earlier mark is applied before anything is compared; it is not the
    /// mark's.
    @Test func aMarkSaysNothingOfEntriesBehindIt() throws {
        let pair = try Self.connected()
        try pair.createMember(1)
        try pair.tickHub()
        try pair.createMember(2)
        let kinds = pair.toNode.map { message in
            switch message {
            case .entry: "entry"
            case .mark: "mark"
            case _: "another"
            }
        }
        #expect(kinds == ["entry", "mark", "entry"])
        try pair.handOverToNode()
        try pair.flushNode()
        #expect(pair.notices == [.connected])
    }

    private static func connected() throws -> EnginePair {
        let pair = try EnginePair(seed: 1)
        try pair.connect()
        try pair.handOverToHub()
        try pair.handOverToNode()
        try pair.flushNode()
        return pair
    }
}
