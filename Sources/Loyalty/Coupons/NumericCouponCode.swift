/// A coupon code for scanners that read digits only: five of the campaign, twelve of the coupon, one of Luhn.
///
/// It follows from the code, not the code from it: two codes of one campaign may share it, about once in 10^12 pairs.
/// Luhn finds every wrong digit and all swapped neighbours but 09 and 90.
package struct NumericCouponCode: Hashable, Sendable {
    /// The 17 digits before the last.
    package let value: UInt64

    package init(of code: CouponCode) {
        value =
            UInt64(code.campaign) * Self.couponsMax + UInt64(truncatingIfNeeded: code.value) % (1 << 50)
            % Self.couponsMax
    }

    package var campaign: UInt16 { UInt16(truncatingIfNeeded: value / Self.couponsMax) }

    /// 18 digits.
    package var text: String {
        let digits = String(value)
        let payload = String(repeating: "0", count: Self.digitCount - 1 - digits.utf8.count) + digits
        return payload + String(Luhn.digit(after: payload.utf8.map { $0 - UInt8(ascii: "0") }))
    }

    package static let digitCount = 18
    private static let couponsMax: UInt64 = 1_000_000_000_000
}

extension NumericCouponCode {
    /// As a scanner gives it; blanks and dashes, which people add, are ignored.
    package init(_ typed: String) throws(CouponCodeFault) {
        let scalars = CouponCode.significant(typed)
        guard scalars.count == Self.digitCount else { throw .wrongLength(scalars.count) }
        var digits: [UInt8] = []
        for scalar in scalars {
            guard let byte = UInt8(exactly: scalar.value), ValueForm.isDigit(byte) else { throw .notALetter(scalar) }
            digits.append(byte - UInt8(ascii: "0"))
        }
        value = digits.dropLast().reduce(0) { $0 * 10 + UInt64($1) }
        guard Luhn.holds(digits), value / Self.couponsMax <= UInt64(CouponCode.campaignMax) else { throw .mistyped }
    }
}

/// The check digit of cards (ISO/IEC 7812-1).
enum Luhn {
    static func digit(after digits: [UInt8]) -> UInt8 { (10 - sum(digits + [0]) % 10) % 10 }

    static func holds(_ digits: [UInt8]) -> Bool { !digits.isEmpty && sum(digits).isMultiple(of: 10) }

    private static func sum(_ digits: [UInt8]) -> UInt8 {
        digits.reversed().enumerated().reduce(0) { sum, place in
            let (index, digit) = place
            let doubled = index.isMultiple(of: 2) ? digit : digit * 2
            return (sum + (doubled > 9 ? doubled - 9 : doubled)) % 10
        }
    }
}
