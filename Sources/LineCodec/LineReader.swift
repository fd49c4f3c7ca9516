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
        let field = try slice()
        // A line within a field comes out of it with its own bytes, and may try a second spelling here.
        guard !field.contains(Escape.newline) else { throw .notCanonical }
        guard let escaped = field.firstIndex(of: Escape.mark) else { return Array(field) }
        var value = Array(field[..<escaped])
        value.reserveCapacity(field.count)
        var index = escaped
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
        guard let text = String(validating: try raw(), as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    /// Nil where the writer put `absent`.
    package mutating func optional<Value>(
        _ read: (inout LineReader) throws(LineError) -> Value
    ) throws(LineError) -> Value? {
        let mark = bytes[position...].prefix(2)
        let after = position + 2
        let isAbsent =
            !isExhausted && mark.elementsEqual([Escape.mark, Escape.absent])
            && (after == bytes.endIndex || bytes[after] == Escape.tab)
        guard isAbsent else { return try read(&self) }
        _ = try slice()
        return nil
    }

    /// At most 2^63 − 1, whatever the type: databases count with a sign, and counting on from here stays in 64 bits.
    package mutating func integer<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws(LineError) -> Integer {
        let field = try slice()
        let digits = Integer.isSigned && field.first == UInt8(ascii: "-") ? field.dropFirst() : field
        let isNegative = digits.count != field.count
        guard let first = digits.first, first != UInt8(ascii: "0") || (digits.count == 1 && !isNegative) else {
            throw .notAnInteger
        }
        var value: Integer = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .notAnInteger }
            let digit = Integer(byte - UInt8(ascii: "0"))
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, exceeded) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflowed, !exceeded else { throw .integerTooLarge }
            value = sum
        }
        guard value <= Int64.max else { throw .integerTooLarge }
        return value
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

    package mutating func hexadecimal() throws(LineError) -> [UInt8] {
        guard let value = Hexadecimal.bytes(try slice()) else { throw .notHexadecimal }
        return value
    }

    package var isAtEnd: Bool { isExhausted || (position == bytes.endIndex && bytes.isEmpty) }

    /// Nothing may follow: a new field is a new protocol version, never a silent extra.
    package func end() throws(LineError) {
        guard isAtEnd else { throw .trailingFields }
    }

    private mutating func slice() throws(LineError) -> ArraySlice<UInt8> {
        guard !isExhausted else { throw .missingField }
        let end = bytes[position...].firstIndex(of: Escape.tab) ?? bytes.endIndex
        defer {
            isExhausted = end == bytes.endIndex
            position = isExhausted ? end : end + 1
        }
        return bytes[position..<end]
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
