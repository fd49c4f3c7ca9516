import Loyalty
import ReplicaStore
import Replication

/// Identities and values that the tests of the store share.
enum Stores {
    static let epoch = EpochID(0xE0)
    static let hubActor = ActorID(0xA0)
    static let lookupKey = Array(repeating: 7 as UInt8, count: 32)
    static let noon: UInt64 = 1_750_000_000_000
    static let tolerance: UInt64 = 300_000

    static var hubIdentity: ReplicaIdentity { identity(.hub, node: .hub, actor: hubActor, epoch: epoch) }

    static func nodeIdentity(_ number: UInt32) -> ReplicaIdentity {
        identity(.node, node: NodeID(number), actor: actor(number), epoch: nil)
    }

    static func actor(_ number: UInt32) -> ActorID { ActorID(0xB0 + UInt128(number)) }

    static func hub() throws -> ReplicaStore { try .createInMemory(as: hubIdentity) }
    static func node(_ number: UInt32) throws -> ReplicaStore { try .createInMemory(as: nodeIdentity(number)) }

    static func moment(_ nowMilliseconds: UInt64 = noon) -> ReplicaStore.Moment {
        ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: Array(repeating: 5, count: 16))
    }

    static func sale(
        _ id: UInt128, member: RecordID? = nil, netMinor: [Int64] = [1_250], points: Int64? = nil,
        reference: String = "", on date: String = "2025-06-15"
    ) throws -> Sale {
        let total = netMinor.reduce(0, +)
        return Sale(
            id: RecordID(id), member: member, till: "1", reference: reference, occurredAtMilliseconds: noon,
            businessDate: try day(date), netMinor: total, points: points ?? (member == nil ? 0 : total / 100),
            ruleRevision: 1,
            lines: netMinor.enumerated().map { index, amount in
                SaleLine(product: "p\(index)", quantityMilli: 1_000, netMinor: amount, discountMinor: 0)
            })
    }

    private struct NoSuchDay: Error {}

    private static func day(_ text: String) throws -> CivilDate {
        guard let day = CivilDate(text) else { throw NoSuchDay() }
        return day
    }

    private static func identity(
        _ role: ReplicaIdentity.Role, node: NodeID, actor: ActorID, epoch: EpochID?
    ) -> ReplicaIdentity {
        ReplicaIdentity(
            role: role, node: node, actor: actor, branchCode: role == .hub ? "HQ" : "00\(node.value)",
            branchName: "Branch \(node.value)", chainName: "Test chain", zone: "Asia/Shanghai", currency: "CNY",
            country: "CN", lookupKey: lookupKey, epoch: epoch)
    }
}
