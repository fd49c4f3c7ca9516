/// Phone numbers in E.164: the same number typed in two ways must be one number.
package enum PhoneNumber {
    package static func isCanonical(_ text: String) -> Bool { isCanonical(Array(text.utf8)) }

    static func isCanonical(_ text: [UInt8]) -> Bool {
        guard text.first == plus else { return false }
        let digits = text.dropFirst()
        return (8...15).contains(digits.count) && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy(ValueForm.isDigit)
    }

    /// Reads a number as people type it, full-width digits included; without a country prefix it is taken for the
    /// country's.
    ///
    /// - Parameter country: ISO 3166-1 alpha-2.
    /// - Returns: nil for anything that cannot be a phone number, and for a national number of a country whose
    ///   numbering is not known here.
    package static func canonical(_ typed: String, country: String) -> String? {
        guard var signs = signs(typed) else { return nil }
        if signs.starts(with: Array("00".utf8)) { signs.replaceSubrange(0..<2, with: [plus]) }
        let number =
            signs.first == plus
            ? signs.dropFirst().replacing(optionalTrunk, with: []).filter(ValueForm.isDigit)
            : NumberingPlan.international(signs.filter(ValueForm.isDigit), in: country)
        guard let number else { return nil }
        let text = "+" + String(decoding: number, as: UTF8.self)
        return isCanonical(text) ? text : nil
    }

    /// As in `+44 (0)20 7946 0958`: dialled at home only.
    private static let optionalTrunk = Array("(0)".utf8)
    private static let plus = UInt8(ascii: "+")

    /// Digits and parentheses, after a plus if there is one; nil if there is anything that no phone number has.
    private static func signs(_ typed: String) -> [UInt8]? {
        var signs: [UInt8] = []
        for scalar in typed.unicodeScalars {
            switch narrow(scalar) {
            case "0"..."9", "(", ")": signs.append(UInt8(truncatingIfNeeded: narrow(scalar).value))
            case "+" where !signs.contains(where: ValueForm.isDigit) && !signs.contains(plus): signs.insert(plus, at: 0)
            case "-", ".", "/", "\u{2010}"..."\u{2015}": continue
            case let blank where blank.properties.isWhitespace: continue
            default: return nil
            }
        }
        return signs
    }

    /// Chinese keyboards type `１３８` and `＋` as easily as `138` and `+`.
    static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xff01...0xff5e).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(UInt8(scalar.value - 0xfee0))
    }
}
