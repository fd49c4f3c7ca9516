import Loyalty
import ReplicaStore
import Replication

/// Coupons that have been taken back: what has come home of the rights to them is booked out.
extension HubEngine {
    func closeVoided(_ entries: [LogEntry], _ nowMilliseconds: UInt64) throws {
        let spends = try store.rights(toVoided: Set(entries.flatMap(Self.couponsComeHome)).sorted(), of: .hub)
        for start in stride(from: 0, to: spends.count, by: Booking.linesMax) {
            let lines = spends[start..<min(start + Booking.linesMax, spends.count)].map { Booking.Line.debit($0) }
            let booking = Booking(
                id: randomID(), cause: .adjust, reference: nil, author: "hub",
                reason: "taken back", businessDate: today(nowMilliseconds), lines: lines)
            try say(.booking(booking), for: .hub, about: [], nowMilliseconds)
        }
    }

    private static func couponsComeHome(by entry: LogEntry) -> [RecordID] {
        switch entry.operation.kind {
        case CouponVoid.kind, Transfer.kind, Refund.kind: break
        case _: return []
        }
        switch Fact(entry.operation) {
        case .couponVoid(let void)?: return void.coupons
        case .refund(let refund)?: return refund.coupons
        case .transfer(let transfer)? where transfer.to == .hub:
            return transfer.items.filter { $0.terms.kind == .coupon }.map(\.terms.id)
        case .member?, .sale?, .decision?, .transfer?, .topUp?, .release?, .booking?, .couponIssue?, .couponSpent?,
            .programme?, .tier?, .unknown?, nil:
            return []
        }
    }
}
