/// Phone numbers in E.164: the same number typed in two ways must be one number.
package enum PhoneNumber {
    package static func isCanonical(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "+") else { return false }
        let digits = text.utf8.dropFirst()
        return (8...15).contains(digits.count) && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy(ValueForm.isDigit)
    }

    /// Reads a number as people type it; without a country prefix it is taken for the country's.
    ///
    /// - Parameter country: ISO 3166-1 alpha-2.
    /// - Returns: nil for anything that cannot be a phone number.
    package static func canonical(_ typed: String, country: String) -> String? {
        var digits: [UInt8] = []
        var isInternational = false
        for byte in typed.utf8 {
            switch byte {
            case UInt8(ascii: "+") where digits.isEmpty && !isInternational: isInternational = true
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."): continue
            case _ where ValueForm.isDigit(byte): digits.append(byte)
            default: return nil
            }
        }
        if !isInternational, digits.starts(with: Array("00".utf8)) {
            digits.removeFirst(2)
            isInternational = true
        }
        let text = isInternational ? digits : national(digits, country: country)
        let number = "+" + String(decoding: text, as: UTF8.self)
        return isCanonical(number) ? number : nil
    }

    private static func national(_ digits: [UInt8], country: String) -> [UInt8] {
        guard let prefix = callingCodes[country] else { return [] }
        let trunk = country == "CN" || country == "US" || country == "CA" || country == "SG" || country == "HK"
        let significant = !trunk && digits.first == UInt8(ascii: "0") ? Array(digits.dropFirst()) : digits
        if country == "CN" {
            guard digits.count == 11, digits.first == UInt8(ascii: "1") else { return landline(digits) }
        }
        if country == "US" || country == "CA" {
            guard digits.count == 10 else {
                return digits.count == 11 && digits.first == UInt8(ascii: "1") ? digits : []
            }
        }
        return Array(prefix.utf8) + significant
    }

    /// A Chinese land line: area code with its leading zero, 10 to 12 digits in all.
    private static func landline(_ digits: [UInt8]) -> [UInt8] {
        guard digits.first == UInt8(ascii: "0"), (10...12).contains(digits.count) else { return [] }
        return Array("86".utf8) + digits.dropFirst()
    }

    private static let callingCodes: [String: String] = [
        "AU": "61", "CA": "1", "CN": "86", "DE": "49", "ES": "34", "FR": "33", "GB": "44", "HK": "852", "ID": "62",
        "IN": "91", "IT": "39", "JP": "81", "KR": "82", "MO": "853", "MY": "60", "PH": "63", "SG": "65", "TH": "66",
        "TW": "886", "US": "1", "VN": "84",
    ]
}
