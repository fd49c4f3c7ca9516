extension ConnectionFailure {
    /// For logs, status and the command line.
    package var words: String {
        switch self {
        case .timedOut: "no answer in time; is the address right, and does the firewall let it through?"
        case .unreachable(let systemText): systemText
        case .refused(let refusal): refusal.reason.words
        case .transport(let error): "\(error)"
        }
    }
}

extension Refusal.Reason {
    /// What one side says of the other.
    package var words: String {
        switch self {
        case .noCertificate: "it shows no certificate"
        case .unreadableCertificate: "its certificate cannot be read"
        case .unknownAuthority: "its certificate is another chain's"
        case .badSignature: "its certificate is not signed by this chain"
        case .notYetValid: "its certificate is not valid yet; check the clocks of both machines"
        case .expired: "its certificate has expired; check the clocks of both machines"
        case .wrongPurpose: "its certificate is for another purpose"
        case .notANodeCertificate: "its certificate is not a node's"
        case .otherKindOfKey: "its key is not an ECDSA key on P-256"
        case .oldTLSVersion: "it does not speak TLS 1.3"
        case .resumedSession: "it wants to resume an earlier session, which is not allowed"
        case .handshakeTooSlow: "it did not finish the handshake in time"
        case .leftBeforeHandshake: "it hung up before the handshake; it may be another service, or be busy"
        case .tooManyConnections: "too many connections are open"
        case .handshakeFailed(let words): "the handshake failed: \(words)"
        }
    }
}
