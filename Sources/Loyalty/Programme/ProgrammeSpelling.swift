import LineCodec

/// How the parts of which rules consist are spelled.
extension LineWriter {
    mutating func flag(_ value: Bool) { integer(value ? 1 : 0) }

    mutating func optionalDate(_ date: CivilDate?) { optional(date?.text) { $0.text($1) } }
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

    mutating func texts(atMost limit: Int) throws(LineError) -> [String] {
        try list(atMost: limit) { reader throws(LineError) in try reader.text() }
    }
}
