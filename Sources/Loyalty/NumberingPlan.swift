/// How the numbers of a country or region are written at home, after ITU-T E.164 and its national annexes.
struct NumberingPlan {
    let callingCode: String
    /// Dialled before a number at home, and left out abroad.
    let trunk: UInt8?
    /// Without calling code and trunk digit.
    let digits: ClosedRange<Int>

    private init(_ callingCode: String, trunk: Unicode.Scalar?, digits: ClosedRange<Int>) {
        self.callingCode = callingCode
        self.trunk = trunk.map(UInt8.init(ascii:))
        self.digits = digits
    }

    /// Calling code and number; nil where the digits are no number of that country.
    static func international(_ typed: [UInt8], in country: String) -> [UInt8]? {
        country == "CN" ? chinese(typed) : plans[country]?.international(typed)
    }

    private func international(_ typed: [UInt8]) -> [UInt8]? {
        let significant = typed.first == trunk ? typed.dropFirst() : typed[...]
        return digits.contains(significant.count) ? Array(callingCode.utf8) + significant : nil
    }

    /// Mobile numbers have 11 digits and no trunk digit, and spreadsheets often hold them with `86` in front; land
    /// lines are recognized by the zero of their area code.
    private static func chinese(_ typed: [UInt8]) -> [UInt8]? {
        let code = Array("86".utf8)
        switch (typed.first, typed.count) {
        case (UInt8(ascii: "1"), 11): return code + typed
        case (UInt8(ascii: "8"), 13) where typed.starts(with: Array("861".utf8)): return typed
        case (UInt8(ascii: "0"), 10...12): return code + typed.dropFirst()
        case _: return nil
        }
    }

    private static let plans: [String: NumberingPlan] = [
        "AU": NumberingPlan("61", trunk: "0", digits: 9...9),
        "CA": NumberingPlan("1", trunk: "1", digits: 10...10),
        "DE": NumberingPlan("49", trunk: "0", digits: 5...11),
        "ES": NumberingPlan("34", trunk: nil, digits: 9...9),
        "FR": NumberingPlan("33", trunk: "0", digits: 9...9),
        "GB": NumberingPlan("44", trunk: "0", digits: 9...10),
        "HK": NumberingPlan("852", trunk: nil, digits: 8...8),
        "ID": NumberingPlan("62", trunk: "0", digits: 8...12),
        "IN": NumberingPlan("91", trunk: "0", digits: 10...10),
        // Land lines keep their zero abroad.
        "IT": NumberingPlan("39", trunk: nil, digits: 6...11),
        "JP": NumberingPlan("81", trunk: "0", digits: 9...10),
        "KR": NumberingPlan("82", trunk: "0", digits: 8...10),
        "MO": NumberingPlan("853", trunk: nil, digits: 8...8),
        "MY": NumberingPlan("60", trunk: "0", digits: 8...10),
        "PH": NumberingPlan("63", trunk: "0", digits: 8...10),
        "SG": NumberingPlan("65", trunk: nil, digits: 8...8),
        "TH": NumberingPlan("66", trunk: "0", digits: 8...9),
        "TW": NumberingPlan("886", trunk: "0", digits: 8...9),
        "US": NumberingPlan("1", trunk: "1", digits: 10...10),
        "VN": NumberingPlan("84", trunk: "0", digits: 9...10),
    ]
}
