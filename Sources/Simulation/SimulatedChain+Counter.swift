import Loyalty
import NodeEngine
import Replication

/// Customers who spend: few members, few coupons, and more wished for than there is.
extension SimulatedChain {
    func serve(at node: Int) {
        switch people.below(100) {
        case 0..<55: checkOut(at: node)
        case 55..<68: topUp(at: node)
        case 68..<92: bringBack(at: node)
        case _:
            if let member = hotMember() { pose(.wallets(member), at: node, mustBeAnswered: false, after: 0) }
        }
    }

    func hotMember() -> RecordID? {
        ledger.members.isEmpty ? nil : ledger.members[people.below(min(3, ledger.members.count))]
    }

    // MARK: Selling

    func checkOut(at node: Int, showing coupon: IssuedCoupon? = nil, after delay: UInt64 = 0) {
        let checkout = drawnCheckout(showing: coupon)
        ledger.checkouts[checkout.id] = questions.count
        pose(.checkout(checkout), at: node, mustBeAnswered: true, after: delay + people.between(0...200))
    }

    private func drawnCheckout(showing coupon: IssuedCoupon?) -> Checkout {
        let member = coupon?.member ?? (people.chance(percent: 90) ? hotMember() : nil)
        let points = member.map { wish(for: Programme.pointsCode, of: $0) } ?? .none
        let stored = member.map { wish(for: Programme.storedValueCode, of: $0) } ?? .none
        let count = people.between(1...3)
        let lines = (0..<count).map { _ in
            CartLine(
                product: "p\(people.below(20))", quantityMilli: Int64(people.between(1...3)) * 1_000,
                grossMinor: Int64(people.below(4_000)) + (points.least + stored.least) / Int64(count),
                isRestricted: people.chance(percent: 15))
        }
        return Checkout(
            id: RecordID(people.identifier()), member: member, till: "till \(people.below(3))", cashier: "cashier",
            reference: "r\(questions.count)", occurredAtMilliseconds: now, businessDate: drawnDate(),
            minuteOfDay: people.below(1_440), lines: lines, coupons: coupon.map { [$0.id] } ?? drawnCoupons(of: member),
            points: points,
            storedValue: stored)
    }

    /// Mostly today; some sales are typed in later, or by a till whose calendar is wrong.
    func drawnDate() -> CivilDate {
        let today = CivilDate.simulated.adding(days: Int(now / 86_400_000))
        guard people.chance(percent: 20) else { return today }
        return today.adding(days: people.pick([-120, -40, -3, -1, 1, 2, 40, 300]))
    }

    /// In the wallet's own units; often just what there is in the whole chain, or a little more.
    private func wish(for wallet: String, of member: RecordID) -> Wish {
        switch people.below(10) {
        case 0..<4: return .none
        case 4: return .asManyAsAllowed
        case _:
            let all = books.lots(of: member, wallet).reduce(0) { $0 + $1.remaining }
            return .exactly(max(1, all * people.pick([10, 30, 60, 100, 100, 101]) / 100))
        }
    }

    private func drawnCoupons(of member: RecordID?) -> [RecordID] {
        let shown = ledger.coupons.suffix(6).filter { $0.member == nil || $0.member == member }
        guard !shown.isEmpty, people.chance(percent: 45) else { return [] }
        return [people.pick(Array(shown)).id]
    }

    // MARK: Loading

    private func topUp(at node: Int) {
        guard let member = hotMember() else { return }
        let date = drawnDate()
        let topUp = TopUp(
            id: RecordID(people.identifier()), member: member, wallet: Programme.storedValueCode, plan: "",
            planRevision: 0, till: "till 0", cashier: "cashier", occurredAtMilliseconds: now, businessDate: date,
            principalMinor: Int64(people.between(1...3_000)), bonusMinor: people.pick([0, 0, 200, 1_000]),
            bonusExpiresOn: people.pick([nil, date, date.adding(days: 1), date.adding(days: 30)]),
            tender: people.pick([.cash, .wechat]))
        pose(.topUp(topUp), at: node, mustBeAnswered: true, after: 0)
    }

    // MARK: Bringing back

    /// One of the last sales, in pieces or whole; and some bring it twice.
    private func bringBack(at node: Int) {
        guard !ledger.sold.isEmpty else { return }
        let twice = ledger.sold.filter { ledger.soldTwice.contains($0.sale.id) }.suffix(6)
        if !twice.isEmpty, people.chance(percent: 30) {
            for sold in twice { poseRefund(of: sold.sale, at: sold.node, after: 0) }
            return
        }
        let sold = people.pick(Array(ledger.sold.suffix(8)))
        let shop = people.chance(percent: 65) ? sold.node : node
        poseRefund(of: sold.sale, at: shop, after: 0)
        if people.chance(percent: 40) {
            let second = people.chance(percent: 50) ? shop : people.below(nodes.count)
            poseRefund(of: sold.sale, at: second, after: people.between(0...5_000))
        }
    }

    private func poseRefund(of sale: Sale, at node: Int, after delay: UInt64) {
        let request = RefundRequest(
            id: RecordID(people.identifier()), sale: sale.id, till: "till 1", cashier: "cashier", reason: "",
            occurredAtMilliseconds: now, businessDate: drawnDate(),
            lines: people.chance(percent: 45) ? [] : [drawnPiece(of: sale)], payout: nil)
        ledger.refunds[request.id] = questions.count
        pose(.refund(request), at: node, mustBeAnswered: true, after: delay)
    }

    private func drawnPiece(of sale: Sale) -> RefundRequest.Line {
        let index = people.below(sale.lines.count)
        let line = sale.lines[index]
        let part = people.pick([1, 1, 2])
        if line.quantityMilli > 0, people.chance(percent: 70) {
            return RefundRequest.Line(
                line: index + 1, piece: .quantity(milli: max(1, line.quantityMilli / Int64(part))))
        }
        return RefundRequest.Line(line: index + 1, piece: .amount(minor: max(1, line.netMinor / Int64(part))))
    }
}

extension CivilDate {
    /// The first day of simulated time.
    static let simulated = CivilDate(year: 2_026, month: 5, day: 29) ?? .first
}

extension Wish {
    fileprivate var least: Int64 {
        switch self {
        case .none, .asManyAsAllowed: 0
        case .exactly(let amount): amount
        }
    }
}
