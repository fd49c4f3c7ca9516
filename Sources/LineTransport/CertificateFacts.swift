import Crypto
import FoundationEssentials
import LineCodec
import Replication
import SwiftASN1
import X509

/// What this chain reads from a certificate, its own or a peer's.
struct CertificateFacts: Sendable {
    let certificate: Certificate
    let der: [UInt8]

    /// Nil for bytes that are no certificate.
    init?(der: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: der) else { return nil }
        self.certificate = certificate
        self.der = der
    }

    init(_ certificate: Certificate) throws(IdentityError) {
        var serializer = DER.Serializer()
        do { try serializer.serialize(certificate) } catch { throw .notMade("\(error)") }
        self.certificate = certificate
        der = serializer.serializedBytes
    }

    init(pem: String) throws(IdentityError) {
        guard let document = try? PEMDocument(pemString: pem), document.discriminator == "CERTIFICATE",
            let facts = CertificateFacts(der: document.derBytes)
        else { throw .notACertificate }
        self = facts
    }

    var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n" }
    var fingerprint: [UInt8] { Array(SHA256.hash(data: der)) }
    /// Lower-case hexadecimal.
    var serial: String { Hexadecimal.text(certificate.serialNumber.bytes) }
    var notBeforeSeconds: Int64 { Int64(certificate.notValidBefore.timeIntervalSince1970) }
    var notAfterSeconds: Int64 { Int64(certificate.notValidAfter.timeIntervalSince1970) }
    var isAuthority: Bool {
        switch try? certificate.extensions.basicConstraints {
        case .isCertificateAuthority: true
        case .notCertificateAuthority, nil: false
        }
    }
    var isSelfIssued: Bool { certificate.issuer == certificate.subject }

    func isSigned(by issuer: CertificateFacts) -> Bool {
        issuer.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    func isOn(_ key: P256.Signing.PrivateKey) -> Bool { publicKey == Array(key.publicKey.derRepresentation) }

    /// A certificate that names no purpose serves none.
    func serves(_ purpose: ExtendedKeyUsage.Usage) -> Bool {
        guard let usage = try? certificate.extensions.extendedKeyUsage else { return false }
        return usage.contains(purpose)
    }

    /// The node in the subject `CN=node-<number>`, spelled exactly so; the hub has no such name.
    var node: NodeID? {
        guard let first = certificate.subject.first, certificate.subject.count == 1,
            let attribute = first.first, first.count == 1, attribute.type == .RDNAttributeType.commonName,
            let name = String(attribute.value), name.hasPrefix(NodeName.prefix),
            let number = UInt32(name.dropFirst(NodeName.prefix.count)), number != NodeID.hub.value,
            NodeName.of(NodeID(number)) == name
        else { return nil }
        return NodeID(number)
    }

    /// DER SubjectPublicKeyInfo.
    var publicKey: [UInt8]? {
        var serializer = DER.Serializer()
        guard (try? serializer.serialize(certificate.publicKey)) != nil else { return nil }
        return serializer.serializedBytes
    }
}

/// How a node is called in its certificate.
enum NodeName {
    static let prefix = "node-"

    static func of(_ node: NodeID) -> String { prefix + String(node.value) }
}
