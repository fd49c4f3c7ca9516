import Loyalty

/// Sums over sales, whoever has added them up. Money in minor units.
struct Sums: Equatable {
    var sales: Int64 = 0
    var netMinor: Int64 = 0
    var points: Int64 = 0

    static func += (a: inout Sums, b: Sums) {
        a.sales += b.sales
        a.netMinor += b.netMinor
        a.points += b.points
    }
}

/// What the merged view has to say in the end.
struct PurchaseTotals: Equatable {
    var all = Sums()
    var lines: Int64 = 0
    var byStore: [String: Sums] = [:]
    var byHousehold: [String: Sums] = [:]
}

extension PurchaseTotals {
    /// With what counters have given beyond the rule for a plain bill, or kept back of it.
    func with(_ extra: [SpendingLedger.PlaceOfSale: Int64]) -> PurchaseTotals {
        var totals = self
        for (place, points) in extra {
            totals.all.points += points
            totals.byStore[place.store, default: Sums()].points += points
            totals.byHousehold[place.household, default: Sums()].points += points
        }
        return totals
    }
}

/// A first pass over the file, row by row: is it sound, which stores are the busiest, and what does it add up to?
///
/// Kept apart from everything that is fed to the shops, so that the comparison compares with the file.
struct PurchaseTally {
    private struct Entry {
        let household: String
        let store: String
        let time: LocalTime
        var lines: Int64 = 0
        var netMinor: Int64 = 0
    }

    /// In the order of their first rows.
    private var entries: [Entry] = []
    private var places: [String: Int] = [:]

    var first: LocalTime? { entries.first?.time }
    var sales: Int { entries.count }

    mutating func add(_ purchase: Purchase) {
        let place = places[purchase.basket] ?? entries.count
        if place == entries.count {
            places[purchase.basket] = place
            entries.append(Entry(household: purchase.household, store: purchase.store, time: purchase.time))
        }
        entries[place].lines += 1
        entries[place].netMinor += purchase.line.netMinor
    }

    /// All stores, those with the most baskets first.
    var stores: [String] {
        var baskets: [String: Int] = [:]
        for entry in entries { baskets[entry.store, default: 0] += 1 }
        return baskets.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// - Parameter limit: so many sales of these stores, the first ones.
    func totals(of stores: Set<String>, limit: Int) -> (totals: PurchaseTotals, last: LocalTime?) {
        var totals = PurchaseTotals()
        let chosen = entries.lazy.filter { stores.contains($0.store) }.prefix(limit)
        var last: LocalTime?
        for entry in chosen {
            // One point for every 100 minor units of a sale, as the rule in force says.
            let sums = Sums(sales: 1, netMinor: entry.netMinor, points: entry.netMinor / 100)
            totals.all += sums
            totals.lines += entry.lines
            totals.byStore[entry.store, default: Sums()] += sums
            totals.byHousehold[entry.household, default: Sums()] += sums
            last = entry.time
        }
        return (totals, last)
    }
}
