/// Why a key, a certificate or an authority cannot be used.
package enum IdentityError: Error, Equatable, Sendable {
    case notACertificate
    case notAKey
    /// Only P-256 keys are certified.
    case notAP256PublicKey
    /// The certificate is on another key than ours.
    case otherKey
    /// The certificate is not signed by the authority that came with it.
    case otherAuthority
    /// The authority is not the one that the invitation pins.
    case otherFingerprint
    case notAnAuthority
    case file(FileFailure)
    /// The library that makes certificates refused.
    case notMade(String)
}
