/// The chain's authority as everybody may know it: its certificate without its key.
package struct TrustedAuthority: Sendable {
    let facts: CertificateFacts

    init(facts: CertificateFacts) { self.facts = facts }

    package init(pem: String) throws(IdentityError) {
        facts = try CertificateFacts(pem: pem)
        guard facts.isSelfIssued, facts.isSigned(by: facts), facts.isAuthority else { throw .notAnAuthority }
    }

    /// For what a newcomer is told over a line whose other end only the fingerprint has vouched for.
    package init(pem: String, fingerprint: [UInt8]) throws(IdentityError) {
        try self.init(pem: pem)
        guard facts.fingerprint == fingerprint else { throw .otherFingerprint }
    }

    package var pem: String { facts.pem }
    package var fingerprint: [UInt8] { facts.fingerprint }
}

/// What a node knows of its chain when it calls the hub.
package enum Trust: Sendable {
    case authority(TrustedAuthority)
    /// Before it has joined: the authority's fingerprint from the invitation.
    case fingerprint([UInt8])
}

/// A certificate just signed, with what the roster keeps of it.
package struct IssuedCertificate: Equatable, Sendable {
    package let pem: String
    /// Lower-case hexadecimal.
    package let serial: String
    package let notAfterSeconds: Int64

    init(facts: CertificateFacts) {
        pem = facts.pem
        serial = facts.serial
        notAfterSeconds = facts.notAfterSeconds
    }
}
