import LineCodec

/// How the parts of which rules consist are spelled.
extension LineWriter {
    mutating func flag(_ value: Bool) { integer(value ? 1 : 0) }

    mutating func optionalCivilDate(_ date: CivilDate?) { optional(date?.text) { $0.text($1) } }

    /// Their number, then each.
    mutating func elements<Element>(_ elements: [Element], _ write: (inout LineWriter, Element) -> Void) {
        integer(elements.count)
        for element in elements { write(&self, element) }
    }
}

extension LineReader {
    mutating func flag() throws(LineError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        case _: throw .notCanonical
        }
    }

    mutating func optionalInteger<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws(LineError) -> Integer? {
        try optional { reader throws(LineError) in try reader.integer(Integer.self) }
    }

    mutating func optionalString() throws(LineError) -> String? {
        try optional { reader throws(LineError) in try reader.text() }
    }

    mutating func optionalCivilDate() throws(LineError) -> CivilDate? {
        try optional { reader throws(LineError) in try reader.civilDate() }
    }

    mutating func choice<Choice: RawRepresentable>(
        _: Choice.Type
    ) throws(LineError) -> Choice where Choice.RawValue == String {
        let code = try text()
        guard let choice = Choice(rawValue: code) else { throw .unknownCode(LineError.excerpt(code)) }
        return choice
    }

    mutating func elements<Element>(
        atMost limit: Int, _ read: (inout LineReader) throws(LineError) -> Element
    ) throws(LineError) -> [Element] {
        let count = try integer(UInt32.self)
        guard count <= limit else { throw .tooMany(limit: limit) }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    mutating func texts(atMost limit: Int) throws(LineError) -> [String] {
        try elements(atMost: limit) { reader throws(LineError) in try reader.text() }
    }
}
