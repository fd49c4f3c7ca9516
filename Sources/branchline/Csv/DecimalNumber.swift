/// Numbers as people write them, read exactly; nothing here is ever a floating-point number.
enum DecimalNumber {
    /// `12.34` with two digits is 1234. A sign, digits, and after a point at most as many as asked for.
    ///
    /// - Returns: nil for anything else, and for what 64 bits do not hold.
    static func scaled(_ text: some Sequence<UInt8>, digits: Int) -> Int64? {
        var value: Int64 = 0
        var isNegative = false
        var wholeDigits = 0
        var fractionDigits: Int?
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: ".") where fractionDigits == nil && wholeDigits > 0: fractionDigits = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard fractionDigits ?? 0 < digits || fractionDigits == nil, let next = value.appending(byte) else {
                    return nil
                }
                value = next
                if fractionDigits == nil { wholeDigits += 1 } else { fractionDigits = fractionDigits.map { $0 + 1 } }
            case _: return nil
            }
        }
        guard wholeDigits > 0, fractionDigits != 0 else { return nil }
        for _ in 0..<(digits - (fractionDigits ?? 0)) {
            guard let next = value.appending(UInt8(ascii: "0")) else { return nil }
            value = next
        }
        return isNegative ? -value : value
    }
}

extension Int64 {
    fileprivate func appending(_ digit: UInt8) -> Int64? {
        let (tenfold, overflowed) = multipliedReportingOverflow(by: 10)
        let (sum, overflowedAgain) = tenfold.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
        return overflowed || overflowedAgain ? nil : sum
    }
}
