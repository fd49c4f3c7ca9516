import HubEngine
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol
import TestSupport
import Testing

/// A hub in memory with two branches, and an administrator who asks; what branches write is put before it as it comes.
final class HubDesk {
    struct Refusal: Error, Equatable {
        let code: String
        let detail: String
    }

    let store: ReplicaStore
    let hub: HubEngine
    private var written: [ActorID: UInt64] = [:]
    private(set) var now: UInt64 = 1_750_000_000_000

    static let today = "2025-06-15"
    static let day = CivilDate(year: 2025, month: 6, day: 15) ?? .first
    private static let desk = ConnectionID(9)

    init(branches: UInt8 = 2) throws {
        store = try ReplicaStore.createInMemory(
            as: ReplicaIdentity(
                role: .hub, node: .hub, actor: ActorID(100), branchCode: "HQ", branchName: "", chainName: "Test",
                zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                lookupKey: [UInt8](repeating: 9, count: 32), epoch: EpochID(7)))
        for number in 1...branches {
            try store.invite(
                token: [number], branchCode: "00\(number)", branchName: "Shop \(number)",
                expiresAtMilliseconds: .max >> 2)
            _ = try store.enrol(token: [number], publicKey: [number], nowMilliseconds: now)
        }
        hub = HubEngine(
            store: store,
            settings: HubEngine.Settings(software: "test", address: "hub", port: 1, authorityFingerprint: []),
            random: SplitMix64(seed: 3))
        _ = try hub.handle(.connected(Self.desk, .administrator), nowMilliseconds: now)
    }

    static func actor(_ node: UInt32) -> ActorID { ActorID(200 + UInt128(node)) }

    /// The rows of the answer, by column; what has no value is left out.
    @discardableResult
    func ask(_ words: String...) throws -> [[String: String]] { try ask(words) }

    func ask(_ words: [String]) throws -> [[String: String]] {
        now += 1
        var rows: [[String: String]] = []
        let actions = try hub.handle(
            .received(Self.desk, [.request(id: 1, arguments: words)]), nowMilliseconds: now)
        for case .send(Self.desk, let messages) in actions {
            for message in messages {
                switch message {
                case .row(_, let fields): rows.append(Self.row(fields))
                case .failed(_, let code, let detail): throw Refusal(code: code, detail: detail)
                case _: continue
                }
            }
        }
        return rows
    }

    private static func row(_ fields: [String?]) -> [String: String] {
        var row: [String: String] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            if let name = fields[index] { row[name] = fields[index + 1] }
        }
        return row
    }

    func refusal(_ words: String...) -> Refusal? {
        do {
            _ = try ask(words)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    func member(_ id: UInt128, _ changes: String...) throws -> String {
        let name = RecordID(id).hexadecimal
        _ = try ask(["members.create", "do", "boss", "", name, "name=Member \(id)"] + changes)
        return name
    }

    /// A branch writes; the hub takes it in.
    @discardableResult
    func arrive(
        _ fact: Fact, from node: UInt32, observing observed: UInt64? = nil
    ) throws -> Verdict? {
        let actor = Self.actor(node)
        let sequence = (written[actor] ?? 0) + 1
        written[actor] = sequence
        now += 1
        let operation = Operation(
            dot: Dot(actor, sequence),
            observed: Observed(observed.map { [HubPosition(epoch: EpochID(7), sequence: $0)] } ?? []),
            time: HybridTime(milliseconds: now), audience: fact.kind == TierChange.kind ? .chain : .hub,
            kind: fact.kind, publicBody: fact.publicBody,
            personal: nil)
        let acceptance = try store.accept(
            [.init(operation: operation, node: NodeID(node))], nowMilliseconds: now, toleranceMilliseconds: 300_000)
        return acceptance.entries.first?.stamp.verdict
    }

    /// A basket of one line that earned so many points, which stay at the branch: what earns nothing is said to have
    /// been paid with points.
    func sale(
        _ id: UInt128, _ member: UInt128?, points: Int64 = 0, spending spends: [LotSpend] = [],
        coupons: [CouponUse] = [], reference: String = "", cashier: String = "Mei", netMinor: Int64 = 10_000,
        revision: UInt32 = 1
    ) -> Sale {
        let accruals =
            points == 0
            ? []
            : [
                Accrual(
                    kind: .points, wallet: "points", amount: points, keptHere: points, availableOn: nil,
                    expiresOn: nil)
            ]
        let share = LineSettlement.plain(
            pointsEarned: points, pointsMinor: member == nil ? 0 : max(0, netMinor - 100 * points))
        return Sale(
            id: RecordID(id), member: member.map { RecordID($0) }, till: "1", reference: reference,
            occurredAtMilliseconds: now, businessDate: Self.day, netMinor: netMinor, points: points,
            ruleRevision: revision,
            lines: [SaleLine(product: "p", quantityMilli: 1_000, netMinor: netMinor, discountMinor: 0)],
            settlement: Settlement(
                cashier: cashier, tier: nil, lines: [share],
                tenders: [Tender(kind: .cash, amountMinor: netMinor, reference: "")], accruals: accruals,
                spends: spends, coupons: coupons, grants: []))
    }

    /// The lot of points that a sale has made at a branch.
    func lot(of sale: UInt128, at node: UInt32) -> RecordID {
        LotTerms.id(madeBy: Self.actor(node), for: RecordID(sale), wallet: "points", kind: .points)
    }

    func isSound() throws -> Bool { try ask("verify")[0]["sound"] == "yes" }
}

extension LineSettlement {
    static func plain(pointsEarned: Int64, pointsMinor: Int64 = 0) -> LineSettlement {
        LineSettlement(
            couponMinor: 0, pointsMinor: pointsMinor, principalMinor: 0, bonusMinor: 0, pointsEarned: pointsEarned,
            growthEarned: 0)
    }
}
