import LineCodec
import TestSupport
import Testing

@Suite struct FieldTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func whatIsWrittenIsReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let fields = (0...random.below(6)).map { _ in random.field() }
        let line = Field.line(fields)
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(line.count { $0 == UInt8(ascii: "\t") } == fields.count - 1)
        var reader = LineReader(line)
        for field in fields { #expect(try field.kind.read(&reader) == field) }
        try reader.end()
    }

    /// Random lines, and good lines with a few bytes changed: whatever is accepted has no second spelling.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func whateverIsAcceptedIsCanonical(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let fields = (0...random.below(3)).map { _ in random.field() }
            var line = Field.line(fields)
            random.damage(&line)
            guard let read = try? Field.read(fields.map(\.kind), from: line) else { continue }
            if Field.line(read) != line { Issue.record("\(String(decoding: line, as: UTF8.self)) is not canonical") }
        }
    }

    @Test func everyByteValueSurvives() throws {
        var writer = LineWriter()
        writer.raw(Array(0...255))
        var reader = LineReader(writer.bytes)
        #expect(try reader.raw() == Array(0...255))
        #expect(reader.isAtEnd)
    }

    @Test func absentAndEmptyDiffer() throws {
        var reader = LineReader(Array("\\-\t\t\\\\-".utf8))
        #expect(try reader.optional { reader throws(LineError) in try reader.text() } == nil)
        #expect(try reader.optional { reader throws(LineError) in try reader.text() } == "")
        #expect(try reader.optional { reader throws(LineError) in try reader.text() } == "\\-")
        try reader.end()
    }

    @Test(arguments: [Int64.min, -1, 0, 1, .max])
    func integersKeepTheirEnds(value: Int64) throws {
        var writer = LineWriter()
        writer.integer(value)
        var reader = LineReader(writer.bytes)
        #expect(try reader.integer(Int64.self) == value)
    }

    @Test(arguments: ["", "-", "-0", "00", "01", "-01", "+1", "1 ", "0x1", "１"])
    func anIntegerHasOneSpelling(spelling: String) {
        #expect(throws: LineError.notAnInteger) { try read(spelling) { try $0.integer(Int64.self) } }
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"])
    func anIntegerBeyondItsTypeIsRefused(spelling: String) {
        #expect(throws: LineError.integerTooLarge) { try read(spelling) { try $0.integer(Int64.self) } }
    }

    @Test func anUnsignedIntegerHasNoSign() {
        #expect(throws: LineError.notAnInteger) { try read("-1") { try $0.integer(UInt8.self) } }
        #expect(throws: LineError.integerTooLarge) { try read("256") { try $0.integer(UInt8.self) } }
        #expect(throws: LineError.integerTooLarge) { try read("9223372036854775808") { try $0.integer(UInt64.self) } }
    }

    @Test(arguments: ["\\", "\\x", "a\\-", "\\-a", "\\T"])
    func anUnknownEscapeIsRefused(spelling: String) {
        #expect(throws: LineError.badEscape) { try read(spelling) { try $0.raw() } }
    }

    /// A body may be a line within a field, and comes out of it with its own bytes.
    @Test func anEndOfLineWithinAFieldIsRefused() {
        #expect(throws: LineError.notCanonical) { try read("a\nb") { try $0.text() } }
        #expect(throws: LineError.notCanonical) { try read("a\\t\nb") { try $0.raw() } }
    }

    @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE7, 0x8E]] as [[UInt8]])
    func brokenUTF8IsRefused(bytes: [UInt8]) {
        var reader = LineReader(bytes)
        #expect(throws: LineError.notUTF8) { try reader.text() }
    }

    @Test(arguments: [
        "", "00112233445566778899aabbccddeef", "00112233445566778899AABBCCDDEEFF", "g0112233445566778899aabbccddeeff",
    ])
    func anIdentifierIsThirtyTwoLowerCaseDigits(spelling: String) {
        #expect(throws: LineError.notHexadecimal) { try read(spelling) { try $0.identifier() } }
    }

    @Test(arguments: ["0", "0A", "zz", "0 "])
    func hexadecimalComesInLowerCasePairs(spelling: String) {
        #expect(throws: LineError.notHexadecimal) { try read(spelling) { try $0.hexadecimal() } }
    }

    @Test func fieldsMayNeitherLackNorRemain() throws {
        var reader = LineReader(Array("a\tb".utf8))
        #expect(try reader.text() == "a")
        #expect(throws: LineError.trailingFields) { try reader.end() }
        #expect(try reader.text() == "b")
        try reader.end()
        #expect(throws: LineError.missingField) { try reader.text() }
        #expect(throws: LineError.missingField) { try reader.integer(Int.self) }
        #expect(throws: LineError.missingField) {
            try reader.optional { reader throws(LineError) in try reader.text() }
        }
    }

    @Test func aTabAtTheEndIsAnEmptyField() throws {
        var reader = LineReader(Array("a\t".utf8))
        #expect(try reader.text() == "a")
        #expect(!reader.isAtEnd)
        #expect(try reader.text() == "")
        #expect(reader.isAtEnd)
    }

    /// Positions in a slice do not begin at zero.
    @Test func aSliceIsReadFromItsOwnStart() throws {
        let bytes = Array("skipped\t7\t\\-".utf8)
        var reader = LineReader(bytes[8...])
        #expect(try reader.integer(Int.self) == 7)
        #expect(try reader.optional { reader throws(LineError) in try reader.text() } == nil)
        try reader.end()
    }

    private func read<Value>(
        _ spelling: String, _ field: (inout LineReader) throws -> Value
    ) throws -> Value {
        var reader = LineReader(Array(spelling.utf8))
        return try field(&reader)
    }
}
