import Crypto
import NIOCore
import NIOSSL

/// TLS 1.3 and nothing older, a certificate demanded from both sides; whether it is good, `PeerVerification` decides.
enum TLSContexts {
    static let handlerName = "tls"

    static func server(_ identity: Identity, closeSeconds: Int64) throws(TransportError) -> NIOSSLContext {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try certificates(identity), privateKey: try key(identity))
            harden(&configuration, closeSeconds)
            return try NIOSSLContext(configuration: configuration)
        } catch { throw .badIdentity("\(error)") }
    }

    static func client(_ identity: Identity, closeSeconds: Int64) throws(TransportError) -> NIOSSLContext {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateChain = try certificates(identity)
            configuration.privateKey = try key(identity)
            harden(&configuration, closeSeconds)
            return try NIOSSLContext(configuration: configuration)
        } catch { throw .badIdentity("\(error)") }
    }

    private static func harden(_ configuration: inout TLSConfiguration, _ closeSeconds: Int64) {
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        // Makes the library demand a certificate and ask our callback, which then replaces all of its own checks.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.shutdownTimeout = .seconds(closeSeconds)
    }

    private static func certificates(_ identity: Identity) throws -> [NIOSSLCertificateSource] {
        try ([identity.leaf] + (identity.authority.map { [$0] } ?? []))
            .map { .certificate(try NIOSSLCertificate(bytes: $0.der, format: .der)) }
    }

    private static func key(_ identity: Identity) throws -> NIOSSLPrivateKeySource {
        .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.derRepresentation), format: .der))
    }
}
