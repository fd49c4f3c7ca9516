import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Coupons that headquarters takes back: the right to use them goes where they came from.
extension NodeEngine {
    /// What a crash or a full disk keeps from going now goes with the next upkeep.
    func returnVoided(_ batch: [NodeSession.Delivery], _ nowMilliseconds: UInt64) throws {
        do {
            try returnRights(voidedBy: batch, nowMilliseconds)
        } catch StoreError.full {
            upkeep.doneMilliseconds = nil
            throw StoreError.full
        }
    }

    private func returnRights(voidedBy batch: [NodeSession.Delivery], _ nowMilliseconds: UInt64) throws {
        for case .entry(let entry) in batch where entry.operation.kind == CouponVoid.kind {
            guard case .couponVoid(let void)? = Fact(entry.operation) else { continue }
            let held = try store.rights(toVoided: void.coupons, of: holder)
            for start in stride(from: 0, to: held.count, by: Transfer.itemsMax) {
                _ = try store.giveBack(
                    Array(held[start..<min(start + Transfer.itemsMax, held.count)]), because: .giveBack,
                    reference: nil, id: randomID(), at: nowMilliseconds)
            }
        }
    }
}
