/// A body cannot be read: `malformed`.
struct Malformed: Error {}

/// Reads the fields of a body, after §3 and §14 of the specification: one spelling, nothing left over.
struct BodyReader {
    private let fields: [[UInt8]]
    private var next = 0

    /// "Fields, separated by tabs."
    init(_ body: [UInt8]) {
        fields = body.split(separator: 0x09, omittingEmptySubsequences: false).map(Array.init)
    }

    var isAtEnd: Bool { next == fields.count }

    func end() throws {
        if !isAtEnd { throw Malformed() }
    }

    private mutating func field() throws -> [UInt8] {
        if isAtEnd { throw Malformed() }
        next += 1
        return fields[next - 1]
    }

    /// Whether the next field is exactly this; it is read if so.
    mutating func skip(_ text: String) -> Bool {
        guard !isAtEnd, fields[next] == Array(text.utf8) else { return false }
        next += 1
        return true
    }

    /// "escape = \ ( t / n / \ )"; "unescaped, it is well-formed UTF-8".
    mutating func text() throws -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in try field() {
            if isEscaped {
                switch byte {
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "n"): bytes.append(0x0A)
                case UInt8(ascii: "\\"): bytes.append(byte)
                default: throw Malformed()
                }
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == 0x0A {
                throw Malformed()
            } else {
                bytes.append(byte)
            }
        }
        guard !isEscaped, let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
        return text
    }

    /// "absent = \-; only where a field is optional."
    mutating func optional<Value>(_ read: (inout BodyReader) throws -> Value) throws -> Value? {
        skip("\\-") ? nil : try read(&self)
    }

    /// "-9223372036854775808 to 9223372036854775807", no leading zeros, no plus sign.
    mutating func signed() throws -> Int64 {
        let spelled = String(decoding: try field(), as: UTF8.self)
        guard let value = Int64(spelled), String(value) == spelled else { throw Malformed() }
        return value
    }

    /// "0 to 9223372036854775807."
    mutating func number() throws -> Int64 {
        let value = try signed()
        guard value >= 0 else { throw Malformed() }
        return value
    }

    /// "A number that counts things is at most 4294967295."
    mutating func count() throws -> Int64 {
        let value = try number()
        guard value <= 4_294_967_295 else { throw Malformed() }
        return value
    }

    /// "id = 32hexdigit; 0-9 a-f, never A-F."
    mutating func id() throws -> UInt128 {
        let digits = try field()
        guard digits.count == 32 else { throw Malformed() }
        var value: UInt128 = 0
        for digit in digits {
            guard let place = Array("0123456789abcdef".utf8).firstIndex(of: digit) else { throw Malformed() }
            value = value << 4 | UInt128(place)
        }
        return value
    }

    /// `YYYY-MM-DD`, a day that exists. Such texts are in the order of the days.
    mutating func date() throws -> String {
        let text = try text()
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { throw Malformed() }
        let numbers = [0..<4, 5..<7, 8..<10].map { place in
            bytes[place].allSatisfy { (48...57).contains($0) }
                ? Int(String(decoding: bytes[place], as: UTF8.self)) : nil
        }
        guard let year = numbers[0], let month = numbers[1], let day = numbers[2], year > 0, (1...12).contains(month)
        else { throw Malformed() }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...days).contains(day) else { throw Malformed() }
        return text
    }

    mutating func code(_ known: [String]) throws -> String {
        let code = try text()
        guard known.contains(code) else { throw Malformed() }
        return code
    }

    /// "A list of something is a number, and then so many times the something's fields."
    mutating func list<Element>(atMost limit: Int64, _ read: (inout BodyReader) throws -> Element) throws -> [Element] {
        let count = try count()
        guard count <= limit else { throw Malformed() }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// "Groups at its end repeat until it ends."
    mutating func rest<Element>(atMost limit: Int, _ read: (inout BodyReader) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        while !isAtEnd {
            guard elements.count < limit else { throw Malformed() }
            elements.append(try read(&self))
        }
        return elements
    }
}
