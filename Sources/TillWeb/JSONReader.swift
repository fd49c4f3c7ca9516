import Localization

/// Reads one JSON document, strictly after RFC 8259, and refuses a name that is given twice: which of the two was
/// meant, nobody can tell.
struct JSONReader {
    private let bytes: [UInt8]
    private let depthMax: Int
    private var index = 0

    private init(_ bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    static func read(_ bytes: [UInt8], depthMax: Int = TillLimits.jsonDepthMax) throws(RequestFault) -> JSON {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        var reader = JSONReader(bytes, depthMax: depthMax)
        let value = try reader.value(depth: 1)
        reader.skipBlanks()
        guard reader.index == bytes.count else { throw reader.fault }
        return value
    }

    private var fault: RequestFault { .notJSON(atByte: index) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func value(depth: Int) throws(RequestFault) -> JSON {
        guard depth <= depthMax else { throw .tooDeep(limit: depthMax) }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case _: return .number(try number())
        }
    }

    private mutating func object(depth: Int) throws(RequestFault) -> JSON {
        var members: [JSON.Member] = []
        var names: Set<String> = []
        try items(until: "}") { reader throws(RequestFault) in
            guard reader.next == UInt8(ascii: "\"") else { throw reader.fault }
            let name = try reader.text()
            guard names.insert(name).inserted else { throw .nameTwice(name) }
            reader.skipBlanks()
            try reader.expect(":")
            members.append(JSON.Member(name: name, value: try reader.value(depth: depth + 1)))
        }
        return .object(members)
    }

    private mutating func list(depth: Int) throws(RequestFault) -> JSON {
        var values: [JSON] = []
        try items(until: "]") { reader throws(RequestFault) in values.append(try reader.value(depth: depth + 1)) }
        return .list(values)
    }

    private mutating func items(
        until close: Unicode.Scalar, _ item: (inout Self) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        index += 1
        skipBlanks()
        if take(close) { return }
        repeat {
            skipBlanks()
            try item(&self)
            skipBlanks()
        } while take(",")
        try expect(close)
    }

    private mutating func word(_ word: String, _ value: JSON) throws(RequestFault) -> JSON {
        guard bytes[index...].starts(with: word.utf8) else { throw fault }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(RequestFault) -> String {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() throws(RequestFault) {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw fault }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(RequestFault) {
        guard take(scalar) else { throw fault }
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || (0x09...0x0a).contains(byte) || byte == 0x0d { index += 1 }
    }
}

// MARK: Text

extension JSONReader {
    private mutating func text() throws(RequestFault) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fault }
            index += 1
            if byte == UInt8(ascii: "\\") { text += String(try escaped()).utf8 } else { text.append(byte) }
        }
        try expect("\"")
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escaped() throws(RequestFault) -> Character {
        guard let byte = next else { throw fault }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try scalar())
        case _: throw fault
        }
    }

    /// Beyond the first 65,536 characters, two escapes make one.
    private mutating func scalar() throws(RequestFault) -> Unicode.Scalar {
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), take("\\"), take("u") else { throw fault }
        let trail = try codeUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw fault }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func codeUnit() throws(RequestFault) -> UInt16 {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault }
        index += 4
        return unit
    }
}
