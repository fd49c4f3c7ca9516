import Loyalty
import Replication

/// What somebody who sees everything knows: what was asked, what was promised, what the hub's log says.
struct Ledger {
    /// Every operation that an honest replica ever wrote.
    private(set) var contents: [Dot: Operation] = [:]
    /// What the outlaw has claimed under a dot, true or not.
    var claims: [Dot: [Claim]] = [:]
    /// What the hub should say of an operation that is not as it should be.
    var deserved: [Dot: Verdict] = [:]
    /// Operations of which a till or an administrator was told that they are done.
    private(set) var receipted: Set<Dot> = []
    /// Where each operation stands in the hub's log.
    private(set) var positions: [Dot: UInt64] = [:]
    private(set) var heads: [ActorID: UInt64] = [:]
    private(set) var head: UInt64 = 0
    /// The hub's digest where its log ended at the position, for as long as a node may still come by there.
    var digests: [UInt64: UInt128] = [:]
    /// The operation that recorded a sale at a node.
    private var saleDots: [SaleAtNode: Dot] = [:]
    /// Members that were asked for, in the order of their creation.
    private(set) var members: [RecordID] = []
    /// The questions that wish to buy, and to bring back, by the ids that their tills have minted.
    var checkouts: [RecordID: Int] = [:]
    var refunds: [RecordID: Int] = [:]
    var refundDots: [RecordID: Dot] = [:]
    var topUpDots: [RecordID: Dot] = [:]
    /// In the order of their recording.
    var sold: [Sold] = []
    /// Sales that were sent to a second branch, too.
    var soldTwice: Set<RecordID> = []
    /// Every lot of which an honest replica has ever written.
    var terms: [RecordID: LotTerms] = [:]
    var totals: [RecordID: LotTotals] = [:]
    var returned: [SoldBy: Returned] = [:]
    var coupons: [IssuedCoupon] = []
    /// The highest that headquarters has ever declared.
    var allowanceMax: Int64 = 0
    /// Branches that a person has given up.
    var writtenOff: Set<ActorID> = []

    struct Sold {
        let sale: Sale
        let node: Int
    }

    struct SoldBy: Hashable {
        let sale: RecordID
        let node: NodeID
    }

    struct Claim {
        let operation: Operation
        let deserves: Verdict
    }

    private struct SaleAtNode: Hashable {
        let sale: RecordID
        let node: Int
    }

    /// False where the dot has other content already.
    mutating func write(_ operation: Operation) -> Bool {
        if let earlier = contents[operation.dot] { return earlier == operation }
        contents[operation.dot] = operation
        return true
    }

    mutating func enter(_ entry: LogEntry) {
        positions[entry.operation.dot] = entry.stamp.hubSequence
        heads[entry.operation.dot.actor] = entry.operation.dot.sequence
        head = entry.stamp.hubSequence
    }

    mutating func promise(_ dot: Dot) { receipted.insert(dot) }
    mutating func meet(_ member: RecordID) { members.append(member) }

    mutating func note(sale: RecordID, at node: Int, as dot: Dot) {
        saleDots[SaleAtNode(sale: sale, node: node)] = dot
    }

    func sales(at node: Int) -> [RecordID] { saleDots.keys.filter { $0.node == node }.map(\.sale) }

    func dot(ofSale sale: RecordID, at node: Int) -> Dot? { saleDots[SaleAtNode(sale: sale, node: node)] }
}
