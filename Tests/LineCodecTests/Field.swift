import LineCodec
import TestSupport

/// One value of any kind that a line can hold.
enum Field: Equatable {
    case raw([UInt8])
    case text(String)
    case signed(Int64)
    case byte(UInt8)
    case identifier(UInt128)
    case hexadecimal([UInt8])
    case optional([UInt8]?)

    enum Kind: CaseIterable {
        case raw, text, signed, byte, identifier, hexadecimal, optional

        func read(_ reader: inout LineReader) throws(LineError) -> Field {
            switch self {
            case .raw: .raw(try reader.raw())
            case .text: .text(try reader.text())
            case .signed: .signed(try reader.integer())
            case .byte: .byte(try reader.integer())
            case .identifier: .identifier(try reader.identifier())
            case .hexadecimal: .hexadecimal(try reader.hexadecimal())
            case .optional: .optional(try reader.optional { reader throws(LineError) in try reader.raw() })
            }
        }
    }

    var kind: Kind {
        switch self {
        case .raw: .raw
        case .text: .text
        case .signed: .signed
        case .byte: .byte
        case .identifier: .identifier
        case .hexadecimal: .hexadecimal
        case .optional: .optional
        }
    }

    func write(_ writer: inout LineWriter) {
        switch self {
        case .raw(let value): writer.raw(value)
        case .text(let value): writer.text(value)
        case .signed(let value): writer.integer(value)
        case .byte(let value): writer.integer(value)
        case .identifier(let value): writer.identifier(value)
        case .hexadecimal(let value): writer.hexadecimal(value)
        case .optional(let value): writer.optional(value) { $0.raw($1) }
        }
    }

    static func line(_ fields: [Field]) -> [UInt8] {
        var writer = LineWriter()
        for field in fields { field.write(&writer) }
        return writer.bytes
    }

    static func read(_ kinds: [Kind], from line: [UInt8]) throws(LineError) -> [Field] {
        var reader = LineReader(line)
        var fields: [Field] = []
        for kind in kinds { fields.append(try kind.read(&reader)) }
        try reader.end()
        return fields
    }
}

extension SplitMix64 {
    mutating func field() -> Field {
        switch pick(Field.Kind.allCases) {
        case .raw: .raw(bytes())
        case .text: .text(text())
        case .signed: .signed(pick([.min, -1, 0, 1, .max, Int64(below(1_000))]))
        case .byte: .byte(UInt8(below(256)))
        case .identifier: .identifier(identifier())
        case .hexadecimal: .hexadecimal(bytes(atMost: 4))
        case .optional: .optional(chance(percent: 50) ? bytes(atMost: 2) : nil)
        }
    }

    /// Changes, inserts or removes a few bytes, mostly to such as have a meaning.
    mutating func damage(_ line: inout [UInt8]) {
        for _ in 0...below(2) {
            let place = below(line.count + 1)
            let end = min(line.count, place + below(3))
            line.replaceSubrange(place..<end, with: pick(Self.damages))
        }
    }

    private static let damages = ["", "\\", "\\t", "\\n", "\\-", "\t", "\n", "-", "0", "1", ":", ",", "A", "\u{80}"]
        .map { Array($0.utf8) }
}
