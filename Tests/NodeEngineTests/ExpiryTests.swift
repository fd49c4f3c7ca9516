import Loyalty
import ReplicaStore
import Replication
import Testing

@testable import HubEngine
@testable import NodeEngine

/// What has expired is booked out a stretch at a time, however much it is.
@Suite struct ExpiryTests {
    private let ann = RecordID(0xA11)
    private static let stretch = 1_024
    private static let beyond = 76

    @Test func whatOneStretchDoesNotReachTheNextOneDoes() throws {
        let chain = try SmallChain(shops: 1)
        try chain.command(["members.create", "do", "boss", "", ann.hexadecimal, "name=Ann"])
        try credit(Self.stretch + Self.beyond, at: chain)
        #expect(try left(at: chain) == Self.stretch + Self.beyond)
        try chain.pass(milliseconds: 1_000)
        #expect(try left(at: chain) == Self.beyond)
        try chain.pass(milliseconds: 1_000)
        #expect(try left(at: chain) == 0)
        try credit(1, from: 5_000, at: chain)
        try chain.pass(milliseconds: 1_000)
        #expect(try left(at: chain) == 1)
        try chain.pass(milliseconds: 3_600_000)
        #expect(try left(at: chain) == 0)
        let store = chain.hub.store
        #expect(try store.account(of: ann).lots.allSatisfy { $0.expired == 1 && $0.isConserved })
    }

    private func left(at chain: SmallChain) throws -> Int {
        try chain.hub.store.account(of: ann).lots.count { $0.remaining > 0 }
    }

    /// Lots of one point, which ended weeks ago.
    private func credit(_ count: Int, from first: Int = 0, at chain: SmallChain) throws {
        for start in stride(from: first, to: first + count, by: Booking.linesMax) {
            let lines = (start..<min(start + Booking.linesMax, first + count)).map { number in
                Booking.Line.credit(
                    LotTerms(
                        id: RecordID(0xF000 + UInt128(number)), member: ann, kind: .points,
                        wallet: Programme.pointsCode, issuer: .hub, openedOn: CivilDate("2022-10-01") ?? .first,
                        availableOn: nil, expiresOn: CivilDate("2023-10-31")), amount: 1)
            }
            let booking = Booking(
                id: RecordID(0xB000 + UInt128(start)), cause: .adjust, reference: nil, author: "boss",
                reason: "a test", businessDate: SmallChain.today, lines: lines)
            try chain.declare(.booking(booking), for: .hub)
        }
    }
}
