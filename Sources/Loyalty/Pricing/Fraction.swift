/// Products and quotients that pass through 128 bits. Results beyond 64 bits are clipped; callers check ranges before.
enum Fraction {
    /// Rounded down; the denominator is positive, the others are not negative.
    static func down(_ value: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64 {
        Int64(clamping: Int128(value) * Int128(numerator) / Int128(denominator))
    }

    /// Half up; the denominator is positive, the others are not negative.
    static func nearest(_ value: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64 {
        Int64(clamping: (2 * Int128(value) * Int128(numerator) + Int128(denominator)) / (2 * Int128(denominator)))
    }

    /// What is taken off where so much is paid.
    static func off(_ value: Int64, payBasisPoints: Int64) -> Int64 {
        value - nearest(value, payBasisPoints, Int64(ProgrammeLimits.basisPointsMax))
    }
}
