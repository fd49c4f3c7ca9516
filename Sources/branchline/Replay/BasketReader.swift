import Loyalty

/// What one household bought in one store at one time.
struct Basket: Equatable {
    let id: String
    /// Of its first line.
    let row: Int
    let household: String
    let store: String
    let time: LocalTime
    private(set) var lines: [SaleLine] = []
    /// Line by line, as parts of the lines' discounts.
    private(set) var couponMinor: [Int64] = []
    private(set) var matchMinor: [Int64] = []

    init(_ first: Purchase) {
        id = first.basket
        row = first.row
        household = first.household
        store = first.store
        time = first.time
        add(first)
    }

    mutating func add(_ purchase: Purchase) {
        lines.append(purchase.line)
        couponMinor.append(purchase.couponMinor)
        matchMinor.append(purchase.matchMinor)
    }
}

/// Groups purchases into baskets, in the order of time and of their first rows.
struct BasketReader {
    private var purchases: PurchaseReader
    private var ahead: Purchase?
    /// The baskets of one point in time, last first.
    private var ready: [Basket] = []
    private var seen: Set<String> = []

    init(_ purchases: PurchaseReader) throws {
        self.purchases = purchases
        ahead = try self.purchases.next()
    }

    /// Nil at the end.
    mutating func next() throws -> Basket? {
        if ready.isEmpty { try readMoment() }
        return ready.popLast()
    }

    private mutating func readMoment() throws {
        guard let time = ahead?.time else { return }
        var baskets: [Basket] = []
        while let purchase = ahead, purchase.time == time {
            try add(purchase, to: &baskets)
            ahead = try purchases.next()
        }
        ready = baskets.reversed()
    }

    private mutating func add(_ purchase: Purchase, to baskets: inout [Basket]) throws {
        if let index = baskets.firstIndex(where: { $0.id == purchase.basket }) {
            guard baskets[index].household == purchase.household, baskets[index].store == purchase.store else {
                throw purchases.complaint(
                    purchase.row,
                    "basket \(purchase.basket) has another household or store in row \(baskets[index].row)")
            }
            baskets[index].add(purchase)
            return
        }
        guard seen.insert(purchase.basket).inserted else {
            throw purchases.complaint(purchase.row, "basket \(purchase.basket) was bought at an earlier time already")
        }
        baskets.append(Basket(purchase))
    }
}
