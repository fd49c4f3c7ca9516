internal import Crypto

/// Keyed hashes, for look-ups that must not reveal what they look up (a phone number): HMAC-SHA-256 (RFC 2104) cut to
/// 128 bits.
package struct KeyedDigest: Sendable {
    /// Both hashes as they stand after the key, which is the same for every look-up.
    private let inner: SHA256
    private let outer: SHA256

    package init(key: [UInt8]) {
        let block = Self.block(of: key)
        inner = Self.hash(after: block, mask: 0x36)
        outer = Self.hash(after: block, mask: 0x5C)
    }

    package func key128(of content: [UInt8]) -> UInt128 {
        var inner = inner
        content.withUnsafeBytes { inner.update(bufferPointer: $0) }
        var outer = outer
        Digest256(inner.finalize()).withBytes { outer.update(bufferPointer: $0) }
        return Digest256(outer.finalize()).prefix128
    }

    package static func key128(of content: [UInt8], under key: [UInt8]) -> UInt128 {
        KeyedDigest(key: key).key128(of: content)
    }

    private static func block(of key: [UInt8]) -> [UInt8] {
        let short = key.count > blockBytes ? Digest256(of: key).bytes : key
        return short + Array(repeating: 0, count: blockBytes - short.count)
    }

    private static func hash(after block: [UInt8], mask: UInt8) -> SHA256 {
        var hash = SHA256()
        block.map { $0 ^ mask }.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }

    private static let blockBytes = 64
}
