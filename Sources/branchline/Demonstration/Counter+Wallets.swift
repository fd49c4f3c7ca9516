import Foundation
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// Sales that spend, top-ups and refunds.
extension Counter {
    static let cashier = "cashier-1"

    func checkout(
        _ lines: [CartLine], by member: RecordID, reference: String, points: Wish = .none, storedValue: Wish = .none,
        tokens: [CouponToken] = []
    ) throws -> Checkout {
        let now = WallClock.nowMilliseconds()
        return Checkout(
            id: Self.newID(), member: member, till: Self.till, cashier: Self.cashier, reference: reference,
            occurredAtMilliseconds: now, businessDate: try today(now), minuteOfDay: minuteOfDay(now), lines: lines,
            coupons: tokens.map(\.coupon.id), tokens: tokens, points: points, storedValue: storedValue)
    }

    /// The node's answer, and how long the till waited for it.
    func complete(
        _ checkout: Checkout, at shop: LocalBranch
    ) async throws -> (outcome: CheckoutOutcome, waited: Duration) {
        let start = ContinuousClock.now
        guard case .checkout(let outcome) = await shop.node.perform(.checkout(checkout)) else {
            throw silent(shop)
        }
        return (outcome, ContinuousClock.now - start)
    }

    func load(_ plan: String, for member: RecordID, at shop: LocalBranch) async throws -> TopUp {
        let now = WallClock.nowMilliseconds()
        let date = try today(now)
        guard let known = try shop.node.reader.programme().plan(plan, on: date) else {
            throw Complaint(code: Failure.falseCode, words: "branch \(shop.code) does not know the plan \(plan)")
        }
        let topUp = TopUp(
            id: Self.newID(), member: member, wallet: Programme.storedValueCode, plan: plan,
            planRevision: known.revision, till: Self.till, cashier: Self.cashier, occurredAtMilliseconds: now,
            businessDate: date, principalMinor: known.rule.payMinor, bonusMinor: known.rule.bonusMinor,
            bonusExpiresOn: known.rule.bonusExpiry(paidOn: date), tender: .wechat)
        guard case .topUp(.recorded) = await shop.node.perform(.topUp(topUp)) else {
            throw Complaint(code: Failure.falseCode, words: "branch \(shop.code) did not record a top-up")
        }
        return topUp
    }

    /// - Parameter lines: all that is left of the sale where none is named.
    func takeBack(
        _ sale: RecordID, _ lines: [RefundRequest.Line] = [], because reason: String, at shop: LocalBranch
    ) async throws -> RefundOutcome {
        let now = WallClock.nowMilliseconds()
        let request = RefundRequest(
            id: Self.newID(), sale: sale, till: Self.till, cashier: Self.cashier, reason: reason,
            occurredAtMilliseconds: now, businessDate: try today(now), lines: lines, payout: nil)
        guard case .refund(let outcome) = await shop.node.perform(.refund(request)) else { throw silent(shop) }
        return outcome
    }

    func wallets(of member: RecordID, at shop: LocalBranch) async throws -> MemberWallets {
        guard case .wallets(let wallets) = await shop.node.perform(.wallets(member)) else { throw silent(shop) }
        return wallets
    }

    func today(_ milliseconds: UInt64 = WallClock.nowMilliseconds()) throws -> CivilDate {
        guard let date = CivilDate(milliseconds: milliseconds, zone: zone) else {
            throw Complaint(code: Failure.diskCode, words: "this machine's clock is not set")
        }
        return date
    }

    private func minuteOfDay(_ milliseconds: UInt64) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents(
            [.hour, .minute], from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
        return (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
    }

    private func silent(_ shop: LocalBranch) -> Complaint {
        Complaint(code: Failure.diskCode, words: "branch \(shop.code) does not answer")
    }
}
