import Digests
import Loyalty
import ReplicaStore
import Replication

/// What headquarters says, brought to a shop's database before the shop opens.
struct Headquarters {
    let hub: ReplicaStore
    let node: ReplicaStore

    static let seal = CouponSeal(seed: [UInt8](repeating: 3, count: 32))
    private static let now = UInt64(Clock.start)

    init(for node: ReplicaStore) throws {
        self.node = node
        hub = try ReplicaStore.createInMemory(
            as: ReplicaIdentity(
                role: .hub, node: .hub, actor: ActorID(0xb0), branchCode: "HQ", branchName: "HQ",
                chainName: "Tea & Co", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                lookupKey: [UInt8](repeating: 7, count: 32), epoch: EpochID(9)))
    }

    func say(_ fact: Fact, to audience: Audience = .chain) throws {
        let accepted = try Self.say(fact, to: audience, at: hub, nowMilliseconds: Self.now)
        try node.apply(
            accepted.entries.map { .entry($0) }, cursor: HubPosition(epoch: EpochID(9), sequence: hub.head),
            nowMilliseconds: Self.now, toleranceMilliseconds: 60_000)
    }

    @discardableResult
    static func say(
        _ fact: Fact, to audience: Audience, at hub: ReplicaStore, nowMilliseconds: UInt64
    ) throws -> ReplicaStore.Acceptance {
        let operation = hub.draft(fact, for: audience, at: nowMilliseconds)
        return try hub.accept(
            [.init(operation: operation, node: .hub)], nowMilliseconds: nowMilliseconds,
            toleranceMilliseconds: 60_000)
    }

    func declare(_ rule: ProgrammeRule, _ code: String, revision: UInt32 = 1) throws {
        let item = ProgrammeItem(rule, code: code, revision: revision)
        try say(.programme(ProgrammeEdit(item: item, author: "hq", reason: "")))
    }

    /// With the rights to some of them at the shop.
    func issue(_ coupons: [IssuedCoupon], of definition: String, rightsHere: Set<RecordID>) throws {
        let issue = Self.issue(coupons, of: definition)
        try say(.couponIssue(issue), to: .nodes([node.identity.node]))
        let items = coupons.filter { rightsHere.contains($0.id) }.map {
            Transfer.Item(terms: issue.terms(of: $0), amount: 1)
        }
        guard !items.isEmpty else { return }
        let transfer = Transfer(
            id: .derived("test", 1, 1, definition), from: .hub, to: .actor(node.identity.actor), cause: .allowance,
            reference: nil, items: items)
        try say(.transfer(transfer), to: .nodes([node.identity.node]))
    }

    static func issue(_ coupons: [IssuedCoupon], of definition: String) -> CouponIssue {
        CouponIssue(
            definitionCode: definition, definitionRevision: 1, validFrom: day("2026-11-01"),
            validTo: day("2026-11-30"), uses: 1, author: "hq", reason: "test", coupons: coupons)
    }

    static func day(_ text: String) -> CivilDate { CivilDate(text) ?? .first }

    /// 20 off from 100 on.
    static let twentyOff = CouponDefinition(
        name: "Twenty off", campaign: "autumn", kind: .amountOff(minor: 2_000, thresholdMinor: 10_000),
        validity: .fixed(from: day("2026-11-01"), to: day("2026-11-30")))

    static func coupon(_ number: UInt128, member: RecordID?) -> IssuedCoupon? {
        CouponCode.derived(campaign: 5, intent: number, secret: [1]).map {
            IssuedCoupon(id: RecordID(number), member: member, homeNode: NodeID(1), code: $0)
        }
    }
}
