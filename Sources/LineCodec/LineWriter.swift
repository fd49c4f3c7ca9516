/// Writes one line: a verb or a first field, then fields separated by tabs.
///
/// Text is escaped, so that no value can end a field or a line. Every value has exactly one spelling.
package struct LineWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    package mutating func text(_ value: String) {
        separate()
        for byte in value.utf8 { escape(byte) }
    }

    /// Bytes that are text to the reader, or a nested line; escaped like text.
    package mutating func raw(_ value: some Sequence<UInt8>) {
        separate()
        for byte in value { escape(byte) }
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

    package mutating func integer(_ value: some FixedWidthInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// 128 bits as 32 lower-case hexadecimal digits.
    package mutating func identifier(_ value: UInt128) {
        separate()
        Hexadecimal.append(value, to: &bytes)
    }

    /// Bytes as lower-case hexadecimal digits.
    package mutating func hexadecimal(_ value: some Sequence<UInt8>) {
        separate()
        for byte in value { Hexadecimal.append(byte, to: &bytes) }
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(Escape.tab) }
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
