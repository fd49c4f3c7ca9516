package import Replication

/// Writes one line: a verb or a first field, then fields separated by tabs.
///
/// Text is escaped, so that no value can end a field or a line. Every value has exactly one spelling.
package struct LineWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    package mutating func text(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { escape($0) }
    }

    /// Bytes that are text to the reader, or a nested line; escaped like text.
    package mutating func raw(_ value: [UInt8]) {
        separate()
        value.withUnsafeBufferPointer { escape($0) }
    }

    /// Bytes that need no escaping, as a part of a field that has been begun.
    mutating func part(_ value: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    mutating func part(_ value: UInt128) { Hexadecimal.append(value, to: &bytes) }
    mutating func part(_ value: UInt64) { Self.append(value, to: &bytes) }

    /// A field that is written in parts.
    package mutating func field(_ write: (inout LineWriter) -> Void) {
        separate()
        write(&self)
    }

    /// Dots as `actor:sequence`, joined by commas.
    package mutating func dots(_ dots: [Dot]) {
        separate()
        for (index, dot) in dots.enumerated() {
            if index > 0 { part(",") }
            part(dot.actor.value)
            part(":")
            part(dot.sequence)
        }
    }

    /// A field that is not there, as distinct from an empty one.
    package mutating func absent() {
        separate()
        bytes.append(Escape.mark)
        bytes.append(Escape.absent)
    }

    package mutating func optional<Value>(_ value: Value?, _ write: (inout LineWriter, Value) -> Void) {
        if let value { write(&self, value) } else { absent() }
    }

    package mutating func optional(raw value: [UInt8]?) {
        if let value { raw(value) } else { absent() }
    }

    // Other modules call the generic one through tables; operations are made of these.
    package mutating func integer(_ value: UInt8) { integer(UInt64(value)) }
    package mutating func integer(_ value: UInt16) { integer(UInt64(value)) }
    package mutating func integer(_ value: UInt32) { integer(UInt64(value)) }

    package mutating func integer(_ value: UInt64) {
        separate()
        Self.append(value, to: &bytes)
    }

    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        Self.append(UInt64(value.magnitude), to: &bytes)
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        let digitsMax = 20
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: digitsMax) { space in
            var (rest, first) = (value, digitsMax)
            repeat {
                first -= 1
                space[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: space[first...])
        }
    }

    /// 128 bits as 32 lower-case hexadecimal digits.
    package mutating func identifier(_ value: UInt128) {
        separate()
        Hexadecimal.append(value, to: &bytes)
    }

    /// Bytes as lower-case hexadecimal digits.
    package mutating func hexadecimal(_ value: [UInt8]) {
        separate()
        for byte in value { Hexadecimal.append(byte, to: &bytes) }
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(Escape.tab) }
    }

    private mutating func escape(_ value: UnsafeBufferPointer<UInt8>) {
        guard value.contains(where: { $0 <= Escape.newline || $0 == Escape.mark }) else {
            bytes.append(contentsOf: value)
            return
        }
        for byte in value { escape(byte) }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case Escape.tab: bytes.append(contentsOf: [Escape.mark, Escape.tabLetter])
        case Escape.newline: bytes.append(contentsOf: [Escape.mark, Escape.newlineLetter])
        case Escape.mark: bytes.append(contentsOf: [Escape.mark, Escape.mark])
        default: bytes.append(byte)
        }
    }
}

enum Escape {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let mark = UInt8(ascii: "\\")
    static let tabLetter = UInt8(ascii: "t")
    static let newlineLetter = UInt8(ascii: "n")
    static let absent = UInt8(ascii: "-")
}
