/// Base64 with `-` and `_` and no padding (RFC 4648 §5): survives shells, mails and addresses.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { digits.append(alphabet[bits >> (18 - 6 * place) & 63]) }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Nil for any other character, for an impossible length, and for bits that no text of ours has set.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.compactMap { alphabet.firstIndex(of: $0) }
        guard digits.count == text.utf8.count, digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 4) {
            let group = digits[start..<min(start + 4, digits.count)]
            let bits = group.reduce(0) { $0 << 6 | $1 } << (6 * (4 - group.count))
            let count = group.count - 1
            guard bits & (1 << (8 * (3 - count)) - 1) == 0 else { return nil }
            for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> (16 - 8 * place))) }
        }
        return bytes
    }
}
