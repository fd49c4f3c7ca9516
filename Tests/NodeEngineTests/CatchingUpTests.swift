import Loyalty
import NodeEngine
import Replication
import Testing

/// How much a node takes in at once while others have written.
@Suite struct CatchingUpTests {
    private static let waiting: UInt64 = 200

    @Test(arguments: [(TillRequest.status, waiting), (.wallets(RecordID(1)), 32)])
    func onlyACustomerAtATillMakesItLess(request: TillRequest, appliedAtOnce: UInt64) throws {
        let pair = try EnginePair(seed: 3)
        try pair.connect()
        try pair.handOverToHub()
        try pair.handOverToNode()
        try pair.flushNode()
        for member in 1...UInt128(Self.waiting) { try pair.createMember(member) }
        try pair.handOverToNode()
        try pair.ask(request)
        try pair.flushNode()
        guard case .status(let status) = try pair.ask(.status) else {
            Issue.record("a node has a status")
            return
        }
        #expect(status.appliedPosition == appliedAtOnce)
    }
}
