import Testing

@testable import branchline

@Suite struct CsvReaderTests {
    @Test func rowsHaveTheirFieldsByTheHeadersNames() throws {
        var reader = try reader("name,phone\nLi Wei,138\n\"Wang, Fang\",\n")
        let name = try reader.column("name")
        #expect(try rows(&reader).map(\.fields) == [["Li Wei", "138"], ["Wang, Fang", ""]])
        #expect(name == 0)
        #expect(reader.optionalColumn("email") == nil)
        #expect(throws: CsvError.noColumn("email", header: ["name", "phone"])) { try reader.column("email") }
    }

    @Test func quotesHoldCommasLinesAndDoubledQuotes() throws {
        var reader = try reader("a,b\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n\"\",x")
        #expect(try rows(&reader).map(\.fields) == [["say \"hi\"", "two\r\nlines"], ["", "x"]])
    }

    @Test func aByteOrderMarkAndEmptyLinesSayNothing() throws {
        var reader = try reader("\u{FEFF}a,b\n\n1,2\n\n\n3,4")
        #expect(reader.header == ["a", "b"])
        #expect(try rows(&reader).map(\.number) == [3, 6])
    }

    @Test func whereThePiecesAreCutMakesNoDifference() throws {
        let text = Array("id,text\r\n1,\"a \"\"b\"\", 汉字\"\r\n2,plain\n".utf8)
        for cut in 0...text.count {
            var pieces = [Array(text[..<cut]), [], Array(text[cut...])]
            var reader = try CsvReader { pieces.isEmpty ? nil : pieces.removeFirst() }
            #expect(try rows(&reader).map(\.fields) == [["1", "a \"b\", 汉字"], ["2", "plain"]], "cut at \(cut)")
        }
    }

    @Test(arguments: [
        ("", CsvError.noHeader), ("a,a\n", .repeatedColumn("a")),
        ("a,b\n1,2\n3\n", .fieldCount(row: 3, found: 1, expected: 2)),
        ("a,b\n1,2,3\n", .fieldCount(row: 2, found: 3, expected: 2)),
        ("a,b\n1,x\"y\n", .strayQuote(row: 2)), ("a,b\n1,\"x\"y\n", .strayQuote(row: 2)),
        ("a,b\n1,2\n3,\"4\n", .openQuote(row: 3)), ("a,b\n1\r2,3\n", .strayCarriageReturn(row: 2)),
    ])
    func whatIsNotCsvIsRefusedWithItsRow(text: String, error: CsvError) {
        #expect(throws: error) {
            var reader = try reader(text)
            _ = try rows(&reader)
        }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        var pieces: [[UInt8]] = [Array("a\n".utf8) + [0xC4, 0xE3, 0x0A]]
        #expect(throws: CsvError.notUTF8(row: 2)) {
            var reader = try CsvReader { pieces.popLast() }
            _ = try rows(&reader)
        }
    }

    @Test func aRowThatNeverEndsIsRefusedAtTheLimit() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
        var pieces = 0
        #expect(throws: CsvError.tooLong(row: 1)) {
            _ = try CsvReader {
                pieces += 1
                return piece
            }
        }
        #expect(pieces * piece.count <= CsvReader.rowBytesMax + piece.count)
    }

    private func reader(_ text: String) throws -> CsvReader {
        var pieces = [Array(text.utf8)]
        return try CsvReader { pieces.popLast() }
    }

    private func rows(_ reader: inout CsvReader) throws -> [CsvRow] {
        var rows: [CsvRow] = []
        while let row = try reader.next() { rows.append(row) }
        return rows
    }
}
