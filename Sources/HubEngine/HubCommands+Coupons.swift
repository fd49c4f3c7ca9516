import Administration
import Loyalty
import ReplicaStore
import Replication

/// Coupons from headquarters: given out, shown, taken back.
extension HubCommands {
    func void(_ coupons: [RecordID], _ instruction: Instruction) throws -> [CommandRow] {
        let known = try coupons.map { id in
            guard let coupon = try store.coupon(id) else {
                throw CommandFault(.notFound, "there is no coupon \(id.hexadecimal)")
            }
            return coupon
        }
        let open = known.filter { !$0.isVoid }
        if !open.isEmpty, !instruction.isDry {
            let void = CouponVoid(
                coupons: open.map(\.id), author: instruction.author, reason: instruction.reason)
            try accept(store.draft(.couponVoid(void), for: .chain, at: nowMilliseconds))
        }
        return known.map { coupon in
            let written = coupon.isVoid ? Self.before : instruction.isDry ? "nothing yet" : "yes"
            return CommandRow([
                "entry": "void", "coupon": coupon.id.hexadecimal, "code": coupon.code,
                "definition": coupon.definition, "member": coupon.member?.hexadecimal, "written": written,
            ])
        }
    }
}
