/// An amount is spread over lines without losing or gaining a unit: by largest remainder.
package enum Allocation {
    /// One share for each weight. They add up to the amount, each is within one of its proportion, and ties go to the
    /// earlier line. An amount below zero is spread like its opposite. Without any weight above zero all weigh the
    /// same; without weights there are no shares.
    package static func split(_ amount: Int64, by weights: [Int64]) -> [Int64] {
        guard !weights.isEmpty else { return [] }
        let weighed = weights.contains { $0 > 0 } ? weights.map { Int128(max(0, $0)) } : weights.map { _ in 1 }
        let total = weighed.reduce(0, +)
        let magnitude = Int128(amount.magnitude)
        var shares = weighed.map { magnitude * $0 / total }
        let remainders = weighed.map { magnitude * $0 % total }
        let missing = Int(magnitude - shares.reduce(0, +))
        let order = weighed.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
        for index in order.prefix(missing) { shares[index] += 1 }
        return shares.map { Int64(clamping: amount < 0 ? -$0 : $0) }
    }
}
