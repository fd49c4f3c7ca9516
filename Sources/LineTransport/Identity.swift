import Crypto
package import Replication
import SwiftASN1
import X509

/// A private key, made on this machine and never leaving it, and the certificates that go with it, leaf first.
package struct Identity: Sendable {
    /// A newcomer's certificate says nothing but its key, and nobody checks its dates.
    static let newcomerValidDays: Int64 = 30

    let key: P256.Signing.PrivateKey
    let leaf: CertificateFacts
    let authority: CertificateFacts?

    /// A new key under a certificate that it has signed itself: enough to ask for a real one.
    package static func newcomer(
        nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> Identity {
        try newcomer(on: P256.Signing.PrivateKey(), nowSeconds: nowSeconds, using: &generator)
    }

    /// The same key under a certificate that it has signed itself: for a machine that was let in, and did not get as
    /// far as to keep what it was told.
    package func asNewcomer(
        nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> Identity {
        try Self.newcomer(on: key, nowSeconds: nowSeconds, using: &generator)
    }

    private static func newcomer(
        on key: P256.Signing.PrivateKey, nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> Identity {
        let draft = CertificateDraft(
            subject: "newcomer", publicKey: key.publicKey, serial: CertificateDraft.serial(using: &generator),
            nowSeconds: nowSeconds, validDays: newcomerValidDays, extensions: Certificate.Extensions())
        let certificate = try draft.signed(by: key, issuer: CertificateDraft.name(draft.subject))
        return Identity(key: key, leaf: try CertificateFacts(certificate), authority: nil)
    }

    /// The same key under a certificate that the chain's authority has issued on it.
    package func adopting(
        certificate: String, authority: TrustedAuthority
    ) throws(IdentityError) -> Identity {
        let leaf = try CertificateFacts(pem: certificate)
        guard leaf.isOn(key) else { throw .otherKey }
        guard leaf.isSigned(by: authority.facts) else { throw .otherAuthority }
        return Identity(key: key, leaf: leaf, authority: authority.facts)
    }

    /// DER SubjectPublicKeyInfo.
    package var publicKey: [UInt8] { Array(key.publicKey.derRepresentation) }
    /// Lower-case hexadecimal.
    package var serial: String { leaf.serial }
    package var notAfterSeconds: Int64 { leaf.notAfterSeconds }
    /// Nil for a newcomer and for the hub.
    package var node: NodeID? { leaf.node }
    /// Nil for a newcomer.
    package var trust: Trust? { authority.map { .authority(TrustedAuthority(facts: $0)) } }

    /// Writes `<name>-key.pem` and `<name>.pem`; never over an existing key.
    package func create(in directory: String, named name: String) throws(IdentityError) {
        try Self.create(
            key, beside: certificatesText, in: directory, keyFile: name + "-key.pem", certificateFile: name + ".pem")
    }

    /// After a renewal: the key stays.
    package func replaceCertificates(in directory: String, named name: String) throws(IdentityError) {
        do { try KeptFile.replace(certificatesText, at: "\(directory)/\(name).pem") } catch { throw .file(error) }
    }

    package static func load(from directory: String, named name: String) throws(IdentityError) -> Identity {
        let text = try text(of: "\(directory)/\(name).pem")
        let key = try key(at: "\(directory)/\(name)-key.pem")
        guard let documents = try? PEMDocument.parseMultiple(pemString: text) else { throw .notACertificate }
        let certificates = documents.compactMap { CertificateFacts(der: $0.derBytes) }
        guard let leaf = certificates.first, certificates.count == documents.count, certificates.count <= 2 else {
            throw .notACertificate
        }
        guard leaf.isOn(key) else { throw .otherKey }
        return Identity(key: key, leaf: leaf, authority: certificates.dropFirst().first)
    }

    private var certificatesText: String { leaf.pem + (authority?.pem ?? "") }

    static func create(
        _ key: P256.Signing.PrivateKey, beside certificates: String, in directory: String, keyFile: String,
        certificateFile: String
    ) throws(IdentityError) {
        let keyPath = directory + "/" + keyFile
        guard !KeptFile.exists(keyPath) else { throw .file(FileFailure.exists(keyPath)) }
        do {
            try KeptFile.replace(certificates, at: directory + "/" + certificateFile)
            // Last, so that what an interrupted start has left does not stop the next.
            try KeptFile.createSecret(key.pemRepresentation + "\n", at: keyPath)
        } catch { throw .file(error) }
    }

    static func text(of path: String) throws(IdentityError) -> String {
        do { return try KeptFile.read(path) } catch { throw .file(error) }
    }

    static func key(at path: String) throws(IdentityError) -> P256.Signing.PrivateKey {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: try text(of: path)) else { throw .notAKey }
        return key
    }
}
