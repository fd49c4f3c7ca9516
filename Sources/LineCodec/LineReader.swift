/// Reads the fields of one line in order, without its end-of-line byte. Accepts the canonical spelling only.
package struct LineReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var isExhausted = false

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// The next field's bytes, unescaped.
    package mutating func raw() throws(LineError) -> [UInt8] {
        let field = try next()
        if field.range.isEmpty { return [] }
        guard field.isPlain else { return try Self.unescaped(bytes[field.range]) }
        return Array(bytes[field.range])
    }

    private static func unescaped(_ field: ArraySlice<UInt8>) throws(LineError) -> [UInt8] {
        // A line within a field comes out of it with its own bytes, and may try a second spelling here.
        guard !field.contains(Escape.newline) else { throw .notCanonical }
        var value: [UInt8] = []
        value.reserveCapacity(field.count)
        var index = field.startIndex
        while index < field.endIndex {
            let byte = field[index]
            index += 1
            guard byte == Escape.mark else {
                value.append(byte)
                continue
            }
            guard index < field.endIndex else { throw .badEscape }
            value.append(try Self.unescaped(field[index]))
            index += 1
        }
        return value
    }

    package mutating func text() throws(LineError) -> String {
        guard let text = String(strict: try raw()) else { throw .notUTF8 }
        return text
    }

    /// Nil where the writer put `absent`.
    package mutating func optional<Value>(
        _ read: (inout LineReader) throws(LineError) -> Value
    ) throws(LineError) -> Value? {
        try passAbsent() ? nil : try read(&self)
    }

    package mutating func optionalRaw() throws(LineError) -> [UInt8]? { try passAbsent() ? nil : try raw() }

    private mutating func passAbsent() throws(LineError) -> Bool {
        let after = position + 2
        let isAbsent =
            !isExhausted && after <= bytes.endIndex && bytes[position] == Escape.mark
            && bytes[position + 1] == Escape.absent && (after == bytes.endIndex || bytes[after] == Escape.tab)
        if isAbsent { _ = try next() }
        return isAbsent
    }

    /// At most 2^63 − 1, whatever the type: databases count with a sign, and counting on from here stays in 64 bits.
    package mutating func integer<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws(LineError) -> Integer {
        try whole()
    }

    // Other modules call the generic one through tables; operations are made of these.
    package mutating func integer(_: UInt8.Type = UInt8.self) throws(LineError) -> UInt8 { try whole() }
    package mutating func integer(_: UInt16.Type = UInt16.self) throws(LineError) -> UInt16 { try whole() }
    package mutating func integer(_: UInt32.Type = UInt32.self) throws(LineError) -> UInt32 { try whole() }
    package mutating func integer(_: UInt64.Type = UInt64.self) throws(LineError) -> UInt64 { try whole() }
    package mutating func integer(_: Int64.Type = Int64.self) throws(LineError) -> Int64 { try whole() }

    private mutating func whole<Integer: FixedWidthInteger>() throws(LineError) -> Integer {
        let (magnitude, isNegative) = try Self.number(try slice(), allowsSign: Integer.isSigned)
        let value = isNegative ? Integer(exactly: 0 - Int128(magnitude)) : Integer(exactly: magnitude)
        guard let value, value <= Int64.max else { throw .integerTooLarge }
        return value
    }

    /// Apart from the type that is asked for: made once, not for every type.
    private static func number(
        _ field: ArraySlice<UInt8>, allowsSign: Bool
    ) throws(LineError) -> (magnitude: UInt64, isNegative: Bool) {
        let isNegative = allowsSign && field.first == UInt8(ascii: "-")
        let digits = isNegative ? field.dropFirst() : field
        guard let first = digits.first, first != UInt8(ascii: "0") || (digits.count == 1 && !isNegative) else {
            throw .notAnInteger
        }
        var magnitude: UInt64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .notAnInteger }
            let (product, overflowed) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, exceeded) = product.addingReportingOverflow(UInt64(digit))
            guard !overflowed, !exceeded else { throw .integerTooLarge }
            magnitude = sum
        }
        return (magnitude, isNegative)
    }

    /// A number that stands alone within a field.
    package static func integer<Integer: FixedWidthInteger>(_ digits: some Sequence<UInt8>) throws(LineError) -> Integer
    {
        var reader = LineReader(Array(digits))
        let value = try reader.integer(Integer.self)
        try reader.end()
        return value
    }

    package mutating func identifier() throws(LineError) -> UInt128 {
        guard let value = Hexadecimal.identifier(try slice()) else { throw .notHexadecimal }
        return value
    }

    /// A field of identifiers with a number each, `identifier:number`, joined by commas; none in an empty field.
    mutating func pairs(atMost limit: Int) throws(LineError) -> [(identifier: UInt128, number: UInt64)] {
        var rest = try slice()
        var pairs: [(identifier: UInt128, number: UInt64)] = []
        guard !rest.isEmpty else { return pairs }
        let digits = 32
        while !rest.isEmpty {
            guard pairs.count < limit else { throw .tooMany(limit: limit) }
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            let pair = rest[..<end]
            let colon = pair.startIndex + digits
            guard colon < pair.endIndex, pair[colon] == UInt8(ascii: ":"),
                let identifier = Hexadecimal.identifier(pair[..<colon])
            else { throw .notCanonical }
            guard !pair[(colon + 1)...].contains(UInt8(ascii: ":")) else { throw .notCanonical }
            let number = try Self.number(pair[(colon + 1)...], allowsSign: false).magnitude
            guard number <= Int64.max else { throw .integerTooLarge }
            pairs.append((identifier, number))
            guard end < rest.endIndex else { break }
            rest = rest[(end + 1)...]
            guard !rest.isEmpty else { throw .notCanonical }
        }
        return pairs
    }

    package mutating func hexadecimal() throws(LineError) -> [UInt8] {
        guard let value = Hexadecimal.bytes(try slice()) else { throw .notHexadecimal }
        return value
    }

    package var isAtEnd: Bool { isExhausted || (position == bytes.endIndex && bytes.isEmpty) }

    /// Nothing may follow: a new field is a new protocol version, never a silent extra.
    package func end() throws(LineError) {
        guard isAtEnd else { throw .trailingFields }
    }

    private mutating func slice() throws(LineError) -> ArraySlice<UInt8> { bytes[try next().range] }

    /// The next field, and whether its bytes are the value's, with nothing escaped.
    private mutating func next() throws(LineError) -> (range: Range<Int>, isPlain: Bool) {
        guard !isExhausted else { throw .missingField }
        let (start, offset) = (position, position - bytes.startIndex)
        var isPlain = true
        let length = bytes.withUnsafeBufferPointer { space in
            var index = offset
            while index < space.count, space[index] != Escape.tab {
                if space[index] == Escape.mark || space[index] == Escape.newline { isPlain = false }
                index += 1
            }
            return index - offset
        }
        let end = start + length
        isExhausted = end == bytes.endIndex
        position = isExhausted ? end : end + 1
        return (start..<end, isPlain)
    }

    private static func unescaped(_ letter: UInt8) throws(LineError) -> UInt8 {
        switch letter {
        case Escape.tabLetter: Escape.tab
        case Escape.newlineLetter: Escape.newline
        case Escape.mark: Escape.mark
        default: throw .badEscape
        }
    }
}

/// What is wrong with a line, as data; whoever answers the peer finds the words.
package enum LineError: Error, Equatable, Sendable {
    case tooLong(limit: Int)
    case tooMany(limit: Int)
    case missingField
    case trailingFields
    case badEscape
    case notUTF8
    case notAnInteger
    case integerTooLarge
    case notHexadecimal
    case notCanonical
    case unknownVerb(String)
    case unknownCode(String)
    /// A compressed block that does not give whole lines, or more of them than it announced.
    case badBlock
}

extension LineError {
    /// As much of what a peer wrote as an answer or a log may repeat.
    package static func excerpt(_ text: String) -> String {
        String(decoding: text.utf8.prefix(LineLimits.codeBytesMax), as: UTF8.self)
    }
}

extension String {
    /// Nil unless the bytes are UTF-8; what is ASCII is seen to be so without the library's slower look.
    package init?(strict bytes: [UInt8]) {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            self = String(decoding: bytes, as: UTF8.self)
        } else {
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            self = text
        }
    }
}
