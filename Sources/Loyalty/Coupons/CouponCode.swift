internal import Digests

/// What is printed on a coupon, read out and typed: `CCC-RRRR-RRRR-RRK` in Crockford's Base32.
///
/// C is the campaign, R tells the coupon from others, K is the check character of ISO 7064 MOD 37,36. There are only
/// codes whose K is in Crockford's alphabet and of which every mistyped letter and every two swapped neighbours are
/// found; about one in eight combinations is left out for it.
package struct CouponCode: Hashable, Sendable {
    /// The campaign in the upper 15 of 65 bits; without the check character.
    package let value: UInt128

    package var campaign: UInt16 { UInt16(truncatingIfNeeded: value >> Self.randomBits) }

    /// Nil for more than 65 bits and for a combination that is left out.
    package init?(value: UInt128) {
        guard value >> (Self.campaignBits + Self.randomBits) == 0, Self.isSound(Self.values(value)) else { return nil }
        self.value = value
    }

    /// - Parameter bits: 50 random bits.
    /// - Returns: nil where a number is too large, and for a combination that is left out: draw again.
    package static func make(campaign: UInt16, bits: UInt64) -> CouponCode? {
        guard campaign <= campaignMax, bits <= bitsMax else { return nil }
        return CouponCode(value: UInt128(campaign) << randomBits | UInt128(bits))
    }

    /// The same code wherever it is derived.
    ///
    /// - Parameter intent: the coupon's id.
    /// - Parameter secret: known to every node that derives codes; whoever knows it and an id knows the code.
    /// - Returns: nil for a campaign above `campaignMax` only.
    package static func derived(campaign: UInt16, intent: UInt128, secret: [UInt8]) -> CouponCode? {
        let content = withUnsafeBytes(of: intent.bigEndian) { Array($0) }
        for attempt in UInt8.min...UInt8.max {
            let key = KeyedDigest.key128(of: content + [attempt], under: secret)
            let bits = UInt64(truncatingIfNeeded: key) & bitsMax
            if let code = make(campaign: campaign, bits: bits) { return code }
        }
        return nil
    }

    /// With dashes, for people.
    package var text: String {
        let letters = letters.utf8
        return [(0, 3), (3, 7), (7, 11), (11, 14)].map { start, end in
            String(decoding: letters.dropFirst(start).prefix(end - start), as: UTF8.self)
        }.joined(separator: "-")
    }

    /// The canonical spelling, for machines: 14 letters and digits.
    package var letters: String {
        let values = Self.values(value)
        let check = CheckCharacter.value(after: values)
        return String(decoding: (values + [check]).map(Self.letter), as: UTF8.self)
    }

    package static let letterCount = 14
    package static let campaignMax: UInt16 = 1 << 15 - 1
    package static let bitsMax: UInt64 = 1 << 50 - 1
    private static let campaignBits = 15
    private static let randomBits = 50
}

/// What is wrong with a code, for whoever typed it.
package enum CouponCodeFault: Error, Equatable, Sendable {
    /// This many letters, where 14 are expected; counted up to `CouponCode.typedMax`.
    case wrongLength(Int)
    case notALetter(Unicode.Scalar)
    /// The check character does not belong to the others.
    case mistyped
}

extension CouponCode {
    /// Characters beyond this are not looked at.
    package static let typedMax = 100

    /// As people type it: in any case, with any dashes and blanks, O for 0, I or L for 1, full-width letters included.
    package init(_ typed: String) throws(CouponCodeFault) {
        let scalars = Self.significant(typed)
        guard scalars.count == Self.letterCount else { throw .wrongLength(scalars.count) }
        var digits: [UInt8] = []
        for scalar in scalars {
            guard let digit = Self.digit(scalar) else { throw .notALetter(scalar) }
            digits.append(digit)
        }
        let values = digits.map { Self.isoValue(Self.alphabet[Int($0)]) }
        guard CheckCharacter.holds(values), CheckCharacter.findsEveryTransposition(values) else { throw .mistyped }
        value = digits.dropLast().reduce(0) { $0 << 5 | UInt128($1) }
    }

    /// The spelling of `letters` and no other.
    package init?(canonical letters: String) {
        guard let code = try? CouponCode(letters), code.letters.utf8.elementsEqual(letters.utf8) else { return nil }
        self = code
    }

    /// Without dashes and blanks, and full-width letters made narrow.
    static func significant(_ typed: String) -> [Unicode.Scalar] {
        typed.unicodeScalars.prefix(typedMax).map(PhoneNumber.narrow).filter { !isIgnored($0) }
    }

    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "\u{2010}"..."\u{2015}": true
        case let other: other.properties.isWhitespace
        }
    }

    /// The value in Crockford's Base32.
    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        guard var letter = UInt8(exactly: scalar.value) else { return nil }
        if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) { letter -= 32 }
        switch letter {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        case let letter: return alphabet.firstIndex(of: letter).map { UInt8($0) }
        }
    }

    /// The three letters with which every code of a campaign begins.
    package static func letters(ofCampaign campaign: UInt16) -> String {
        String(decoding: [10, 5, 0].map { alphabet[Int(campaign >> $0 & 31)] }, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}

extension CouponCode {
    /// The 13 letters before the check character, with their values in the standard.
    private static func values(_ value: UInt128) -> [UInt8] {
        stride(from: 60, through: 0, by: -5).map { isoValue(alphabet[Int(truncatingIfNeeded: value >> $0 & 31)]) }
    }

    private static func isSound(_ values: [UInt8]) -> Bool {
        let check = CheckCharacter.value(after: values)
        return alphabet.contains(letter(check)) && CheckCharacter.findsEveryTransposition(values + [check])
    }

    private static func isoValue(_ letter: UInt8) -> UInt8 {
        ValueForm.isDigit(letter) ? letter - UInt8(ascii: "0") : letter - UInt8(ascii: "A") + 10
    }

    private static func letter(_ isoValue: UInt8) -> UInt8 {
        isoValue < 10 ? UInt8(ascii: "0") + isoValue : UInt8(ascii: "A") + isoValue - 10
    }
}
