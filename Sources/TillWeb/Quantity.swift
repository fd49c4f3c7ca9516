/// How much was sold, in thousandths of the unit of sale, as a till writes it: `1`, `0.5`, `-2.125`.
enum Quantity {
    static let decimalsMax = 3
    /// Far more than any sale has, and far from what a 64-bit number holds.
    static let integerDigitsMax = 10

    static func thousandths(_ text: String) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let halves = text.dropFirst(isNegative ? 1 : 0).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, isNumber(whole), whole.count <= integerDigitsMax else { return nil }
        let decimals = halves.count == 2 ? halves[1] : "0"
        guard isNumber(decimals), decimals.count <= decimalsMax else { return nil }
        let digits = whole + decimals + String(repeating: "0", count: decimalsMax - decimals.count)
        return Int64(digits).map { isNegative ? -$0 : $0 }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
