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
    package static func identifier(_ digits: ArraySlice<UInt8>) -> UInt128? {
        digits.withUnsafeBufferPointer { identifier($0) }
    }

    package static func identifier(_ digits: [UInt8]) -> UInt128? { identifier(digits[...]) }

    private static func identifier(_ digits: UnsafeBufferPointer<UInt8>) -> UInt128? {
        guard digits.count == 32 else { return nil }
        guard let high = half(digits[..<16]), let low = half(digits[16...]) else { return nil }
        return UInt128(high) << 64 | UInt128(low)
    }

    private static func half(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard let nibble = nibble(digit) else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }

    package static func identifier(_ text: String) -> UInt128? { identifier(Array(text.utf8)) }

    package static func bytes(_ text: String) -> [UInt8]? { bytes(Array(text.utf8)[...]) }

    /// An even number of digits; nil for anything else.
    package static func bytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
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
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { space in
            write(UInt64(truncatingIfNeeded: value >> 64), to: space, from: 0)
            write(UInt64(truncatingIfNeeded: value), to: space, from: 16)
            bytes.append(contentsOf: space)
        }
    }

    private static func write(_ value: UInt64, to space: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
        var rest = value
        for index in stride(from: start + 15, through: start, by: -1) {
            space[index] = digit(UInt8(truncatingIfNeeded: rest) & 15)
            rest >>= 4
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
