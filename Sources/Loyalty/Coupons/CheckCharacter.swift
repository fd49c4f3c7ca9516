/// ISO 7064 MOD 37,36: one letter or digit at the end of a code that shows whether the code was mistyped.
///
/// Letters and digits have the values of the standard: `0` to `9`, then `A` (10) to `Z` (35), each below 36.
enum CheckCharacter {
    /// What has to follow these.
    static func value(after values: some Sequence<UInt8>) -> UInt8 { (modulus - state(after: values)) % radix }

    /// Whether the last of them is the check character of those before it.
    static func holds(_ values: [UInt8]) -> Bool {
        guard let last = values.last else { return false }
        return value(after: values.dropLast()) == last
    }

    /// The standard overlooks about one in 670 transpositions of neighbours; a code without such neighbours has none
    /// that is overlooked.
    static func findsEveryTransposition(_ values: [UInt8]) -> Bool {
        values.indices.dropLast().allSatisfy { place in
            var swapped = values
            swapped.swapAt(place, place + 1)
            return swapped == values || !holds(swapped)
        }
    }

    private static func state(after values: some Sequence<UInt8>) -> UInt8 {
        values.reduce(radix) { state, value in
            let sum = (state + value) % radix
            return (sum == 0 ? radix : sum) * 2 % modulus
        }
    }

    private static let radix: UInt8 = 36
    private static let modulus: UInt8 = 37
}
