import NIOCore
import NIOSSL
import SyncProtocol

/// What the handshake of one channel has found out, from the verification callback to the handler behind it.
final class Admission {
    private let verification: PeerVerification
    private let nowSeconds: @Sendable () -> Int64
    private(set) var peer: Peer?
    private(set) var refusal: Refusal?

    init(_ verification: PeerVerification, nowSeconds: @escaping @Sendable () -> Int64) {
        self.verification = verification
        self.nowSeconds = nowSeconds
    }

    func verify(_ chain: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResult>) {
        do throws(Refusal) {
            let der = chain.compactMap { try? $0.toDERBytes() }
            peer = try verification.peer(presenting: der, nowSeconds: nowSeconds())
            promise.succeed(.certificateVerified)
        } catch {
            refusal = error
            promise.succeed(.failed)
        }
    }
}

extension Refusal {
    /// What can be told from the library's error when it has not even asked us.
    init(handshakeError error: any Error) {
        let text = "\(error)"
        let known: [(String, Reason)] = [
            ("PEER_DID_NOT_RETURN_A_CERTIFICATE", .noCertificate),
            ("UNSUPPORTED_PROTOCOL", .oldTLSVersion),
            ("EOF during handshake", .leftBeforeHandshake),
        ]
        let reason = known.first { text.contains($0.0) }?.1
        self.init(reason ?? .handshakeFailed(text))
    }
}
