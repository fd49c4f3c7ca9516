internal import Crypto

/// Signs under one key with Ed25519 (RFC 8032). The same content has the same signature every time.
package struct CouponSeal: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// Nil unless there are exactly 32 bytes; whoever has them can sign.
    package init?(seed: [UInt8]) {
        guard seed.count == Self.seedBytes, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            return nil
        }
        self.key = key
    }

    /// 32 bytes, for all who check.
    package var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// 64 bytes; nil only where the library fails.
    package func signature(of content: [UInt8]) -> [UInt8]? {
        guard let signature = try? key.signature(for: content) else { return nil }
        return Array(signature)
    }

    /// False also for keys and signatures that are none.
    package static func holds(_ signature: [UInt8], over content: [UInt8], under publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureBytes, publicKey.count == publicKeyBytes,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
        else { return false }
        return key.isValidSignature(signature, for: content)
    }

    package static let seedBytes = 32
    package static let publicKeyBytes = 32
    package static let signatureBytes = 64
}
