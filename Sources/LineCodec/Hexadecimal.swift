/// Lower-case hexadecimal digits, the one spelling of identifiers and hashes.
package enum Hexadecimal {
    package static func text(_ value: UInt128) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func text(_ value: some Sequence<UInt8>) -> String {
        var bytes: [UInt8] = []
        for byte in value { append(byte, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Exactly 32 digits; nil for anything else.
    package static func identifier(_ digits: some Collection<UInt8>) -> UInt128? {
        guard digits.count == 32 else { return nil }
        var value: UInt128 = 0
        for digit in digits {
            guard let nibble = nibble(digit) else { return nil }
            value = value << 4 | UInt128(nibble)
        }
        return value
    }

    package static func identifier(_ text: String) -> UInt128? { identifier(Array(text.utf8)) }

    /// An even number of digits; nil for anything else.
    package static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let nibble = nibble(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return bytes
    }

    static func append(_ value: UInt128, to bytes: inout [UInt8]) {
        for shift in stride(from: 120, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt128(shift)), to: &bytes)
        }
    }

    static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(digit(byte >> 4))
        bytes.append(digit(byte & 15))
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
