import Localization
import Loyalty
import ReplicaStore
import Replication

extension Sale {
    func json(_ desk: TillDesk) -> JSON { .object(members(desk)) }

    func members(_ desk: TillDesk) -> [JSON.Member] {
        let members: [(String, JSON)] = [
            ("id", .text(id.hexadecimal)), ("member", .optional(member) { .text($0.hexadecimal) }),
            ("till", .text(till)), ("reference", .text(reference)),
            ("occurred_at", .text(desk.calendar.text(ofMilliseconds: occurredAtMilliseconds))),
            ("business_date", .text(businessDate.text)), ("lines", .integer(lines.count)),
            ("total_minor", .integer(netMinor)), ("currency", .text(desk.identity.currency)),
            ("points", .integer(points)), ("rule_revision", .integer(ruleRevision)),
        ]
        return members.map { JSON.Member(name: $0.0, value: $0.1) }
    }

    /// What it was paid with, line by line, as the receipt tells it.
    func json(_ settlement: Settlement) -> JSON {
        [
            "lines": .list(zip(lines, settlement.lines).enumerated().map { Self.json($0 + 1, $1.0, $1.1) }),
            "tenders": .list(settlement.tenders.map(\.json)),
            "coupons": .list(settlement.coupons.map(\.json)), "points_spent": .integer(settlement.pointsSpent),
            "points_earned": .integer(settlement.pointsEarned), "tier": .optional(settlement.tier, JSON.text),
            "cashier": .text(settlement.cashier),
        ]
    }

    private static func json(_ number: Int, _ line: SaleLine, _ shares: LineSettlement) -> JSON {
        [
            "line": .integer(number), "product": .text(line.product), "quantity_milli": .integer(line.quantityMilli),
            "net_minor": .integer(line.netMinor), "discount_minor": .integer(line.discountMinor),
            "coupon_minor": .integer(shares.couponMinor), "points_minor": .integer(shares.pointsMinor),
            "stored_value_minor": .integer(shares.principalMinor + shares.bonusMinor),
            "points_earned": .integer(shares.pointsEarned),
        ]
    }
}

extension Tender {
    var json: JSON {
        ["kind": .text(kind.rawValue), "amount_minor": .integer(amountMinor), "reference": .text(reference)]
    }
}

extension CouponUse {
    fileprivate var json: JSON {
        [
            "id": .text(coupon.hexadecimal), "definition": .text(definition),
            "discount_minor": .integer(discountMinor), "mode": .text(mode.rawValue),
        ]
    }
}
