import TestSupport
import Testing

@testable import Loyalty

@Suite struct CouponCodeTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func everyCodeIsReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let code = random.couponCode()
        #expect(try CouponCode(code.text) == code)
        #expect(CouponCode(canonical: code.letters) == code)
        #expect(CouponCode(value: code.value) == code)
        #expect(try CouponCode(random.retyped(code.text)) == code)
        #expect(CouponCode(canonical: code.text) == nil)
        #expect(CouponCode(canonical: code.letters.lowercased()) == nil)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func everyWrongLetterIsFound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array(random.couponCode().letters)
        for place in letters.indices {
            for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" where meaning(other) != letters[place] {
                var wrong = letters
                wrong[place] = other
                let fault: CouponCodeFault = other == "U" ? .notALetter("U") : .mistyped
                #expect(throws: fault) { try CouponCode(String(wrong)) }
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func everyTwoSwappedNeighboursAreFound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array(random.couponCode().letters)
        for place in letters.indices.dropLast() where letters[place] != letters[place + 1] {
            var wrong = letters
            wrong.swapAt(place, place + 1)
            #expect(throws: CouponCodeFault.mistyped) { try CouponCode(String(wrong)) }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func aLetterTooManyOrTooFewIsFound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let text = random.couponCode().text
        #expect(throws: CouponCodeFault.wrongLength(13)) { try CouponCode(String(text.dropFirst())) }
        #expect(throws: CouponCodeFault.wrongLength(15)) { try CouponCode(text + "7") }
    }

    /// Every combination is either a code, or refused in each of its spellings.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func whatIsLeftOutIsRefusedEverywhere(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (campaign, bits) = (UInt16(random.next() & 0x7fff), random.next() & CouponCode.bitsMax)
        let code = CouponCode.make(campaign: campaign, bits: bits)
        let value = UInt128(campaign) << 50 | UInt128(bits)
        #expect(code?.value ?? value == value)
        #expect(CouponCode(value: value) == code)
        guard code == nil else { return }
        let spelled = Spelling.crockford(value)
        for check in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
            #expect(throws: CouponCodeFault.mistyped) { try CouponCode(spelled + String(check)) }
        }
    }

    @Test func aboutOneInEightIsLeftOut() {
        var random = SplitMix64(seed: 1)
        let codes = (0..<4_000).filter { _ in
            CouponCode.make(campaign: UInt16(random.next() & 0x7fff), bits: random.next() & CouponCode.bitsMax) != nil
        }
        #expect((3_300...3_600).contains(codes.count), "\(codes.count)")
    }

    /// Another hand's arithmetic: Crockford's letters as they are printed, then the check of the published examples.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func itIsSpelledInCrockfordsAlphabet(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let code = random.couponCode()
        #expect(code.letters.hasPrefix(Spelling.crockford(code.value)))
        #expect(Spelling.holdsISO7064(code.letters))
        #expect(code.text.split(separator: "-").map(\.count) == [3, 4, 4, 3])
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func aDerivedCodeFollowsFromTheCouponAlone(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (intent, secret) = (random.identifier(), random.bytes())
        let campaign = UInt16(random.next() & 0x7fff)
        let code = try #require(CouponCode.derived(campaign: campaign, intent: intent, secret: secret))
        #expect(code.campaign == campaign)
        #expect(CouponCode.derived(campaign: campaign, intent: intent, secret: secret) == code)
        #expect(CouponCode.derived(campaign: campaign, intent: intent ^ 1, secret: secret) != code)
        #expect(CouponCode.derived(campaign: campaign, intent: intent, secret: secret + [1]) != code)
        #expect(CouponCode.derived(campaign: campaign ^ 1, intent: intent, secret: secret) != code)
    }

    /// Counted apart from this code. A derived code must never change: it is printed. The second needs two attempts.
    @Test(arguments: [(7, "009-41SP-W4ZE-YEK"), (13, "009-MGEW-2B12-SZV")] as [(UInt128, String)])
    func aDerivedCodeHasItsFixedSpelling(intent: UInt128, text: String) {
        #expect(CouponCode.derived(campaign: 9, intent: intent, secret: Array("k".utf8))?.text == text)
    }

    @Test func numbersHaveTheirBits() {
        #expect(CouponCode.make(campaign: 1 << 15, bits: 0) == nil)
        #expect(CouponCode.make(campaign: 0, bits: 1 << 50) == nil)
        #expect(CouponCode(value: 1 << 65) == nil)
        #expect(CouponCode.derived(campaign: 1 << 15, intent: 1, secret: []) == nil)
    }

    @Test(
        arguments: [
            ("", .wrongLength(0)), ("- -", .wrongLength(0)), ("0!0000000000000", .wrongLength(15)),
            ("0000000000000!", .notALetter("!")), ("0000000000000u", .notALetter("u")),
            ("王0000000000000", .notALetter("王")), (String(repeating: "0", count: 5_000), .wrongLength(100)),
        ] as [(String, CouponCodeFault)])
    func whatIsNoCodeIsToldWhy(typed: String, fault: CouponCodeFault) {
        #expect(throws: fault) { try CouponCode(typed) }
    }

    private func meaning(_ letter: Character) -> Character {
        switch letter {
        case "O": "0"
        case "I", "L": "1"
        case let other: other
        }
    }
}

@Suite struct CheckCharacterTests {
    /// Published examples: the Global Release Identifier's, and others' test vectors.
    @Test(arguments: ["A12425GABC1234002M", "B159D8FA01240000K", "188166C7342000003", "123ABX", "DADPIDA3897722461J"])
    func itMeetsPublishedExamples(code: String) {
        #expect(CheckCharacter.holds(Spelling.isoValues(code)))
        #expect(Spelling.holdsISO7064(code))
    }

    @Test func nothingHasNoCheckCharacter() { #expect(!CheckCharacter.holds([])) }

    /// Why some codes are left out: the standard does not find every transposition.
    @Test func theStandardOverlooksSomeTranspositions() {
        let values: [UInt8] = [18, 19]
        let code = values + [CheckCharacter.value(after: values)]
        #expect(CheckCharacter.value(after: [19, 18]) == CheckCharacter.value(after: values))
        #expect(!CheckCharacter.findsEveryTransposition(code))
    }
}

@Suite struct NumericCouponCodeTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func everyNumberIsReadBackAndEveryWrongDigitFound(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let code = random.couponCode()
        let number = NumericCouponCode(of: code)
        #expect(try NumericCouponCode(number.text) == number)
        #expect(number.campaign == code.campaign)
        let digits = Array(number.text)
        #expect(digits.count == 18)
        for place in digits.indices {
            for other in "0123456789" where other != digits[place] {
                var wrong = digits
                wrong[place] = other
                #expect(throws: CouponCodeFault.mistyped) { try NumericCouponCode(String(wrong)) }
            }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func swappedNeighboursAreFoundSaveNineAndZero(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let digits = Array(NumericCouponCode(of: random.couponCode()).text)
        for place in digits.indices.dropLast() where digits[place] != digits[place + 1] {
            var wrong = digits
            wrong.swapAt(place, place + 1)
            guard Set(wrong[place...place + 1]) != ["0", "9"] else { continue }
            #expect(throws: CouponCodeFault.mistyped) { try NumericCouponCode(String(wrong)) }
        }
    }

    @Test(
        arguments: [
            ("", .wrongLength(0)), ("0000 0000 0000 0000 0", .wrongLength(17)),
            ("00000000000000000A", .notALetter("A")),
            ("327680000000000001", .mistyped),
        ] as [(String, CouponCodeFault)])
    func whatIsNoNumberIsToldWhy(typed: String, fault: CouponCodeFault) {
        #expect(throws: fault) { try NumericCouponCode(typed) }
    }

    /// Luhn's own example, and a card number that payment processors publish for tests.
    @Test(arguments: ["79927398713", "4111111111111111"])
    func luhnMeetsPublishedExamples(number: String) {
        #expect(Luhn.holds(number.utf8.map { $0 - 48 }))
        #expect(Luhn.digit(after: number.utf8.dropLast().map { $0 - 48 }) == number.utf8.last.map { $0 - 48 })
    }
}

/// Codes spelled and checked in the plainest way.
private enum Spelling {
    static func crockford(_ value: UInt128) -> String {
        let digits = String(value, radix: 32, uppercase: true)
        let padded = String(repeating: "0", count: 13 - digits.count) + digits
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return String(padded.compactMap { Int(String($0), radix: 32).map { alphabet[$0] } })
    }

    static func isoValues(_ text: String) -> [UInt8] { text.compactMap { UInt8(String($0), radix: 36) } }

    /// Not by the product's way of finding the check character, but by the congruence that the standard asks for.
    static func holdsISO7064(_ text: String) -> Bool {
        var product = 36
        let values = isoValues(text).map { Int($0) }
        for value in values.dropLast() {
            let sum = (product + value) % 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }
        return values.last.map { (product + $0) % 36 == 1 } ?? false
    }
}

extension SplitMix64 {
    mutating func couponCode() -> CouponCode {
        CouponCode.make(campaign: UInt16(next() & 0x7fff), bits: next() & CouponCode.bitsMax) ?? couponCode()
    }

    /// In another case, with other dashes, and the letters that people take for digits.
    mutating func retyped(_ text: String) -> String {
        String(
            text.map { letter -> String in
                switch letter {
                case "0": pick(["0", "O", "o", "０"])
                case "1": pick(["1", "I", "l", "i", "L"])
                case "-": pick(["", "-", " ", "–", "－ "])
                case let other: chance(percent: 50) ? other.lowercased() : String(other)
                }
            }.joined())
    }
}
