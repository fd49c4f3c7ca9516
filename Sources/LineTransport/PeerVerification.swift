import Crypto
package import Replication
import SyncProtocol
import X509

/// Why a connection did not come about.
package struct Refusal: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case noCertificate
        case unreadableCertificate
        case unknownAuthority
        case badSignature
        case notYetValid
        /// The hub's certificate, as a node sees it. An expired node is let in to say RENEW.
        case expired
        case wrongPurpose
        case notANodeCertificate
        /// All keys of a chain are on P-256; a newcomer came with another.
        case otherKindOfKey
        case oldTLSVersion
        /// A resumed session shows no certificate.
        case resumedSession
        case handshakeTooSlow
        case leftBeforeHandshake
        case tooManyConnections
        /// What the other side's TLS said of us, or any other failure: the library's words.
        case handshakeFailed(String)
    }

    package let reason: Reason
    /// As the certificate says, proven or not; nil where it cannot be read.
    package let node: NodeID?
    /// Lower-case hexadecimal.
    package let serial: String?

    init(_ reason: Reason, _ certificate: CertificateFacts? = nil) {
        self.reason = reason
        node = certificate?.node
        serial = certificate?.serial
    }
}

/// Decides from a certificate chain who is at the other end. Every check that TLS would make is made here.
///
/// That the peer holds the leaf's private key is what the handshake itself proves.
enum PeerVerification: Sendable {
    case nodes(of: TrustedAuthority)
    case hub(Trust)

    /// - Parameter chain: DER, leaf first, as the peer sent it.
    func peer(presenting chain: [[UInt8]], nowSeconds: Int64) throws(Refusal) -> Peer {
        guard let first = chain.first else { throw Refusal(.noCertificate) }
        guard let leaf = CertificateFacts(der: first) else { throw Refusal(.unreadableCertificate) }
        switch self {
        case .nodes(let authority):
            return try Self.node(leaf, authority.facts, nowSeconds)
        case .hub(.authority(let authority)):
            return try Self.hub(leaf, authority.facts, nowSeconds)
        case .hub(.fingerprint(let fingerprint)):
            let authority = chain.dropFirst().compactMap { CertificateFacts(der: $0) }
                .first { $0.fingerprint == fingerprint }
            guard let authority else { throw Refusal(.unknownAuthority, leaf) }
            return try Self.hub(leaf, authority, nowSeconds)
        }
    }

    private static func node(
        _ leaf: CertificateFacts, _ authority: CertificateFacts, _ nowSeconds: Int64
    ) throws(Refusal) -> Peer {
        if leaf.isSelfIssued { return try newcomer(leaf) }
        try check(leaf, isSignedBy: authority, serves: .clientAuth)
        guard let node = leaf.node else { throw Refusal(.notANodeCertificate, leaf) }
        guard nowSeconds >= leaf.notBeforeSeconds else { throw Refusal(.notYetValid, leaf) }
        guard nowSeconds <= leaf.notAfterSeconds else { return .expired(node, serial: leaf.serial) }
        return .node(node, serial: leaf.serial)
    }

    private static func hub(
        _ leaf: CertificateFacts, _ authority: CertificateFacts, _ nowSeconds: Int64
    ) throws(Refusal) -> Peer {
        try check(leaf, isSignedBy: authority, serves: .serverAuth)
        guard nowSeconds >= leaf.notBeforeSeconds else { throw Refusal(.notYetValid, leaf) }
        guard nowSeconds <= leaf.notAfterSeconds else { throw Refusal(.expired, leaf) }
        return .hub
    }

    private static func newcomer(_ leaf: CertificateFacts) throws(Refusal) -> Peer {
        guard leaf.isSigned(by: leaf) else { throw Refusal(.badSignature, leaf) }
        guard let publicKey = leaf.publicKey else { throw Refusal(.unreadableCertificate, leaf) }
        guard (try? P256.Signing.PublicKey(derRepresentation: publicKey)) != nil else {
            throw Refusal(.otherKindOfKey, leaf)
        }
        return .newcomer(publicKey: publicKey)
    }

    private static func check(
        _ leaf: CertificateFacts, isSignedBy authority: CertificateFacts, serves purpose: ExtendedKeyUsage.Usage
    ) throws(Refusal) {
        guard leaf.certificate.issuer == authority.certificate.subject else { throw Refusal(.unknownAuthority, leaf) }
        guard leaf.isSigned(by: authority) else { throw Refusal(.badSignature, leaf) }
        guard leaf.serves(purpose) else { throw Refusal(.wrongPurpose, leaf) }
    }
}
