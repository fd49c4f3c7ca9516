import Loyalty
import Replication

/// What members carry to a counter, the same for the same seed.
struct Customers {
    private var random: BenchmarkRandom
    private var number: UInt64 = 0
    private let reference: String

    static let linesPerSale = 8
    static let businessDate = CivilDate(year: 2025, month: 11, day: 22) ?? .first
    private static let pricesMinor = 200...4_000
    private static let products = 5_000

    /// - Parameter reference: begins the receipts' numbers; sales of different customers never share an id.
    init(reference: String, seed: UInt64) {
        self.reference = reference
        random = BenchmarkRandom(seed: seed)
    }

    mutating func checkout(
        by member: RecordID?, showing coupon: RecordID? = nil, points: Wish = .none
    ) -> Checkout {
        number += 1
        return Checkout(
            id: RecordID(UInt128(random.next()) << 64 | UInt128(random.next())), member: member, till: "till-1",
            cashier: "Mei", reference: "\(reference)\(number)", occurredAtMilliseconds: Parties.nowMilliseconds,
            businessDate: Self.businessDate, minuteOfDay: 986, lines: (0..<Self.linesPerSale).map { _ in line() },
            coupons: coupon.map { [$0] } ?? [], points: points)
    }

    private mutating func line() -> CartLine {
        let price = Self.pricesMinor.lowerBound + random.below(Self.pricesMinor.count)
        return CartLine(
            product: "product-\(random.below(Self.products))", quantityMilli: 1_000, grossMinor: Int64(1_000 + price))
    }
}
