internal import Crypto

/// Keyed hashes, for look-ups that must not reveal what they look up (a phone number): HMAC-SHA-256 (RFC 2104) cut to
/// 128 bits.
package struct KeyedDigest: Sendable {
    /// As it stands after the key, which is the same for every look-up.
    private let keyed: HMAC<SHA256>

    package init(key: [UInt8]) { keyed = HMAC(key: SymmetricKey(data: key)) }

    package func key128(of content: [UInt8]) -> UInt128 {
        var code = keyed
        code.update(data: content)
        return code.finalize().withUnsafeBytes { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }

    package static func key128(of content: [UInt8], under key: [UInt8]) -> UInt128 {
        KeyedDigest(key: key).key128(of: content)
    }
}
