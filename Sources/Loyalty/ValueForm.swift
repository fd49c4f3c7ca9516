internal import LineCodec

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

    /// The same of bytes that may be text. What most values are made of is told without decoding it.
    package func accepts(_ value: [UInt8]) -> Bool {
        switch self {
        case .text(let charactersMax):
            if let count = PlainText.characters(in: value) { return (1...charactersMax).contains(count) }
        case .phone: return PhoneNumber.isCanonical(value)
        case .birthday: if CivilDate(spelled: value) != nil { return true }
        case .choice(let choices): return choices.contains { $0.utf8.elementsEqual(value) }
        case .instant: return value.count == Self.instantDigits && value.allSatisfy(Self.isDigit)
        case .email, .identity, .record: break
        }
        return String(strict: value).map(accepts) ?? false
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

    /// One line without control characters, and without a blank of any script at either end.
    private static func isPlain(_ value: String) -> Bool {
        let scalars = value.unicodeScalars
        return ![scalars.first, scalars.last].contains { $0?.properties.isWhitespace ?? false }
            && scalars.allSatisfy { !isControl($0.value) }
    }

    private static func isControl(_ scalar: UInt32) -> Bool {
        scalar < 0x20 || (0x7f...0x9f).contains(scalar) || (0x2028...0x2029).contains(scalar)
    }

    private static func isEmail(_ value: String) -> Bool {
        let parts = value.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, value.utf8.count <= 254, !parts[0].isEmpty else { return false }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty } && isPlain(value) && !hasBlank(value)
    }

    private static func isIdentity(_ value: String) -> Bool {
        let parts = value.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, (1...16).contains(parts[0].count), (1...64).contains(parts[1].count) else {
            return false
        }
        return parts[0].allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
            && isPlain(value) && !hasBlank(value)
    }

    private static func hasBlank(_ value: String) -> Bool {
        value.unicodeScalars.contains { $0.properties.isWhitespace }
    }
}
