import Crypto
import LineCodec
package import Replication
import SwiftASN1
import X509

/// The chain's own certificate authority. Whoever holds its key can admit nodes.
package struct ChainAuthority: Sendable {
    package static let validDays: Int64 = 20 * 365
    /// The authority's key lies beside the hub's, so that a shorter life would protect nothing.
    package static let hubValidDays: Int64 = 10 * 365
    package static let nodeValidDays: Int64 = 365

    let facts: CertificateFacts
    let key: P256.Signing.PrivateKey

    private init(facts: CertificateFacts, key: P256.Signing.PrivateKey) {
        self.facts = facts
        self.key = key
    }

    package var pem: String { facts.pem }
    /// SHA-256 of the certificate's DER: what an invitation pins.
    package var fingerprint: [UInt8] { facts.fingerprint }
    package var trusted: TrustedAuthority { TrustedAuthority(facts: facts) }
    package var trust: Trust { .authority(trusted) }

    package static func create(
        nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> ChainAuthority {
        let key = P256.Signing.PrivateKey()
        let serial = CertificateDraft.serial(using: &generator)
        let draft = CertificateDraft(
            subject: "Branchline chain " + chainName(serial), publicKey: key.publicKey, serial: serial,
            nowSeconds: nowSeconds, validDays: validDays, extensions: try authorityExtensions(key.publicKey))
        let certificate = try draft.signed(by: key, issuer: CertificateDraft.name(draft.subject))
        return ChainAuthority(facts: try CertificateFacts(certificate), key: key)
    }

    package func issueHub(
        publicKey: [UInt8], nowSeconds: Int64, validDays: Int64 = hubValidDays,
        using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> IssuedCertificate {
        try issue("hub", .serverAuth, publicKey, nowSeconds, validDays, &generator)
    }

    /// - Parameter publicKey: DER SubjectPublicKeyInfo.
    package func issueNode(
        _ node: NodeID, publicKey: [UInt8], nowSeconds: Int64, validDays: Int64 = nodeValidDays,
        using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> IssuedCertificate {
        try issue(NodeName.of(node), .clientAuth, publicKey, nowSeconds, validDays, &generator)
    }

    /// Writes `ca.pem` and `ca-key.pem`; never over an existing key.
    package func save(in directory: String) throws(IdentityError) {
        try Identity.create(key, beside: pem, in: directory, keyFile: "ca-key.pem", certificateFile: "ca.pem")
    }

    package static func load(from directory: String) throws(IdentityError) -> ChainAuthority {
        let facts = try CertificateFacts(pem: Identity.text(of: directory + "/ca.pem"))
        let key = try Identity.key(at: directory + "/ca-key.pem")
        guard facts.isOn(key) else { throw .otherKey }
        return ChainAuthority(facts: facts, key: key)
    }

    private func issue(
        _ subject: String, _ purpose: ExtendedKeyUsage.Usage, _ publicKey: [UInt8], _ nowSeconds: Int64,
        _ validDays: Int64, _ generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> IssuedCertificate {
        guard let subjectKey = try? P256.Signing.PublicKey(derRepresentation: publicKey) else {
            throw .notAP256PublicKey
        }
        let draft = CertificateDraft(
            subject: subject, publicKey: subjectKey, serial: CertificateDraft.serial(using: &generator),
            nowSeconds: nowSeconds, validDays: validDays, extensions: try Self.leafExtensions(purpose, key.publicKey))
        let certificate = try draft.signed(by: key, issuer: facts.certificate.subject)
        return IssuedCertificate(facts: try CertificateFacts(certificate))
    }

    private static func authorityExtensions(
        _ key: P256.Signing.PublicKey
    ) throws(IdentityError) -> Certificate.Extensions {
        do {
            return try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key))
            }
        } catch { throw .notMade("\(error)") }
    }

    private static func leafExtensions(
        _ purpose: ExtendedKeyUsage.Usage, _ authority: P256.Signing.PublicKey
    ) throws(IdentityError) -> Certificate.Extensions {
        let issuer = SubjectKeyIdentifier(hash: Certificate.PublicKey(authority))
        do {
            return try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([purpose])
                AuthorityKeyIdentifier(keyIdentifier: issuer.keyIdentifier)
            }
        } catch { throw .notMade("\(error)") }
    }

    /// Two chains must not share the authority's name: a stranger's certificate is then told from a forged one.
    private static func chainName(_ serial: [UInt8]) -> String { Hexadecimal.text(serial.prefix(8)) }
}
