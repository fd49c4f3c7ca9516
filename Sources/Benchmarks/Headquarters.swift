import Loyalty
import ReplicaStore
import Replication

/// A hub's store to which headquarters speaks, without a line or an engine: what is measured needs its world first.
struct Headquarters {
    let store: ReplicaStore
    private var creators = Shift(from: Self.creator)
    private var issues: UInt32 = 0

    private static let couponCode = "ten"
    private static let batchOperations = 1_000

    /// The first of the branches from which members come.
    static let creator: UInt32 = 800

    init(_ store: ReplicaStore) { self.store = store }

    func accept(_ arrivals: [ReplicaStore.Arrival]) throws {
        for batch in MergeMeasures.batches(arrivals, Self.batchOperations) {
            let acceptance = try store.accept(
                Array(batch), nowMilliseconds: Parties.nowMilliseconds,
                toleranceMilliseconds: Parties.toleranceMilliseconds)
            guard acceptance.entries.count == batch.count, acceptance.entries.allSatisfy({ $0.stamp.verdict == .ok })
            else { throw BenchmarkFault.workNotDone("the hub did not accept every operation") }
        }
    }

    func declare(_ fact: Fact, for audience: Audience) throws {
        let operation = store.draft(fact, for: audience, at: Parties.nowMilliseconds)
        try accept([ReplicaStore.Arrival(operation: operation, node: .hub)])
    }

    mutating func join(_ rows: [MemberSet.Row]) throws { try accept(rows.map { creators.next.creation(of: $0) }) }

    /// One coupon for each, to be redeemed where it lies.
    ///
    /// - Parameter home: nil for the hub, where a till has to ask for it.
    mutating func issue(to members: [RecordID], home: (node: NodeID, actor: ActorID)?) throws -> [RecordID] {
        if issues == 0 { try declareCoupon() }
        issues += 1
        var all: [RecordID] = []
        for batch in MergeMeasures.batches(members, Transfer.itemsMax) {
            let issue = try issue(to: batch, from: all.count, home: home?.node ?? .hub)
            try declare(.couponIssue(issue), for: home.map { .nodes([$0.node]) } ?? .chain)
            all += issue.coupons.map(\.id)
            guard let home else { continue }
            let transfer = Transfer(
                id: .derived("benchmark", UInt128(issues), UInt128(all.count), ""), from: .hub, to: .actor(home.actor),
                cause: .allowance, reference: nil,
                items: issue.coupons.map { Transfer.Item(terms: issue.terms(of: $0), amount: 1) })
            try declare(.transfer(transfer), for: .nodes([home.node]))
        }
        return all
    }

    private func issue(to members: ArraySlice<RecordID>, from first: Int, home: NodeID) throws -> CouponIssue {
        let window = Self.coupon.window(issuedOn: Customers.businessDate)
        let coupons = members.enumerated().compactMap { index, member in
            IssuedCoupon.derived(
                definitionCode: Self.couponCode, campaign: 7, recipient: .member(member),
                number: issues << 20 + UInt32(first + index), homeNode: home, secret: [1])
        }
        return CouponIssue(
            definitionCode: Self.couponCode, definitionRevision: 1, validFrom: window.from, validTo: window.to,
            uses: 1, author: "boss", reason: "", coupons: coupons)
    }

    private func declareCoupon() throws {
        let item = ProgrammeItem(.coupon(Self.coupon), code: Self.couponCode)
        try declare(.programme(ProgrammeEdit(item: item, author: "boss", reason: "")), for: .chain)
    }

    private static let coupon = CouponDefinition(
        name: "Ten off", campaign: "c", kind: .amountOff(minor: 1_000, thresholdMinor: 5_000),
        validity: .relative(days: 30, startOffset: 0), policy: .homeOnly)

    /// A branch takes in all that is for it.
    func bring(to branch: ReplicaStore) throws {
        var position = branch.cursor?.sequence ?? 0
        while position < store.head {
            let page = try store.entries(
                for: branch.identity.node, own: [], after: position, atMost: Self.batchOperations)
            try branch.apply(
                page.entries.map { .entry($0) }, cursor: HubPosition(epoch: Parties.epoch, sequence: page.through),
                nowMilliseconds: Parties.nowMilliseconds, toleranceMilliseconds: Parties.toleranceMilliseconds)
            position = page.through
        }
    }
}
