import Foundation
import Localization
import TestSupport
import Testing

@testable import TillWeb

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", JSON.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
            ("-12", .number("-12")), ("1.50", .number("1.50")), ("1E+2", .number("1E+2")), ("\"\"", .text("")),
            (#""a\"\\\/\b\f\n\r\tz""#, .text("a\"\\/\u{8}\u{c}\n\r\tz")), (#""\u738b\uD83D\ude00""#, .text("王😀")),
            ("\"王\"", .text("王")), ("[]", .list([])), ("[1,[2]]", .list([.number("1"), .list([.number("2")])])),
            ("{ }", [:]), ("{\"a\" : 1 ,\n\"b\":{}}", ["a": .number("1"), "b": [:]]),
        ] as [(String, JSON)])
    func documentsAreRead(text: String, value: JSON) throws { #expect(try JSONReader.read(Array(text.utf8)) == value) }

    @Test(arguments: [
        ("", 0), ("  ", 2), ("nul", 0), ("01", 1), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("NaN", 0),
        ("\"", 1), ("\"\n\"", 1), (#""\x""#, 3), (#""\u12G4""#, 3), (#""\ud83d""#, 7), (#""\udc00""#, 7), ("[1,]", 3),
        ("[1 2]", 3), ("[", 1), ("{\"a\"}", 4), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\":1", 6), ("1 1", 2),
        ("'a'", 0), ("[1]]", 3), ("// 1", 0),
    ])
    func everythingElseIsRefusedWhereItBegins(text: String, byte: Int) {
        #expect(throws: RequestFault.notJSON(atByte: byte)) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func whatCannotBeMeantIsRefused() {
        #expect(throws: RequestFault.nameTwice("net_minor")) {
            try JSONReader.read(Array(#"{"net_minor":1,"net_minor":2}"#.utf8))
        }
        #expect(throws: RequestFault.notUTF8) { try JSONReader.read([0x22, 0xff, 0x22]) }
        let deep = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: RequestFault.tooDeep(limit: TillLimits.jsonDepthMax)) { try JSONReader.read(deep) }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func whatIsWrittenIsReadAsTheSameByUsAndByFoundation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = JSON.random(&random, depth: 4)
        #expect(try JSONReader.read(value.bytes) == value)
        #expect(throws: Never.self) {
            try JSONSerialization.jsonObject(with: Data(value.bytes), options: .fragmentsAllowed)
        }
    }

    /// Any cut and any changed byte is read or refused, and never worse.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func damageIsRefusedOrHarmless(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = JSON.random(&random, depth: 4).bytes
        for end in bytes.indices { _ = try? JSONReader.read(Array(bytes[..<end])) }
        for index in bytes.indices {
            bytes[index] = UInt8(random.below(256))
            guard let value = try? JSONReader.read(bytes) else { continue }
            #expect((try? JSONReader.read(value.bytes)) == value)
        }
    }
}

extension JSON {
    static func random(_ random: inout SplitMix64, depth: Int) -> JSON {
        switch random.below(depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(random.chance(percent: 50))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3, 4: return .text(text(&random))
        case 5: return .list((0..<random.below(4)).map { _ in .random(&random, depth: depth - 1) })
        case _:
            let names = Set((0..<random.below(4)).map { _ in text(&random) }).sorted()
            return .object(names.map { Member(name: $0, value: .random(&random, depth: depth - 1)) })
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        let characters: [Character] = ["a", "\"", "\\", "\n", "\u{0}", "\u{1f}", "é", "王", "😀", "/", "\u{2028}", " "]
        return String((0..<random.below(5)).map { _ in random.pick(characters) })
    }
}
