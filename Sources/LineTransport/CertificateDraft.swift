import Crypto
import FoundationEssentials
import X509

/// A certificate before it is signed.
struct CertificateDraft {
    /// Clocks of shops run behind the hub's; a new certificate must not be "not yet valid" there.
    static let startsEarlierSeconds: Int64 = 86_400
    static let daySeconds: Int64 = 86_400

    let subject: String
    let publicKey: P256.Signing.PublicKey
    let serial: [UInt8]
    let nowSeconds: Int64
    let validDays: Int64
    let extensions: Certificate.Extensions

    func signed(by key: P256.Signing.PrivateKey, issuer: DistinguishedName) throws(IdentityError) -> Certificate {
        do {
            return try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(bytes: serial),
                publicKey: Certificate.PublicKey(publicKey),
                notValidBefore: date(nowSeconds - Self.startsEarlierSeconds),
                notValidAfter: date(nowSeconds + validDays * Self.daySeconds),
                issuer: issuer,
                subject: try Self.name(subject),
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: extensions,
                issuerPrivateKey: Certificate.PrivateKey(key))
        } catch {
            throw .notMade("\(error)")
        }
    }

    static func name(_ commonName: String) throws(IdentityError) -> DistinguishedName {
        do { return try DistinguishedName { CommonName(commonName) } } catch { throw .notMade("\(error)") }
    }

    /// 127 random bits, never zero: positive in DER, and nobody can guess the next.
    static func serial(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let value = UInt128(generator.next()) << 64 | UInt128(generator.next())
        let bits = value & ~(1 << 127) | (1 << 126)
        return (0..<16).map { UInt8(truncatingIfNeeded: bits >> (120 - 8 * UInt128($0))) }
    }

    private func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
}
