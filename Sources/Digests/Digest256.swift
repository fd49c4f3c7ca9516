internal import Crypto

/// A SHA-256 value.
package struct Digest256: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    package init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

    init(_ digest: SHA256Digest) { bytes = Array(digest) }

    /// The first 128 bits, big-endian.
    package var prefix128: UInt128 { bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) } }

    private init(zeroBytes: Int) { bytes = Array(repeating: 0, count: zeroBytes) }

    static let zero = Digest256(zeroBytes: 32)
}

/// Keyed hashes, for look-ups that must not reveal what they look up (a phone number).
package enum KeyedDigest {
    /// HMAC-SHA-256 (RFC 2104) cut to 128 bits.
    package static func key128(of content: [UInt8], under key: [UInt8]) -> UInt128 {
        let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key))
        return Array(code).prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
}
