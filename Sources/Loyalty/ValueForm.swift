/// What a value may look like. All values are UTF-8 text in one canonical spelling.
package enum ValueForm: Equatable, Sendable {
    case text(charactersMax: Int)
    /// E.164: `+` and 8 to 15 digits.
    case phone
    /// `YYYY-MM-DD` or `--MM-DD`, after `lunar:` where it is counted in the Chinese calendar.
    case birthday
    case email
    case choice([String])
    /// Milliseconds since 1970, zero-padded to 14 digits so that text order is time order.
    case instant
    /// `kind:number`, such as `card:6001234567890128`.
    case identity
    /// 32 hexadecimal digits.
    case record

    package static let instantDigits = 14

    package func accepts(_ value: String) -> Bool {
        switch self {
        case .text(let charactersMax):
            !value.isEmpty && value.unicodeScalars.count <= charactersMax && Self.isPlain(value)
        case .phone: PhoneNumber.isCanonical(value)
        case .birthday: Birthday.isCanonical(value)
        case .email: Self.isEmail(value)
        case .choice(let choices): choices.contains(value)
        case .instant: value.utf8.count == Self.instantDigits && value.utf8.allSatisfy(Self.isDigit)
        case .identity: Self.isIdentity(value)
        case .record: value.utf8.count == 32 && value.utf8.allSatisfy(Self.isHexadecimal)
        }
    }

    /// The spelling of an instant; clipped to what the digits hold.
    package static func instant(milliseconds: UInt64) -> String {
        let digits = String(min(milliseconds, 99_999_999_999_999))
        return String(repeating: "0", count: instantDigits - digits.utf8.count) + digits
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// No control characters, and no blank at either end.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.first != UInt8(ascii: " ") && value.utf8.last != UInt8(ascii: " ")
            && value.unicodeScalars.allSatisfy { $0.value >= 32 && !(0x7f...0x9f).contains($0.value) }
    }

    private static func isEmail(_ value: String) -> Bool {
        let parts = value.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && value.utf8.count <= 254 && parts.allSatisfy { !$0.isEmpty }
            && parts[1].contains(UInt8(ascii: ".")) && isPlain(value) && !value.utf8.contains(UInt8(ascii: " "))
    }

    private static func isIdentity(_ value: String) -> Bool {
        let parts = value.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, (1...16).contains(parts[0].count), (1...64).contains(parts[1].count) else {
            return false
        }
        return parts[0].allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
            && isPlain(value) && !value.utf8.contains(UInt8(ascii: " "))
    }
}
